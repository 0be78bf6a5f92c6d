import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EndpointStanding } from '../../../shared/model/endpoint-standing.ts';
import type { EndpointMetric } from '../../../shared/model/names.ts';
import type { CheckResult, ServedChain } from '../../../shared/model/report.ts';
import { type EndpointRun, standingsOf } from '../../../shared/publish/figures.ts';
import { METRICS } from '../../../shared/publish/metric-catalogue.ts';
import { settle, sparseData } from '../../../shared/publish/sparse.ts';
import { fail, open, pass, startOf, unsure, waived } from '../../helpers/judged.ts';

const negative = (result: CheckResult): CheckResult => ({
  ...result,
  id: 'payments/no-certificate',
  scenario: 'no-certificate',
});
const chain = (daysToExpiry: number, ...codes: ServedChain['problems'][number]['code'][]): ServedChain => ({
  ...{ endpoint: 'payments', address: '10.0.0.1:443', daysToExpiry, expiresFirst: 'CN=payments', sha256: 'aa' },
  problems: codes.map((code) => ({ code, message: 'm' })),
});
const aRun = (number: number, checks: readonly CheckResult[], own: Partial<EndpointRun> = {}): EndpointRun => ({
  ...{ endpoint: 'payments', vantage: 'default', schedule: 'default' },
  run: { id: `run-${number}`, startedAt: startOf(number) },
  suites: ['enforcement'],
  checks,
  servedChains: [chain(80)],
  durationMs: 900,
  ...own,
});
const standing = (run: EndpointRun): EndpointStanding => {
  const [first] = standingsOf(run);
  if (first === undefined) throw new Error('A run has at least one suite.');
  return first;
};

/** What each run of a history sends, as `metric=value`. */
const sentBy = (...runs: readonly EndpointRun[]): readonly (readonly string[])[] => {
  let stored: EndpointStanding | undefined;
  return runs.map((run) => {
    const now = standing(run);
    const settled = settle(stored, now);
    stored = settled.standing;
    return sparseData([{ now, sent: settled.sent }], 7).map(({ name, value }) => `${name}=${value}`);
  });
};

const RIGHT = [pass(), negative(pass())];
const OPEN = [pass(), negative(open())];
const DOWN = [unsure(), negative(unsure('CONTROL_NOT_ACCEPTED'))];

