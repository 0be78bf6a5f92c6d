import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_LEVELS } from '../../../shared/model/names.ts';
import { HOUR, MINUTE } from '../../../shared/model/time.ts';
import { monthlyCost } from '../../../shared/plan/cost.ts';
import type { CostInput } from '../../../shared/plan/cost-types.ts';
import { ASSUMED } from '../../../shared/plan/measured.ts';
import { refusalOf } from '../../../shared/plan/monthly-budget.ts';
import { PRICES } from '../../../shared/plan/prices.ts';
import type { RunWork } from '../../../shared/plan/run-work.ts';

const DEFAULT = { enforcement: 5 * MINUTE, isolation: HOUR, certificates: HOUR };
const TWELVE = { enforcement: 11, isolation: 3, certificates: 2, all: 12 };
/** The work of a run whose batches have so many endpoints, at 30 ms a sweep, start-up included. */
const workOf = (endpoints: number, perBatch: number, more = 0): RunWork => {
  const batches = Math.ceil(endpoints / perBatch) + more;
  return {
    ...{ batches, checks: endpoints * 11 },
    probeSeconds: endpoints * 0.03,
    ...{ secrets: batches * 10, secretCalls: batches, controls: batches },
    ...{ readUnits: endpoints, writeUnits: endpoints * 4, storedBytes: endpoints * 1000 },
  };
};
/** The identities' own health is a further batch of a certificates run. */
const aSchedule = (endpoints: number, perBatch = 100, every = DEFAULT): CostInput['schedules'][number] => {
  const runs = { enforcement: workOf(endpoints, perBatch), isolation: workOf(endpoints, perBatch) };
  return { every, endpoints, runs: { ...runs, certificates: workOf(endpoints, perBatch, 1) } };
};
const fleet = (endpoints: number, more: Partial<CostInput> = {}): CostInput => ({
  schedules: [aSchedule(endpoints)],
  checks: TWELVE,
  metrics: 'fleet',
  memoryMb: 1024,
  ...more,
});
const dollarsOf = (input: CostInput, what: string): number =>
  monthlyCost(input).lines.reduce((sum, line) => (line.what.includes(what) ? sum + line.dollars : sum), 0);

const inputs = fc.record({
  schedules: fc
    .array(
      fc.record({
        every: fc.record({
          enforcement: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * MINUTE),
          isolation: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * MINUTE),
          certificates: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * MINUTE),
        }),
        endpoints: fc.nat(200_000),
        perBatch: fc.integer({ min: 1, max: 500 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((some) => some.map(({ every, endpoints, perBatch }) => aSchedule(endpoints, perBatch, every))),
  checks: fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)).map(([enforcement, isolation, certificates]) => ({
    enforcement,
    isolation,
    certificates,
    all: enforcement + isolation + certificates,
  })),
  metrics: fc.constantFrom(...METRIC_LEVELS),
  memoryMb: fc.constantFrom(128, 1024, 1769),
  secretKeys: fc.boolean(),
});

