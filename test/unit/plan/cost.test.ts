import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_LEVELS } from '../../../shared/model/names.ts';
import { HOUR, MINUTE } from '../../../shared/model/time.ts';
import { type CostInput, monthlyCost } from '../../../shared/plan/cost.ts';

const DEFAULT = { enforcement: 5 * MINUTE, isolation: HOUR, certificates: HOUR };
const TWELVE = { enforcement: 11, isolation: 3, certificates: 2, all: 12 };
const fleet = (endpoints: number, more: Partial<CostInput> = {}): CostInput => ({
  schedules: [{ every: DEFAULT, endpoints }],
  checks: TWELVE,
  metrics: 'fleet',
  secondsPerSweep: 0.03,
  memoryMb: 1024,
  ...more,
});
const dollarsOf = (input: CostInput, what: string): number =>
  monthlyCost(input).lines.reduce((sum, line) => (line.what.includes(what) ? sum + line.dollars : sum), 0);

const inputs = fc.record({
  schedules: fc.array(
    fc.record({
      every: fc.record({
        enforcement: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * MINUTE),
        isolation: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * MINUTE),
        certificates: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * MINUTE),
      }),
      endpoints: fc.nat(200_000),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  checks: fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)).map(([enforcement, isolation, certificates]) => ({
    enforcement,
    isolation,
    certificates,
    all: enforcement + isolation + certificates,
  })),
  metrics: fc.constantFrom(...METRIC_LEVELS),
  secondsPerSweep: fc.double({ min: 0, max: 5, noNaN: true }),
  memoryMb: fc.constantFrom(128, 1024, 1769),
  endpointsPerBatch: fc.integer({ min: 1, max: 500 }),
  changed: fc.double({ min: 0, max: 1, noNaN: true }),
  secretKeys: fc.boolean(),
});

describe('a month on AWS', () => {
  test('1,000 endpoints every 5 minutes, 12 scenarios, fleet metrics: at most 25 $ in batches of 100', () => {
    expect(monthlyCost(fleet(1000, { endpointsPerBatch: 100 })).total).toBeLessThanOrEqual(25);
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
        const grown = [{ ...first!, endpoints: first!.endpoints + more }, ...rest];
        expect(monthlyCost({ ...input, schedules: grown }).total).toBeGreaterThanOrEqual(total);
        expect(monthlyCost({ ...input, metrics: 'fleet' }).total).toBeLessThanOrEqual(total);
        expect(monthlyCost({ ...input, metrics: 'check' }).total).toBeGreaterThanOrEqual(total);
        const totals = METRIC_LEVELS.map((metrics) => monthlyCost({ ...input, metrics }).total);
        expect(totals).toEqual(totals.toSorted((one, other) => one - other));
        // PutMetricData takes 1,000 metrics a call: only there a smaller batch may fill its calls better.
        const single = { ...input, metrics: 'fleet', endpointsPerBatch: 1 } as const;
        expect(monthlyCost(single).total).toBeGreaterThanOrEqual(monthlyCost({ ...input, metrics: 'fleet' }).total);
      }),
    );
  });

  test('asks for metrics by tier', () => {
    // Given 2,000 endpoints: 6 metrics each and 22 of the fleet
    const input = fleet(2000, { metrics: 'endpoint' });
    // It takes 10,000 at the first price and the rest at the second
    expect(dollarsOf(input, 'custom metrics')).toBeCloseTo(10_000 * 0.3 + 2_022 * 0.1, 6);
    // It takes 7 of the fleet and 5 for each of 3 suites where no endpoint has its own
    expect(dollarsOf(fleet(2000), 'custom metrics')).toBeCloseTo(22 * 0.3, 6);
    // It adds one for each check at the finest level
    expect(dollarsOf(fleet(10, { metrics: 'check' }), 'custom metrics')).toBeCloseTo((22 + 10 * (6 + 12)) * 0.3, 6);
  });

  test('sparse: metrics of the unusual endpoints only, two each, sent by the report', () => {
    // Given 1,000 endpoints of which 1 % are unusual at a time, the stated assumption
    const input = fleet(1000, { metrics: 'sparse', endpointsPerBatch: 100 });
    // It takes the 22 metrics of the fleet, and 20 more
    expect(dollarsOf(input, 'custom metrics')).toBeCloseTo((22 + 20) * 0.3, 6);
    expect(dollarsOf({ ...input, unusual: 0.05 }, 'custom metrics')).toBeCloseTo((22 + 100) * 0.3, 6);
    expect(dollarsOf({ ...input, unusual: 0 }, 'custom metrics')).toBeCloseTo(22 * 0.3, 6);
    // It takes a second request of each report, none of a batch: 10,220 runs
    expect(dollarsOf(input, 'PutMetricData')).toBeCloseTo(10_220 * 2 * 1e-5, 6);
    // It never takes more than all metrics of all endpoints, even where all are unusual
    const all = monthlyCost({ ...input, unusual: 1 }).total;
    expect(all).toBeLessThan(monthlyCost({ ...input, metrics: 'endpoint' }).total);
  });

  test('the standings of 1,000 endpoints cost less than a dollar', () => {
    const units = (endpoints: number, what: string) => dollarsOf(fleet(endpoints, { changed: 0 }), what);
    const standings = (what: string) => units(1000, what) - units(1, what);
    // 1,000 states are read in each run; the rest is the standings
    expect(standings('write units')).toBeGreaterThan(0.1);
    expect(standings('write units')).toBeLessThan(0.5);
    expect(standings('read units') - 10_220 * 999 * 0.125e-6).toBeLessThan(0.1);
  });

  test('counts runs by their intervals', () => {
    // Given one endpoint: 8,760 + 730 + 730 runs a month, one batch each and one more where certificates are asked for
    const { lines } = monthlyCost(fleet(1));
    const quantity = (what: string) => lines.find((line) => line.what.includes(what))?.quantity;
    expect(quantity('Scheduler')).toBeCloseTo(10_220, 6);
    expect(quantity('express requests')).toBeCloseTo(10_220 + 730, 6);
    expect(quantity('state transitions')).toBeCloseTo(10_220 * 6 + 10_950, 6);
    expect(quantity('alarms')).toBe(4);
  });

  test('a schedule without endpoints costs nothing', () => {
    const used = fleet(10);
    const unused = { every: DEFAULT, endpoints: 0 };
    expect(monthlyCost({ ...used, schedules: [...used.schedules, unused] })).toEqual(monthlyCost(used));
  });

  test('keys of one’s own cost a request for each secret', () => {
    expect(dollarsOf(fleet(10, { secretKeys: true }), 'KMS: requests')).toBeGreaterThan(
      dollarsOf(fleet(10), 'KMS: requests'),
    );
  });
});
