/** The dashboard: the fleet, the custom widget over the state, failures, inconclusive checks, days to expiry, latency, and the runs. */
import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { MetricLevel } from '../shared/model/names.ts';
import { METRICS, type MetricDefinition, MONITOR, NAMESPACE } from '../shared/publish/metric-catalogue.ts';

export type MonitorDashboardProps = {
  /** The monitor's name, and the dashboard's. */
  readonly monitor: string;
  readonly alarms: readonly IAlarm[];
  readonly functions: readonly IFunction[];
  /** Draws the custom widget. */
  readonly widget: IFunction;
  readonly level: MetricLevel;
  /** Whether the deployment subscribes an address to the notifications. */
  readonly subscribed: boolean;
  /** URL of the runbook. Absent: the registry names none. */
  readonly runbook?: string | undefined;
};

const PERIOD = Duration.minutes(5);
const FULL = 24;
/** Lines of a graph. CloudWatch draws at most 500, and a reader can follow a few dozens: the worst are drawn. */
const LINES = 40;

const fleet =
  (monitor: string) =>
  ({ name: metricName, statistic }: MetricDefinition): IMetric =>
    new Metric({ namespace: NAMESPACE, metricName, statistic, period: PERIOD, dimensionsMap: { [MONITOR]: monitor } });

/** The worst series of the monitor's metric: the lowest ones for the statistic Minimum, else the highest. */
const each = (monitor: string, { name, statistic, dimensions }: MetricDefinition): IMetric => {
  const schema = [NAMESPACE, ...(dimensions.at(-1) ?? [])].join(',');
  const search = `SEARCH('{${schema}} MetricName="${name}" ${MONITOR}="${monitor}"', '${statistic}', ${PERIOD.toSeconds()})`;
  const order = statistic === 'Minimum' ? 'MIN, ASC' : 'MAX, DESC';
  return new MathExpression({ expression: `SORT(${search}, ${order}, ${LINES})`, label: '', period: PERIOD });
};
const graph = (title: string, width: number, ...left: IMetric[]): IWidget =>
  new GraphWidget({ title, width, height: 7, left, leftYAxis: { showUnits: false } });

const text = (markdown: string): IWidget => new TextWidget({ markdown, width: FULL, height: 2 });

const NOBODY =
  '**This deployment names no address for notifications.** Unless the topic has other subscribers, no person gets a message. Name addresses in the registry and deploy again: `monitor: { notify: { email: [oncall@corp.example] } }`';

const fleetRows = ({ monitor, alarms }: MonitorDashboardProps): IWidget[][] => [
  [
    new SingleValueWidget({
      title: 'The fleet',
      width: FULL,
      height: 4,
      sparkline: true,
      metrics: [
        METRICS.IncidentsOpen,
        METRICS.CriticalIncidentsOpen,
        METRICS.EndpointsBlind,
        METRICS.MinDaysToExpiry,
        METRICS.NotificationsPending,
      ].map(fleet(monitor)),
    }),
  ],
  [
    new AlarmStatusWidget({
      title: 'Runs: missing, failed, not started, incomplete. Open: critical, blind, ending soon',
      width: FULL,
      height: 3,
      alarms: [...alarms],
    }),
  ],
];

const unusualRows = (monitor: string): IWidget[][] => [
  [
    graph('Enforcement failures', 12, each(monitor, METRICS.EnforcementFailures)),
    graph('Isolation failures', 12, each(monitor, METRICS.IsolationFailures)),
  ],
  [
    graph('Blind: inconclusive checks', 12, each(monitor, METRICS.Inconclusive)),
    graph('Control accepted (1 yes, 0 no)', 12, each(monitor, METRICS.ControlAccepted)),
  ],
];

/** A graph of a metric that its level does not send would always be empty. */
const endpointRows = ({ level, monitor }: MonitorDashboardProps): IWidget[][] => {
  if (level === 'fleet') return [];
  if (level === 'sparse') {
    return [
      [text(SPARSE)],
      ...unusualRows(monitor),
      [graph('Days to expiry of chains that end soon', 24, each(monitor, METRICS.DaysToExpiry))],
    ];
  }
  return [
    ...unusualRows(monitor),
    [
      graph('Days to expiry of served chains', 12, each(monitor, METRICS.DaysToExpiry)),
      graph('Probe latency (ms)', 12, each(monitor, METRICS.ProbeLatency)),
    ],
  ];
};

const SPARSE =
  'An endpoint is in these graphs while it fails, is blind or ends soon; its last point says that this is over. No line: no value was unusual in a run that completed. (`metrics: endpoint` sends all values always.)';

const runRows = ({ monitor, functions }: MonitorDashboardProps): IWidget[][] => [
  [
    graph('Run duration (ms)', 8, each(monitor, METRICS.RunDuration)),
    graph('Runs completed', 8, fleet(monitor)(METRICS.RunCompleted)),
    graph(
      'Errors and throttles of the functions',
      8,
      ...functions.flatMap((fn) => [fn.metricErrors(), fn.metricThrottles()]),
    ),
  ],
];

/** In angle brackets a URL may hold parentheses (CommonMark 6.3). */
const runbookText = (url: string): string =>
  `[Runbook](<${url.replaceAll(/[<>]/g, encodeURIComponent)}>): what each finding and each message means, and what to do about it.`;

/** What is open, what is enforced, who may call what, what ends: read from the state when somebody looks. */
const widgetRow = ({ widget }: MonitorDashboardProps): IWidget[] => [
  new CustomWidget({
    title: 'What is open, what is enforced, who may call what, what ends first',
    functionArn: widget.functionArn,
    ...{ width: FULL, height: 18 },
    ...{ updateOnRefresh: true, updateOnResize: false, updateOnTimeRangeChange: false },
  }),
];

/** Its rows, for the dashboard of the monitor or another. */
export const monitorWidgets = (props: MonitorDashboardProps): IWidget[][] => [
  ...(props.subscribed ? [] : [[text(NOBODY)]]),
  ...(props.runbook === undefined ? [] : [[text(runbookText(props.runbook))]]),
  ...fleetRows(props),
  widgetRow(props),
  ...endpointRows(props),
  ...runRows(props),
];

export const monitorDashboard = (scope: Construct, props: MonitorDashboardProps): Dashboard =>
  new Dashboard(scope, 'Dashboard', {
    dashboardName: props.monitor,
    defaultInterval: Duration.days(1),
    widgets: monitorWidgets(props),
  });