describe('a month on AWS', () => {
  test('1,000 endpoints every 5 minutes, 12 scenarios, fleet metrics: at most 25 $ in batches of 100, the standings and the reports', () => {
    // 20 cents: the standings of all endpoints, written by each run (ADR 37); $1.50: the alarms on failures and their metric (ADR 44); 40 cents: each run's report; $1.50: three alarms and four metrics of what is open (ADR 66)
    expect(monthlyCost(fleet(1000)).total).toBeLessThanOrEqual(25 + 0.2 + 1.5 + 0.4 + 1.5);
  });

  test('is the sum of its lines, each a quantity at a price', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines, total } = monthlyCost(input);
        for (const { quantity, unitPrice, dollars } of lines) {
          expect(quantity).toBeGreaterThan(0);
          expect(dollars).toBe(quantity * unitPrice);
        }
        expect(total).toBeCloseTo(
          lines.reduce((sum, { dollars }) => sum + dollars, 0),
          6,
        );
        expect(Number.isFinite(total)).toBe(true);
      }),
    );
  });

  test('never falls when an endpoint joins, a level gets finer or a batch smaller', () => {
    fc.assert(
      fc.property(inputs, fc.nat(5000), (input, more) => {
        const { total } = monthlyCost(input);
        const [first, ...rest] = input.schedules;
        const grown = [aSchedule(first!.endpoints + more, 1, first!.every), ...rest];
        expect(monthlyCost({ ...input, schedules: grown }).total).toBeGreaterThanOrEqual(total);
        expect(monthlyCost({ ...input, metrics: 'fleet' }).total).toBeLessThanOrEqual(total);
        expect(monthlyCost({ ...input, metrics: 'check' }).total).toBeGreaterThanOrEqual(total);
        const totals = METRIC_LEVELS.map((metrics) => monthlyCost({ ...input, metrics }).total);
        expect(totals).toEqual(totals.toSorted((one, other) => one - other));
        // PutMetricData takes 1,000 metrics a call: only there a smaller batch may fill its calls better.
        const schedules = input.schedules.map(({ endpoints, every }) => aSchedule(endpoints, 1, every));
        const single = { ...input, metrics: 'fleet', schedules } as const;
        expect(monthlyCost(single).total).toBeGreaterThanOrEqual(monthlyCost({ ...input, metrics: 'fleet' }).total);
      }),
    );
  });

  test('asks for metrics by tier', () => {
    // Given 2,000 endpoints: 6 metrics each and 23 of the fleet
    const input = fleet(2000, { metrics: 'endpoint' });
    // It takes 10,000 at the first price and the rest at the second
    expect(dollarsOf(input, 'custom metrics')).toBeCloseTo(10_000 * 0.3 + 2_023 * 0.1, 6);
    // It takes 8 of the fleet and 5 for each of 3 suites where no endpoint has its own
    expect(dollarsOf(fleet(2000), 'custom metrics')).toBeCloseTo(23 * 0.3, 6);
    // It adds one for each check at the finest level
    expect(dollarsOf(fleet(10, { metrics: 'check' }), 'custom metrics')).toBeCloseTo((23 + 10 * (6 + 12)) * 0.3, 6);
  });

  test('sparse: metrics of the unusual endpoints only, two each, sent by the report', () => {
    // Given 1,000 endpoints of which 1 % are unusual at a time, the stated assumption
    const input = fleet(1000, { metrics: 'sparse' });
    // It takes the 23 metrics of the fleet, and 20 more
    expect(dollarsOf(input, 'custom metrics')).toBeCloseTo((23 + 20) * 0.3, 6);
    expect(dollarsOf({ ...input, unusual: 0.05 }, 'custom metrics')).toBeCloseTo((23 + 100) * 0.3, 6);
    expect(dollarsOf({ ...input, unusual: 0 }, 'custom metrics')).toBeCloseTo(23 * 0.3, 6);
    // It takes a second request of each report, none of a batch: 10,220 runs
    expect(dollarsOf(input, 'PutMetricData')).toBeCloseTo(10_220 * 2 * 1e-5, 6);
    // It never takes more than all metrics of all endpoints, even where all are unusual
    const all = monthlyCost({ ...input, unusual: 1 }).total;
    expect(all).toBeLessThan(monthlyCost({ ...input, metrics: 'endpoint' }).total);
  });

  test('the standings of 1,000 endpoints cost less than a dollar', () => {
    const units = (endpoints: number, what: string) => dollarsOf(fleet(endpoints), what);
    const standings = (what: string) => units(1000, what) - units(1, what);
    // 1,000 states are read in each run, and some written; the rest is the standings
    const states = 10_220 * 999 * 4 * ASSUMED.changed * PRICES.dynamoWrite;
    expect(standings('write units') - states).toBeGreaterThan(0.1);
    expect(standings('write units') - states).toBeLessThan(0.5);
    expect(standings('read units') - 10_220 * 999 * 0.125e-6).toBeLessThan(0.1);
  });

  test('counts runs by their intervals', () => {
    // Given one endpoint: 8,760 + 730 + 730 runs a month, one batch each and one more where certificates are asked for
    const { lines } = monthlyCost(fleet(1));
    const quantity = (what: string) => lines.find((line) => line.what.includes(what))?.quantity;
    expect(quantity('Scheduler')).toBeCloseTo(10_220, 6);
    expect(quantity('express requests')).toBeCloseTo(10_220 + 730, 6);
    expect(quantity('state transitions')).toBeCloseTo(10_220 * 6 + 10_950, 6);
    // One for each suite, one for all runs, twelve on failures
    expect(quantity('alarms')).toBe(19);
  });

  test('a schedule without endpoints costs nothing', () => {
    const used = fleet(10);
    const unused = aSchedule(0);
    expect(monthlyCost({ ...used, schedules: [...used.schedules, unused] })).toEqual(monthlyCost(used));
  });

  test('keys of one’s own cost a request for each secret', () => {
    expect(dollarsOf(fleet(10, { secretKeys: true }), 'KMS: requests')).toBeGreaterThan(
      dollarsOf(fleet(10), 'KMS: requests'),
    );
  });
});

test('above a budget, an item with several price tiers is named once, with its sum', () => {
  const cost = monthlyCost(fleet(2_000, { metrics: 'endpoint' }));
  const metrics = cost.lines.filter(({ what }) => what === 'CloudWatch: custom metrics');
  expect(metrics).toHaveLength(2);
  const sum = metrics.reduce((all, { dollars }) => all + dollars, 0);

  expect(refusalOf(cost, cost.total)).toBeNull();
  const refusal = refusalOf(cost, cost.total - 1);
  expect(refusal).toContain(`The largest items: CloudWatch: custom metrics $${sum.toFixed(2)}, `);
  expect(refusal?.match(/custom metrics/g)).toHaveLength(1);
});
