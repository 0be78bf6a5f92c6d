import { describe, expect, test } from 'vitest';
import { renderJsonLines } from '../../../functions/cli/render/json-lines.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { Report } from '../../../shared/model/report.ts';
import { type ReportLine, reportLineSchema } from '../../../shared/model/report-lines.ts';
import { wholeReport } from '../../../shared/verdict/make-report.ts';
import { fail, pass } from '../../helpers/judged.ts';
import { aChain, aReport, hostileReport, textOf } from '../../helpers/report.ts';

type Kind = ReportLine['line'];
const linesIn = (text: string): readonly ReportLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => reportLineSchema.parse(JSON.parse(line)));
const linesOf = (report: ReturnType<typeof aReport>) => linesIn(textOf(renderJsonLines(report)));
const only = <K extends Kind>(lines: readonly ReportLine[], kind: K) =>
  lines.filter((line): line is Extract<ReportLine, { line: K }> => line.line === kind);

/** Makes the whole report from its lines. */
const restored = (lines: readonly ReportLine[]): Report => {
  const [head] = only(lines, 'run');
  if (head === undefined) throw new Error('no first line');
  const chains = new Map(only(lines, 'chain').map(({ line: _, number, ...facts }) => [number, facts]));
  const lists = new Map(only(lines, 'acceptable-cas').map(({ line: _, number, ...list }) => [number, list]));
  const all = only(lines, 'checks');
  const notCovered = only(lines, 'not-covered').flatMap(({ endpoints, scenario, add }) =>
    endpoints.map((endpoint) => ({ endpoint, scenario, add })),
  );
  return {
    ...{ schema: 'mtls-monitor/report/v1', run: head.run, summary: { ...head.summary, notCovered } },
    checks: all.flatMap(({ checks, observations }) =>
      checks.map(({ observed, ...check }) => ({
        ...check,
        evidence: observed.flatMap((at) => observations[at] ?? []),
      })),
    ),
    endpoints: all.flatMap(({ about }) => about ?? []),
    dates: all.flatMap(({ dates = [] }) => dates),
    servedChains: all.flatMap(({ servedChains }) =>
      servedChains.map(({ chain, acceptableCas, ...own }) => {
        const facts = chains.get(chain);
        const list = acceptableCas === undefined ? undefined : lists.get(acceptableCas.list);
        if (facts === undefined) throw new Error(`no chain ${chain}`);
        if (acceptableCas === undefined || list === undefined) return { ...own, ...facts };
        return {
          ...own,
          ...facts,
          acceptableCas: { ...list, includesControlIssuer: acceptableCas.includesControlIssuer },
        };
      }),
    ),
  };
};

const seen = (presented: string | null, durationMs: number): Evidence => ({
  ...{ presented, address: '127.0.0.1:443', tls: '1.3', durationMs, certificateRequested: true },
  ended: { kind: 'answered', phase: 'answer', status: 200 },
});
const CONTROL = seen('checkout', 44);
const CAS = { names: ['CN=Corp'], total: 1, sha256: 'cd'.repeat(32) };
const GAP = { endpoint: 'payments', scenario: 'revoked', add: 'an identity with fault: revoked' } as const;
const names = ['payments', 'orders', 'ledger'];
const report = aReport(
  names.flatMap((endpoint) => [
    pass({ endpoint, evidence: [CONTROL] }),
    fail('ACCEPTED_NO_CERTIFICATE', { endpoint, evidence: [seen(null, 39), seen(null, 41), CONTROL] }),
    pass({ endpoint, evidence: [seen(null, 39), CONTROL, CONTROL] }),
  ]),
  {
    servedChains: names.map((endpoint) =>
      aChain({
        endpoint,
        leaf: { issuer: 'CN=Corp', keySha256: 'ef', issuerSha256: 'aa', lifetimeDays: 90 },
        problems: [{ code: 'SERVED_CHAIN_EXPIRED', message: `${endpoint} expired` }],
        acceptableCas: { ...CAS, includesControlIssuer: endpoint === 'payments' },
      }),
    ),
    notCovered: names.map((endpoint) => ({ ...GAP, endpoint })),
    about: names.map((name) => ({ name, url: `https://${name}.test/`, owner: 'team', skipped: ['plaintext'] })),
  },
);

const DATES = [{ kind: 'identity', name: 'checkout', of: 'CN=checkout', at: '2026-03-01T00:00:00.000Z' }] as const;
test.each([
  ['without anything', aReport([])],
  ['of several endpoints', report],
  ['with dates', aReport([pass()], { dates: DATES })],
  ['without chains', aReport([pass(), fail('CONTROL_REJECTED', { endpoint: 'orders' })])],
  ['whose every text is hostile', hostileReport('x\u001b[2J\u202e\n\u2028')],
])('a report %s reads back as it was', (_, given) => {
  const lines = linesOf(given);
  expect(restored(lines)).toEqual(wholeReport(given));
});

describe('what is the same is written once', () => {
  const lines = linesOf(report);

  test('each observation of an endpoint, the control’s last in each check', () => {
    const [first] = only(lines, 'checks');
    expect(first?.observations).toEqual([CONTROL, seen(null, 39), seen(null, 41)]);
    expect(first?.checks.map(({ observed }) => observed)).toEqual([[0], [1, 2, 0], [1, 0, 0]]);
  });

  test('a chain, a list of CAs and a gap that endpoints share', () => {
    const kinds: readonly Kind[] = ['run', 'not-covered', 'chain', 'acceptable-cas', 'checks', 'checks', 'checks'];
    expect(lines.map(({ line }) => line)).toEqual(kinds);
    expect(only(lines, 'not-covered')[0]?.endpoints).toEqual(names);
  });

  test('chains that differ are not one', () => {
    const differing = aReport([], {
      servedChains: [
        aChain(),
        aChain({ endpoint: 'orders', expiresFirst: 'CN=other' }),
        aChain({ endpoint: 'ledger' }),
      ],
    });
    const all = linesOf(differing);
    expect(only(all, 'checks').map(({ servedChains }) => servedChains[0]?.chain)).toEqual([0, 1, 0]);
  });
});

test('nothing moves a cursor or hides text, and a line is a line', () => {
  const text = textOf(renderJsonLines(hostileReport('a\nb\u009b\u202e\u2028')));
  expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
  expect(linesIn(text).length).toBeGreaterThan(2);
});

test('a part is read once, and written before the next is read', () => {
  const reads: number[] = [];
  const part = (index: number) => {
    reads.push(index);
    return report.part(index);
  };
  const readAt: number[] = [];
  for (const line of renderJsonLines({ ...report, part }))
    if (line.includes('"line":"checks"')) readAt.push(reads.length);
  expect(reads).toEqual([0, 1, 2]);
  expect(readAt).toEqual([1, 2, 3]);
});
