import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { CheckResult, ServedChain } from '../../../shared/model/report.ts';
import type { EndpointRun } from '../../../shared/publish/figures.ts';
import { METRICS } from '../../../shared/publish/metric-catalogue.ts';
import {
  checkMetrics,
  type Datum,
  endpointMetrics,
  fleetMetrics,
  skippedMetric,
} from '../../../shared/publish/metrics.ts';
import { addTo, EMPTY_TALLY } from '../../../shared/publish/tally.ts';
import { fail, open, pass, unsure, waived } from '../../helpers/judged.ts';

const took = (durationMs: number, own: Partial<Evidence> = {}): Evidence => ({
  presented: null,
  address: '10.0.0.1:443',
  tls: '1.3',
  durationMs,
  certificateRequested: true,
  ended: { kind: 'answered', phase: 'answer', status: 200 },
  ...own,
});
const chain = (daysToExpiry: number): ServedChain => ({
  endpoint: 'payments',
  address: '10.0.0.1:443',
  daysToExpiry,
  expiresFirst: 'CN=payments',
  sha256: 'aa',
  problems: [],
});
const negative = (result: CheckResult): CheckResult => ({
  ...result,
  id: 'payments/no-certificate',
  scenario: 'no-certificate',
});
const foreign = (result: CheckResult): CheckResult => ({
  ...result,
  id: 'payments/foreign-identity/orders',
  scenario: 'foreign-identity',
});

const run = (checks: readonly CheckResult[], own: Partial<EndpointRun> = {}): EndpointRun => ({
  endpoint: 'payments',
  vantage: 'default',
  schedule: 'default',
  run: { id: 'run-1', startedAt: 500 },
  suites: ['enforcement', 'isolation', 'certificates'],
  checks,
  servedChains: [],
  durationMs: 70,
  ...own,
});
const values = (data: readonly Datum[]) => Object.fromEntries(data.map(({ name, value }) => [name, value]));
const endpoint = (checks: readonly CheckResult[], own: Partial<EndpointRun> = {}) =>
  values(endpointMetrics(run(checks, own), 'endpoint', 1000));

describe('of one endpoint', () => {
  test.each<[string, readonly CheckResult[], number | undefined]>([
    ['accepted', [pass(), pass()], 1],
    ['one of two rejected', [pass(), fail('CONTROL_REJECTED')], 0],
    ['unreachable', [unsure()], 0],
    ['waived beside an accepted one', [waived(), pass()], 1],
    ['waived alone', [waived()], undefined],
    ['not asked', [unsure('NOT_RUN')], undefined],
    ['no such check in the run', [negative(pass())], undefined],
  ])('ControlAccepted: %s', (_, checks, expected) => {
    expect(endpoint(checks)['ControlAccepted']).toBe(expected);
  });

  test('failures are counted by suite; the control’s is one of enforcement; waived ones do not count', () => {
    const checks = [
      fail('CONTROL_REJECTED'),
      negative(open()),
      negative(waived()),
      foreign(fail('ACCEPTED_FOREIGN_IDENTITY')),
    ];
    expect(endpoint(checks)).toMatchObject({ EnforcementFailures: 2, IsolationFailures: 1, Inconclusive: 0 });
  });

  test('a failing served certificate is none of either', () => {
    const checks = [
      fail('SERVED_CHAIN_EXPIRED', { id: 'payments/served-certificate', scenario: 'served-certificate' }),
    ];
    expect(endpoint(checks)).toMatchObject({ EnforcementFailures: 0, IsolationFailures: 0 });
  });

  test('a suite that did not run has no count: 0 would be a lie', () => {
    const metrics = endpoint([pass()], { suites: ['certificates'] });
    expect(metrics).toEqual({ ControlAccepted: 1, Inconclusive: 0 });
  });

  test('the nearest expiry, negative once expired', () => {
    expect(endpoint([pass()], { servedChains: [chain(41.2), chain(-3)] })['DaysToExpiry']).toBe(-3);
  });

  test('latency over every connection, each once, without those that were never made', () => {
    const control = took(40, { presented: 'checkout' });
    const unmade = took(0, { ended: { kind: 'unusable', phase: 'connect', reason: 'no key' } });
    const checks = [
      pass({ evidence: [control] }),
      negative(pass({ evidence: [took(10), took(30), unmade, { ...control }] })),
    ];
    expect(endpoint(checks)['ProbeLatency']).toEqual({ count: 3, sum: 80, min: 10, max: 40 });
  });

  test('a connection of another endpoint is no latency of this one', () => {
    const checks = [
      pass({ evidence: [took(40)] }),
      negative(pass({ evidence: [took(900, { sharedFrom: 'orders' })] })),
    ];
    expect(endpoint(checks)['ProbeLatency']).toEqual({ count: 1, sum: 40, min: 40, max: 40 });
  });

  test('names it by endpoint and vantage', () => {
    for (const { dimensions, timestamp } of endpointMetrics(run([pass()]), 'endpoint', 1000)) {
      expect([dimensions, timestamp]).toEqual([{ Endpoint: 'payments', Vantage: 'default' }, 1000]);
    }
  });
});