describe('an endpoint’s history at the level sparse', () => {
  test('right, right: nothing', () => {
    expect(sentBy(aRun(1, RIGHT), aRun(2, RIGHT))).toEqual([[], []]);
  });

  test('open twice, then right: each failure, one zero, and nothing more', () => {
    expect(sentBy(aRun(1, OPEN), aRun(2, OPEN), aRun(3, RIGHT), aRun(4, RIGHT))).toEqual([
      ['EnforcementFailures=1'],
      ['EnforcementFailures=1'],
      ['EnforcementFailures=0'],
      [],
    ]);
  });

  test('down, then right: the control that is accepted again is the end of ControlAccepted', () => {
    expect(sentBy(aRun(1, DOWN, { servedChains: [] }), aRun(2, RIGHT))).toEqual([
      ['ControlAccepted=0', 'Inconclusive=2'],
      ['ControlAccepted=1', 'Inconclusive=0'],
    ]);
  });

  test('blind once, and for no reason of the control: only the count', () => {
    expect(sentBy(aRun(1, [pass(), negative(unsure('NOT_RUN'))]), aRun(2, RIGHT))).toEqual([
      ['Inconclusive=1'],
      ['Inconclusive=0'],
    ]);
  });

  test.each([
    ['inside the threshold', chain(12, 'SERVED_CHAIN_EXPIRES_SOON'), 'DaysToExpiry=12'],
    ['past', chain(-2, 'SERVED_CHAIN_EXPIRED'), 'DaysToExpiry=-2'],
    ['past, by the days alone', chain(-2), 'DaysToExpiry=-2'],
  ])('an end %s, then another chain: the days, and the new days once', (_, ending, expected) => {
    const near = aRun(1, RIGHT, { servedChains: [chain(80), ending] });
    expect(sentBy(near, aRun(2, RIGHT), aRun(3, RIGHT))).toEqual([[expected], ['DaysToExpiry=80'], []]);
  });

  test('a chain with another fault is no end', () => {
    expect(sentBy(aRun(1, RIGHT, { servedChains: [chain(80, 'SERVED_NAME_MISMATCH')] }))).toEqual([[]]);
  });

  test('near its end and then unreachable: the end of it is sent once it is measured again', () => {
    const near = aRun(1, RIGHT, { servedChains: [chain(3, 'SERVED_CHAIN_EXPIRES_SOON')] });
    expect(sentBy(near, aRun(2, DOWN, { servedChains: [] }), aRun(3, RIGHT))).toEqual([
      ['DaysToExpiry=3'],
      ['ControlAccepted=0', 'Inconclusive=2'],
      ['ControlAccepted=1', 'Inconclusive=0', 'DaysToExpiry=80'],
    ]);
  });

  test.each([
    ['unreachable', DOWN, ['ControlAccepted=0', 'Inconclusive=2'], ['ControlAccepted=1', 'Inconclusive=0']],
    [
      'not asked for want of time',
      [unsure('NOT_RUN'), negative(unsure('NOT_RUN'))],
      ['Inconclusive=2'],
      ['Inconclusive=0'],
    ],
  ])('open, then %s: that is no end of the failure, which comes once it is decided', (_, unknown, blind, seeing) => {
    expect(
      sentBy(aRun(1, OPEN), aRun(2, unknown), aRun(3, RIGHT), aRun(4, RIGHT)).map((each) => each.toSorted()),
    ).toEqual([['EnforcementFailures=1'], blind, [...seeing, 'EnforcementFailures=0'].toSorted(), []]);
  });

  test('a waiver ends it', () => {
    expect(sentBy(aRun(1, OPEN), aRun(2, [pass(), negative(waived())]))).toEqual([
      ['EnforcementFailures=1'],
      ['EnforcementFailures=0'],
    ]);
  });

  test('a latency is never sent', () => {
    const evidence = pass({
      evidence: [
        {
          ...{ presented: null, address: '10.0.0.1:443', tls: '1.3', durationMs: 60_000, certificateRequested: true },
          ended: { kind: 'answered', phase: 'answer', status: 200 },
        },
      ],
    });
    expect(standing(aRun(1, [evidence])).figures.ProbeLatency).toMatchObject({ max: 60_000 });
    expect(sentBy(aRun(1, [evidence]))).toEqual([[]]);
  });

  test('the same run twice sends no end twice, and a late run ends nothing', () => {
    const first = standing(aRun(1, OPEN));
    const { standing: ended, sent } = settle(first, standing(aRun(2, RIGHT)));
    expect(sent).toEqual(['EnforcementFailures']);
    expect(settle(ended, standing(aRun(2, RIGHT))).sent).toEqual([]);
    // A run that began before both, and whose report comes last
    const late = settle(ended, standing(aRun(0, DOWN)));
    expect(late).toMatchObject({ standing: { runId: 'run-2' }, sent: ['ControlAccepted', 'Inconclusive'] });
    expect(settle(first, standing(aRun(0, RIGHT))).sent).toEqual([]);
    expect(settle(late.standing, standing(aRun(3, RIGHT))).sent).toEqual(['ControlAccepted', 'Inconclusive']);
  });

  test('a run of all suites: each suite has its own failures, and a common metric is sent once', () => {
    const all = standingsOf(
      aRun(
        1,
        [
          ...DOWN,
          fail('ACCEPTED_FOREIGN_IDENTITY', { id: 'payments/foreign-identity/b', scenario: 'foreign-identity' }),
        ],
        {
          suites: ['enforcement', 'isolation', 'certificates'],
        },
      ),
    );
    expect(all.map(({ suite, figures: f }) => [suite, f.EnforcementFailures, f.IsolationFailures])).toEqual([
      ['enforcement', 0, undefined],
      ['isolation', undefined, 1],
      ['certificates', undefined, undefined],
    ]);
    expect(all.map(({ verdicts }) => Object.values(verdicts).reduce((sum, each) => sum + each))).toEqual([2, 1, 0]);
    const sending = all.map((now) => ({ now, sent: settle(undefined, now).sent }));
    expect(
      sparseData(sending, 7)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['ControlAccepted', 'Inconclusive', 'IsolationFailures']);
  });
});

