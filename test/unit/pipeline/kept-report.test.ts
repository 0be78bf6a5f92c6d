import { expect, test } from 'vitest';
import type { SuiteRequest } from '../../../shared/model/names.ts';
import type { ReportPart } from '../../../shared/model/report.ts';
import type { BatchResult, EndpointNotes } from '../../../shared/model/run.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { headlineOf, notAsked } from '../../../shared/overview/overview-words.ts';
import { keptReport } from '../../../shared/pipeline/run/kept-report.ts';
import { inParts, wholeReport } from '../../../shared/verdict/make-report.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';
import { aChain } from '../../helpers/report.ts';

const aResult = (own: Partial<BatchResult>): BatchResult => ({
  ...{ checks: [], servedChains: [], notCovered: [], complete: true, due: [] },
  ...own,
});
const at = (endpoint: string, vantage = 'default') => ({ endpoint, vantage, id: `${endpoint}/valid-identity/x` });
const health = pass({ endpoint: null, scenario: 'identity-health', id: 'identity-health/x' });

type Options = Partial<Parameters<typeof keptReport>[2]> & { readonly suite?: SuiteRequest };

const kept = (
  results: readonly (BatchResult | null)[],
  { suite = 'certificates', whole = true, ...more }: Options = {},
) => {
  const parts: ReportPart[] = [];
  return keptReport(
    { id: 'run-1', startedAt: 0, suite },
    (async function* () {
      yield* results;
    })(),
    { whole, finishedAt: 1_500, ...more },
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
    ...{ vantage: 'default, vpc', complete: true, suites: ['certificates'] },
  });
  const { summary } = wholeReport(report);
  expect(summary).toMatchObject({ endpoints: 3, checks: 4, pass: 2, fail: 1, inconclusive: 1 });
  expect(summary.notCovered).toHaveLength(1);
});

test('is not complete where a batch left nothing, or not everything', async () => {
  expect((await kept([aResult({ checks: [health] }), null])).run.complete).toBe(false);
  expect((await kept([aResult({ complete: false })])).run.complete).toBe(false);
  expect((await kept([aResult({})], { whole: false })).run.complete).toBe(false);
  expect((await kept([null])).run.vantage).toBe('default');
});

const notes = (name: string, own: Partial<EndpointNotes> = {}): EndpointNotes => ({
  about: { name, url: `https://${name}.example`, owner: 'team', skipped: [] },
  ...{ waivers: [], ...own },
});
const date = { kind: 'identity', name: 'x', of: 'CN=x', at: '2027-01-01T00:00:00.000Z' } as const;
const facts = (endpoints: readonly EndpointNotes[], registered = 2) => ({ endpoints, dates: [date], registered });

test('has what a local check has: endpoints, dates once, links, waivers that end, silences', async () => {
  const waiver = { endpoint: 'a', scenario: null, cause: null, subject: null, route: null } as const;
  const ending = { ...waiver, until: '2026-12-02', reason: 'moving', note: 'ends-soon' } as const;
  const silence = { id: 's1', endpoint: 'a', until: null, reason: 'known', by: 'ada', incidents: 1 };
  const a = notes('a', { runbook: 'https://wiki/a', waivers: [ending] });
  const report = await kept(
    [
      aResult({ checks: [fail('CONTROL_REJECTED', at('a'))], facts: facts([a]) }),
      aResult({ checks: [fail('CONTROL_REJECTED', at('b')), pass(at('b'))], facts: facts([notes('b')]) }),
      aResult({ checks: [{ ...pass(at('b')), vantage: 'vpc' }], vantage: 'vpc', facts: facts([notes('b')]) }),
    ],
    { suite: 'enforcement', runbook: 'https://wiki/all', silences: [silence] },
  );
  const whole = wholeReport(report);
  expect(whole.endpoints).toEqual([notes('a').about, notes('b').about]);
  expect(whole.dates).toEqual([date]);
  expect(whole.checks.map(({ runbook }) => runbook)).toEqual([
    ...['https://wiki/a#control_rejected', 'https://wiki/all#control_rejected', undefined, undefined],
  ]);
  expect(whole.summary).toMatchObject({ waivers: [ending], silences: [silence] });
  expect(whole.run).toMatchObject({ suites: ['enforcement'], leftOut: 0 });
  expect(wholeReport(inParts(whole))).toEqual(whole);
});

test('everything is as it must be only where everything was asked', async () => {
  const said = async (own: Partial<BatchResult>, options: Options = {}) => {
    const result = aResult({ checks: [pass(at('a')), pass(at('b'))], facts: facts([notes('a'), notes('b')]), ...own });
    const overview = overviewOf(await kept([result], { suite: 'all', ...options }), 0);
    return [headlineOf(overview).text, ...notAsked(overview.asked)];
  };
  expect(await said({})).toEqual(['Everything is as it must be']);
  expect(await said({}, { suite: 'isolation' })).toEqual([
    ...['What was asked is as it must be', 'enforcement and certificates were not run'],
  ]);
  const three = facts([notes('a'), notes('b')], 3);
  expect(await said({ facts: three })).toEqual(['What was asked is as it must be', '1 endpoint left out']);
  const skipping: EndpointNotes['about'] = { ...notes('a').about, skipped: ['revoked'] };
  expect(await said({ facts: facts([notes('a', { about: skipping }), notes('b')]) })).toEqual([
    ...['What was asked is as it must be', '1 question skipped by the registry'],
  ]);
  // A result of an older version does not say how many endpoints there are.
  const { facts: _, ...older } = aResult({ checks: [pass(at('a'))] });
  const overview = overviewOf(await kept([older as BatchResult], { suite: 'all' }), 0);
  expect(headlineOf(overview).text).toBe('What was asked is as it must be');
});
