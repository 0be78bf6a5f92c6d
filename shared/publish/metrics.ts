/** Results of a run → CloudWatch data. The metric level decides how much is published. */
import type { Figures } from '../model/endpoint-standing.ts';
import type { Incident } from '../model/incident.ts';
import type { MetricLevel, SuiteRequest } from '../model/names.ts';
import type { CheckResult } from '../model/report.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { type EndpointRun, figuresOf } from './figures.ts';
import { METRICS, type MetricName } from './metric-catalogue.ts';
import type { Tally } from './tally.ts';

export type Datum = {
  readonly name: MetricName;
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly timestamp: Instant;
  readonly value: number | { readonly count: number; readonly sum: number; readonly min: number; readonly max: number };
};

/** Metrics of one endpoint from one vantage at the levels that send all of them; none at the others. A metric that this run did not measure is left out. */
export const endpointMetrics = (run: EndpointRun, level: MetricLevel, timestamp: Instant): readonly Datum[] =>
  sendsAll(level)
    ? [
        ...endpointData(run, figuresOf(run), timestamp),
        ...(level === 'check' ? checkMetrics(run.checks, timestamp) : []),
      ]
    : [];

/** Whether every run sends all metrics of its endpoints. */
export const sendsAll = (level: MetricLevel): boolean => level === 'endpoint' || level === 'check';

export const endpointData = (
  { endpoint, vantage }: { readonly endpoint: string; readonly vantage: string },
  figures: Figures,
  timestamp: Instant,
): readonly Datum[] => data({ Endpoint: endpoint, Vantage: vantage }, timestamp, figures);

/** Metrics of single checks, including those without an endpoint. To be published at level `check` only. */
export const checkMetrics = (checks: readonly CheckResult[], timestamp: Instant): readonly Datum[] =>
  checks
    .filter(({ verdict }) => verdict !== 'inconclusive')
    .flatMap(({ id, endpoint, vantage, verdict }) =>
      data({ ...(endpoint !== null && { Endpoint: endpoint }), Vantage: vantage, Check: id }, timestamp, {
        CheckFailed: verdict === 'fail' ? 1 : 0,
      }),
    );

/** Of a run that was not started since the one before it still goes on. */
export const skippedMetric = (timestamp: Instant): readonly Datum[] => data({}, timestamp, { RunsSkipped: 1 });

export type FleetRun = {
  readonly suite: SuiteRequest;
  /** Null for a run over every schedule: its dimension says `all`. */
  readonly schedule: string | null;
  readonly tally: Tally;
  readonly durationMs: Milliseconds;
  /** Whether every batch left its result. If false, `RunCompleted` is not published, and its absence raises an alarm. */
  readonly completed: boolean;
  readonly notificationsPending: number;
  /** Endpoints that the run planned and did not check; null where its plan failed. */
  readonly notChecked: number | null;
  /** What is open at the run's end; null where it could not be read. */
  readonly open: readonly Pick<Incident, 'kind' | 'severity' | 'endpoints'>[] | null;
  readonly timestamp: Instant;
};

const openFigures = (open: NonNullable<FleetRun['open']>) => ({
  IncidentsOpen: open.length,
  CriticalIncidentsOpen: open.filter(({ severity }) => severity === 'critical').length,
  ExpiriesOpen: open.filter(({ kind }) => kind === 'expiry').length,
  EndpointsBlind: new Set(open.flatMap(({ kind, endpoints }) => (kind === 'blind' ? endpoints : []))).size,
});

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
      EndpointsNotChecked: run.notChecked,
      ...(run.open === null ? {} : openFigures(run.open)),
    }),
    ...data({ Schedule: run.schedule ?? 'all', Suite: run.suite }, run.timestamp, ofRun),
  ];
};

const data = (
  dimensions: Datum['dimensions'],
  timestamp: Instant,
  values: Partial<Readonly<Record<MetricName, Datum['value'] | null | undefined>>>,
): readonly Datum[] => {
  const allowed = Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [name, dimensionValue(value)]));
  return (Object.entries(values) as [MetricName, Datum['value'] | null | undefined][]).flatMap(([name, value]) =>
    value === null || value === undefined
      ? []
      : [{ name, unit: METRICS[name].unit, dimensions: allowed, timestamp, value }],
  );
};

/** API_Dimension: 1 to 1024 characters of printable ASCII, not beginning with a colon; a subject may be an URL or a principal. */
export const dimensionValue = (value: string): string =>
  value
    .replaceAll(/[^\x20-\x7e]/gu, '?')
    .replace(/^:/, '_')
    .slice(0, 1024)
    .trim() || '?';