describe('of one check', () => {
  test('1 where it fails, 0 where it passes or is waived, nothing where it could not tell', () => {
    const data = checkMetrics(
      [open({ id: 'a' }), pass({ id: 'b' }), waived({ id: 'c' }), unsure('UNREACHABLE', { id: 'd' })],
      1,
    );
    expect(data.map(({ dimensions, value }) => [dimensions['Check'], value])).toEqual([
      ['a', 1],
      ['b', 0],
      ['c', 0],
    ]);
  });
  test('an identity belongs to no endpoint', () => {
    const [datum] = checkMetrics([pass({ endpoint: null, id: 'identity-health/checkout' })], 1);
    expect(datum?.dimensions).toEqual({ Vantage: 'default', Check: 'identity-health/checkout' });
  });
  test('dimension values are what CloudWatch takes', () => {
    const [datum] = checkMetrics([pass({ id: `:${'ü\n'.repeat(2000)}` })], 1);
    expect(datum?.dimensions['Check']).toMatch(/^[!-~]{1,1024}$/);
  });
});

describe('levels that a batch sends by itself', () => {
  test.each([
    ['fleet', []],
    ['sparse', []],
    ['endpoint', ['ControlAccepted', 'EnforcementFailures', 'IsolationFailures', 'Inconclusive']],
    ['check', ['ControlAccepted', 'EnforcementFailures', 'IsolationFailures', 'Inconclusive', 'CheckFailed']],
  ] as const)('%s', (level, names) => {
    expect(endpointMetrics(run([pass()]), level, 1000).map(({ name }) => name)).toEqual(names);
  });
});

describe('of the fleet', () => {
  const tally = addTo(addTo(EMPTY_TALLY, { checks: [pass(), open()], servedChains: [chain(12), chain(30)] }), {
    checks: [
      unsure('UNREACHABLE', { endpoint: 'ledger' }),
      unsure('NOT_RUN', { endpoint: 'orders' }),
      fail('IDENTITY_UNUSABLE', { endpoint: null }),
    ],
    servedChains: [chain(20)],
  });
  const fleet = (own: Partial<Parameters<typeof fleetMetrics>[0]> = {}) =>
    fleetMetrics({
      suite: 'enforcement',
      schedule: 'critical',
      tally,
      durationMs: 1310,
      completed: true,
      notificationsPending: 2,
      notChecked: 1,
      open: [],
      timestamp: 5,
      ...own,
    });

  test('adds up batch by batch', () => {
    expect(tally).toEqual({ endpoints: 2, failed: 2, inconclusive: 2, minDaysToExpiry: 12 });
  });
  test('without dimensions, and some with schedule and suite', () => {
    const bare = fleet().filter(({ dimensions }) => Object.keys(dimensions).length === 0);
    const scheduled = fleet().filter(
      ({ dimensions }) => dimensions['Schedule'] === 'critical' && dimensions['Suite'] === 'enforcement',
    );
    const ofRun = { EndpointsChecked: 2, ChecksFailed: 2, ChecksInconclusive: 2, RunDuration: 1310, RunCompleted: 1 };
    const nothing = { IncidentsOpen: 0, CriticalIncidentsOpen: 0, ExpiriesOpen: 0, EndpointsBlind: 0 };
    expect(values(bare)).toEqual({
      ...{ ...ofRun, ...nothing },
      ...{ EndpointsNotChecked: 1, MinDaysToExpiry: 12, NotificationsPending: 2 },
    });
    expect(values(scheduled)).toEqual(ofRun);
    expect(fleet()).toHaveLength(bare.length + scheduled.length);
  });
  test('a run that was not completed leaves RunCompleted out: its alarm watches for missing data', () => {
    expect(values(fleet({ completed: false }))).not.toHaveProperty('RunCompleted');
  });
  test('what is open at the end of a run, of whatever suite', () => {
    const open = [
      { kind: 'regression', severity: 'critical', endpoints: ['payments', 'ledger'] },
      { kind: 'blind', severity: 'warning', endpoints: ['orders', 'audit'] },
      { kind: 'blind', severity: 'critical', endpoints: ['audit'] },
      { kind: 'expiry', severity: 'warning', endpoints: ['web'] },
    ] as const;
    expect(values(fleet({ open }))).toMatchObject({
      ...{ IncidentsOpen: 4, CriticalIncidentsOpen: 2, ExpiriesOpen: 1, EndpointsBlind: 2 },
    });
  });
  test('what is open could not be read: none of its figures, and the others', () => {
    const figures = values(fleet({ open: null }));
    expect(figures).not.toHaveProperty('IncidentsOpen');
    expect(figures).not.toHaveProperty('EndpointsBlind');
    expect(figures).toHaveProperty('RunCompleted');
  });
  test('no served chain: no days', () => {
    expect(values(fleet({ tally: EMPTY_TALLY }))).not.toHaveProperty('MinDaysToExpiry');
  });
});

describe('the catalogue', () => {
  const all = [
    ...skippedMetric(1),
    ...endpointMetrics(run([pass({ evidence: [took(1)] })], { servedChains: [chain(1)] }), 'check', 1000),
    ...fleetMetrics({
      suite: 'all',
      schedule: null,
      tally: { ...EMPTY_TALLY, minDaysToExpiry: 1 },
      durationMs: 1,
      completed: true,
      notificationsPending: 0,
      notChecked: 0,
      open: [],
      timestamp: 1,
    }),
  ];
  test('has every metric that is published, with its dimensions and unit, and no other', () => {
    const seen = new Set(
      all.map(({ name, unit, dimensions }) => `${name} ${unit} ${['Monitor', ...Object.keys(dimensions)]}`),
    );
    const listed = Object.values(METRICS).flatMap(({ name, unit, dimensions }) =>
      dimensions.map((set) => `${name} ${unit} ${set}`),
    );
    expect([...seen].toSorted()).toEqual(listed.toSorted());
  });
});
