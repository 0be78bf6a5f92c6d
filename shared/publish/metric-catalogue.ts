/** Every metric as data: the publisher, the alarms, the dashboard and the reference page are made from this list. */
import type { MetricLevel } from '../model/names.ts';

export const NAMESPACE = 'MtlsMonitor';

/** On every metric: two monitors in one account and region have metrics, alarms and dashboards of their own. */
export const MONITOR = 'Monitor';

export type MetricDefinition = {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  /** The coarsest level at which it is published; finer levels publish it too. */
  readonly level: MetricLevel;
  /** At the level `sparse` it is sent while this is so, and once when that is over. Null: its level sends it always. */
  readonly sparse: string | null;
  /** How an alarm on it treats missing data (API_PutMetricAlarm, TreatMissingData). */
  readonly missing: 'breaching' | 'notBreaching';
  /** Each set of dimensions that it is published with. */
  readonly dimensions: readonly (readonly string[])[];
  /** The CloudWatch statistic that is meaningful over several data points. */
  readonly statistic: 'Sum' | 'Minimum' | 'Maximum' | 'Average';
  readonly description: string;
};

const FLEET = [[MONITOR]] as const;
const RUN = [[MONITOR], [MONITOR, 'Schedule', 'Suite']] as const;
/** Counts that every run sends, the worst of several mattering. */
const OF_FLEET = {
  unit: 'Count',
  level: 'fleet',
  sparse: null,
  missing: 'notBreaching',
  dimensions: FLEET,
  statistic: 'Maximum',
} as const;
const OF_RUN = { ...OF_FLEET, dimensions: RUN } as const;
const ENDPOINT = [[MONITOR, 'Endpoint', 'Vantage']] as const;

export const METRICS = {
  EndpointsChecked: {
    name: 'EndpointsChecked',
    ...OF_RUN,
    description: 'Endpoints that a run checked, once for each vantage.',
  },
  EndpointsNotChecked: {
    name: 'EndpointsNotChecked',
    ...OF_FLEET,
    description:
      'Endpoints that a run planned and did not check, once for each vantage: its batches failed, or had no time.',
  },
  ChecksFailed: {
    name: 'ChecksFailed',
    ...OF_RUN,
    description: 'Checks of a run whose verdict is fail; waived ones do not count.',
  },
  ChecksInconclusive: {
    name: 'ChecksInconclusive',
    ...OF_RUN,
    description: 'Checks of a run whose verdict is inconclusive.',
  },
  MinDaysToExpiry: {
    name: 'MinDaysToExpiry',
    unit: 'None',
    level: 'fleet',
    sparse: null,
    missing: 'notBreaching',
    dimensions: FLEET,
    statistic: 'Minimum',
    description: 'Days until the first certificate of any served chain ends; negative once expired.',
  },
  RunDuration: {
    name: 'RunDuration',
    ...OF_RUN,
    unit: 'Milliseconds',
    description: 'From the start of a run to its report.',
  },
  RunCompleted: {
    name: 'RunCompleted',
    unit: 'Count',
    level: 'fleet',
    sparse: null,
    missing: 'breaching',
    dimensions: RUN,
    statistic: 'Sum',
    description: '1 for each completed run. Missing data raises the alarm on missing runs.',
  },
  RunsSkipped: {
    name: 'RunsSkipped',
    unit: 'Count',
    level: 'fleet',
    sparse: 'a run is skipped',
    missing: 'notBreaching',
    dimensions: FLEET,
    statistic: 'Sum',
    description: '1 for each run that did not start, since the last one of its schedule and suite still went on.',
  },
  NotificationsPending: {
    name: 'NotificationsPending',
    ...OF_FLEET,
    description: 'Transitions that are due and not yet published at the end of a run.',
  },
  IncidentsOpen: {
    name: 'IncidentsOpen',
    ...OF_FLEET,
    description: 'Incidents that are open at the end of a run, of whatever suite and schedule.',
  },
  CriticalIncidentsOpen: {
    name: 'CriticalIncidentsOpen',
    ...OF_FLEET,
    description: 'Those of them whose severity is critical.',
  },
  EndpointsBlind: {
    name: 'EndpointsBlind',
    ...OF_FLEET,
    description: 'Endpoints of open incidents of kind blind: what they enforce is not known now.',
  },
  ExpiriesOpen: {
    name: 'ExpiriesOpen',
    ...OF_FLEET,
    description: 'Open incidents of kind expiry: a certificate, a CA or a CRL ends soon or has ended.',
  },
  ControlAccepted: {
    name: 'ControlAccepted',
    unit: 'None',
    level: 'sparse',
    sparse: 'an identity in `admits` is not accepted',
    missing: 'notBreaching',
    dimensions: ENDPOINT,
    statistic: 'Minimum',
    description:
      '1 where every identity in `admits` was accepted, else 0: the minimum over controls, addresses and TLS versions.',
  },
  EnforcementFailures: {
    name: 'EnforcementFailures',
    unit: 'Count',
    level: 'sparse',
    sparse: 'there are any',
    missing: 'notBreaching',
    dimensions: ENDPOINT,
    statistic: 'Maximum',
    description:
      'Failed checks of the enforcement suite; waived ones do not count, and neither does what a configuration says.',
  },
  IsolationFailures: {
    name: 'IsolationFailures',
    unit: 'Count',
    level: 'sparse',
    sparse: 'there are any',
    missing: 'notBreaching',
    dimensions: ENDPOINT,
    statistic: 'Maximum',
    description: 'Failed checks of the isolation suite; waived ones do not count.',
  },
  Inconclusive: {
    name: 'Inconclusive',
    unit: 'Count',
    level: 'sparse',
    sparse: 'there are any',
    missing: 'notBreaching',
    dimensions: ENDPOINT,
    statistic: 'Maximum',
    description: 'Checks whose verdict is inconclusive.',
  },
  DaysToExpiry: {
    name: 'DaysToExpiry',
    unit: 'None',
    level: 'sparse',
    sparse: 'the end is inside the registry’s `expiry.warn`, or past',
    missing: 'notBreaching',
    dimensions: ENDPOINT,
    statistic: 'Minimum',
    description:
      'Days until the served chain’s first certificate ends, negative once expired: the minimum over the chain, addresses and TLS versions.',
  },
  ProbeLatency: {
    name: 'ProbeLatency',
    unit: 'Milliseconds',
    level: 'endpoint',
    sparse: null,
    missing: 'notBreaching',
    dimensions: ENDPOINT,
    statistic: 'Average',
    description: 'How long a probe took, as a statistic set over the run.',
  },
  CheckFailed: {
    name: 'CheckFailed',
    unit: 'None',
    level: 'check',
    sparse: null,
    missing: 'notBreaching',
    dimensions: [[MONITOR, 'Endpoint', 'Vantage', 'Check']],
    statistic: 'Maximum',
    description:
      '1 where the check failed, 0 where it passed or is waived; left out where it is inconclusive. `Endpoint` is left out for identities.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
