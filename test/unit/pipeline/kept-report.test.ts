import { expect, test } from 'vitest';
import type { ReportPart } from '../../../shared/model/report.ts';
import type { BatchResult } from '../../../shared/model/run.ts';
import { keptReport } from '../../../shared/pipeline/run/kept-report.ts';
import { wholeReport } from '../../../shared/verdict/make-report.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';
import { aChain } from '../../helpers/report.ts';

const aResult = (own: Partial<BatchResult>): BatchResult => ({
  ...{ checks: [], servedChains: [], notCovered: [], complete: true, due: [] },
  ...own,
});
const at = (endpoint: string, vantage = 'default') => ({ endpoint, vantage, id: `${endpoint}/valid-identity/x` });
const health = pass({ endpoint: null, scenario: 'identity-health', id: 'identity-health/x' });

const kept = (results: readonly (BatchResult | null)[], whole = true) => {
  const parts: ReportPart[] = [];
  return keptReport(
    { id: 'run-1', startedAt: 0 },
    (async function* () {
      yield* results;
    })(),
    { whole, finishedAt: 1_500 },
    {
      keep: (index, part) => {
        parts[index] = part;
      },
      part: (index) => parts[index] ?? { checks: [], servedChains: [] },
    },
  );
};

test('the batches’ results in the order of the endpoints’ names, one part for each of their vantages, the identities last', async () => {
  const report = await kept([
    aResult({ checks: [health, pass(at('b'))], servedChains: [aChain({ endpoint: 'b' })] }),
    aResult({ vantage: 'vpc', checks: [fail('CONTROL_REJECTED', at('b', 'vpc'))] }),
    aResult({ checks: [unsure('TIMED_OUT', at('a'))], notCovered: [{ endpoint: 'a', scenario: 'revoked', add: 'x' }] }),
  ]);
  const parts = Array.from({ length: report.count }, (_, index) => report.part(index));
  expect(parts.map(({ checks: [first] }) => [first?.endpoint, first?.vantage])).toEqual([
    ['a', 'default'],
    ['b', 'default'],
    ['b', 'vpc'],
    [null, 'default'],
  ]);
  expect(parts[1]?.servedChains).toHaveLength(1);
  expect(parts[3]?.servedChains).toEqual([]);
  expect(report.run).toEqual({
    ...{ id: 'run-1', startedAt: '1970-01-01T00:00:00.000Z', finishedAt: '1970-01-01T00:00:01.500Z' },
    ...{ vantage: 'default, vpc', complete: true },
  });
  const { summary } = wholeReport(report);
  expect(summary).toMatchObject({ endpoints: 3, checks: 4, pass: 2, fail: 1, inconclusive: 1 });
  expect(summary.notCovered).toHaveLength(1);
});

test('is not complete where a batch left nothing, or not everything', async () => {
  expect((await kept([aResult({ checks: [health] }), null])).run.complete).toBe(false);
  expect((await kept([aResult({ complete: false })])).run.complete).toBe(false);
  expect((await kept([aResult({})], false)).run.complete).toBe(false);
  expect((await kept([null])).run.vantage).toBe('default');
});