/** A run of one endpoint: what its control and its negatives came to. */
const results = fc.record({
  control: fc.constantFrom(
    pass,
    () => fail('CONTROL_REJECTED'),
    unsure,
    waived,
    () => unsure('NOT_RUN'),
  ),
  negatives: fc.array(fc.constantFrom(pass, open, unsure, waived), { maxLength: 4 }),
  days: fc.option(fc.integer({ min: -5, max: 90 })),
});
const histories = fc.array(results, { minLength: 1, maxLength: 30 }).map((all) =>
  all.map(({ control, negatives, days }, at) =>
    aRun(at + 1, [control(), ...negatives.map((made, number) => ({ ...negative(made()), id: `payments/${number}` }))], {
      servedChains: days === null ? [] : [chain(days, ...(days < 14 ? (['SERVED_CHAIN_EXPIRES_SOON'] as const) : []))],
    }),
  ),
);
const COUNTS = ['EnforcementFailures', 'Inconclusive'] as const satisfies EndpointMetric[];

describe('laws of the level sparse', () => {
  /** The data of a history, one list for each run. */
  const dataOf = (runs: readonly EndpointRun[]) => {
    let stored: EndpointStanding | undefined;
    return runs.map((run) => {
      const now = standing(run);
      const settled = settle(stored, now);
      stored = settled.standing;
      return { now, data: sparseData([{ now, sent: settled.sent }], run.run.startedAt) };
    });
  };

  test('the sum of all data is the sum of all failures, and of all inconclusive checks', () => {
    fc.assert(
      fc.property(histories, (runs) => {
        const sent = dataOf(runs).flatMap(({ data }) => data);
        for (const name of COUNTS) {
          const verdict = name === 'Inconclusive' ? 'inconclusive' : 'fail';
          const happened = runs.flatMap(({ checks }) => checks).filter((check) => check.verdict === verdict).length;
          const told = sent.filter((datum) => datum.name === name).reduce((sum, { value }) => sum + Number(value), 0);
          expect(told).toBe(happened);
        }
      }),
    );
  });

  test('no datum says that nothing is wrong, unless the one before it said that something is', () => {
    fc.assert(
      fc.property(histories, (runs) => {
        const sent = dataOf(runs).flatMap(({ data }) => data);
        for (const [name, normal] of [
          ['EnforcementFailures', 0],
          ['Inconclusive', 0],
          ['ControlAccepted', 1],
        ] as const) {
          const values = sent.filter((datum) => datum.name === name).map(({ value }) => value);
          expect(values.filter((value, at) => value === normal && (values[at - 1] ?? normal) === normal)).toEqual([]);
        }
      }),
    );
  });

  test('a reader that takes missing for fine has each value that was measured and decided', () => {
    fc.assert(
      fc.property(histories, (runs) => {
        const read = new Map<EndpointMetric, unknown>([
          ['ControlAccepted', 1],
          ['EnforcementFailures', 0],
          ['Inconclusive', 0],
        ]);
        const names = [...read.keys()];
        for (const { now, data } of dataOf(runs)) {
          for (const { name, value } of data) read.set(name as EndpointMetric, value);
          const { EnforcementFailures: _, ...decided } = now.figures;
          const known: EndpointStanding['figures'] = decided.Inconclusive === 0 ? now.figures : decided;
          for (const name of names.filter((each) => each in known)) expect(read.get(name), name).toBe(known[name]);
        }
      }),
    );
  });
});

describe('the catalogue', () => {
  test('the metrics that sparse sends are those of an endpoint, except for its latency', () => {
    const sparse = Object.values(METRICS).filter(({ level }) => level === 'sparse');
    expect(sparse.map(({ name }) => name)).toEqual([
      'ControlAccepted',
      'EnforcementFailures',
      'IsolationFailures',
      'Inconclusive',
      'DaysToExpiry',
    ]);
    for (const { sparse: whileSo, missing } of sparse)
      expect([whileSo, missing]).toEqual([expect.any(String), 'notBreaching']);
    expect(Object.values(METRICS).filter(({ missing }) => missing === 'breaching')).toEqual([METRICS.RunCompleted]);
  });
});
