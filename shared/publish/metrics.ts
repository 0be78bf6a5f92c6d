/** Results of a run → CloudWatch data. The metric level decides how much is published. */
import type { MetricLevel, Suite, SuiteRequest } from '../model/names.ts';
import type { CheckResult, ServedChain } from '../model/report.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { familyOf, scenarioNamed } from '../scenario/catalogue.ts';
import { METRICS, type MetricName } from './metric-catalogue.ts';
import type { Tally } from './tally.ts';

export type Datum = {
  readonly name: MetricName;
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly timestamp: Instant;
  readonly value: number | { readonly count: number; readonly sum: number; readonly min: number; readonly max: number };
};

export type EndpointRun = {
  readonly endpoint: string;
  readonly vantage: string;
  /** Suites of the run: a count of a suite that did not run would read as 0. */
  readonly suites: readonly Suite[];
  /** Of this endpoint, from this vantage. */
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly timestamp: Instant;
};

/** Metrics of one endpoint from one vantage; none at level `fleet`. A metric that this run did not measure is left out. */
export const endpointMetrics = (run: EndpointRun, level: MetricLevel): readonly Datum[] => {
  if (level === 'fleet') return [];
  const { endpoint, vantage, suites, checks, servedChains, timestamp } = run;
  const failures = (suite: Suite) =>
    suites.includes(suite) ? count(checks, (check) => check.verdict === 'fail' && suiteOf(check) === suite) : null;
  return [
    ...data({ Endpoint: endpoint, Vantage: vantage }, timestamp, {
      ControlAccepted: controlAccepted(checks),
      EnforcementFailures: failures('enforcement'),
      IsolationFailures: failures('isolation'),
      Inconclusive: count(checks, ({ verdict }) => verdict === 'inconclusive'),
      DaysToExpiry: least(servedChains.map(({ daysToExpiry }) => daysToExpiry)),
      ProbeLatency: latency(checks),
    }),
    ...(level === 'check' ? checkMetrics(checks, timestamp) : []),
  ];
};

/** Metrics of single checks, including those without an endpoint. To be published at level `check` only. */
export const checkMetrics = (checks: readonly CheckResult[], timestamp: Instant): readonly Datum[] =>
  checks
    .filter(({ verdict }) => verdict !== 'inconclusive')
    .flatMap(({ id, endpoint, vantage, verdict }) =>
      data({ ...(endpoint !== null && { Endpoint: endpoint }), Vantage: vantage, Check: id }, timestamp, {
        CheckFailed: verdict === 'fail' ? 1 : 0,
      }),
    );

export type FleetRun = {
  readonly suite: SuiteRequest;
  /** Null for a run over every schedule: its dimension says `all`. */
  readonly schedule: string | null;
  readonly tally: Tally;
  readonly durationMs: Milliseconds;
  /** Whether every batch left its result. If false, `RunCompleted` is not published, and its absence raises an alarm. */
  readonly completed: boolean;
  readonly notificationsPending: number;
  readonly timestamp: Instant;
};

export const fleetMetrics = (run: FleetRun): readonly Datum[] => {
  const ofRun = {
    EndpointsChecked: run.tally.endpoints,
    ChecksFailed: run.tally.failed,
    ChecksInconclusive: run.tally.inconclusive,
    RunDuration: run.durationMs,
    RunCompleted: run.completed ? 1 : null,
  };
  return [
    ...data({}, run.timestamp, {
      ...ofRun,
      MinDaysToExpiry: run.tally.minDaysToExpiry,
      NotificationsPending: run.notificationsPending,
    }),
    ...data({ Schedule: run.schedule ?? 'all', Suite: run.suite }, run.timestamp, ofRun),
  ];
};

const data = (
  dimensions: Datum['dimensions'],
  timestamp: Instant,
  values: Partial<Readonly<Record<MetricName, Datum['value'] | null>>>,
): readonly Datum[] => {
  const allowed = Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [name, dimensionValue(value)]));
  return (Object.entries(values) as [MetricName, Datum['value'] | null][]).flatMap(([name, value]) =>
    value === null ? [] : [{ name, unit: METRICS[name].unit, dimensions: allowed, timestamp, value }],
  );
};

/** API_Dimension: 1 to 1024 characters of printable ASCII, not beginning with a colon; a subject may be an URL or a principal. */
const dimensionValue = (value: string): string =>
  value
    .replaceAll(/[^\x20-\x7e]/gu, '?')
    .replace(/^:/, '_')
    .slice(0, 1024)
    .trim() || '?';

const suiteOf = ({ scenario }: CheckResult): Suite => scenarioNamed(scenario).suite;

const count = (checks: readonly CheckResult[], counted: (check: CheckResult) => boolean): number =>
  checks.filter(counted).length;

const least = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.min(...values));

/** Null if no control was probed: a `NOT_RUN` or waived control is left out. */
const controlAccepted = (checks: readonly CheckResult[]): number | null =>
  least(
    checks
      .filter(
        ({ scenario, verdict, code }) => familyOf(scenario) === 'control' && verdict !== 'waived' && code !== 'NOT_RUN',
      )
      .map(({ verdict }) => (verdict === 'pass' ? 1 : 0)),
  );

/** Takes each connection once: the control's connection is in the evidence of every check that it brackets. */
const latency = (checks: readonly CheckResult[]): Datum['value'] | null => {
  const seen = new Map(
    checks.flatMap(({ evidence }) =>
      evidence.map((observation) => [JSON.stringify(observation), observation] as const),
    ),
  );
  const times = [...seen.values()]
    .filter(({ ended }) => ended.kind !== 'unusable' && ended.kind !== 'address-refused')
    .map(({ durationMs }) => durationMs);
  if (times.length === 0) return null;
  return {
    count: times.length,
    sum: times.reduce((sum, ms) => sum + ms, 0),
    min: Math.min(...times),
    max: Math.max(...times),
  };
};
