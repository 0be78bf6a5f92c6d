/** An alarm on a metric of one endpoint, for teams that page from CloudWatch. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricLevel, Suite } from '../shared/model/names.ts';
import { DEFAULT_VANTAGE, type Endpoint, type Registry } from '../shared/model/registry.ts';
import { METRICS, type MetricDefinition, MONITOR, NAMESPACE } from '../shared/publish/metric-catalogue.ts';
import { advise } from '../shared/registry/nearest.ts';
import type { AlarmedMetric } from './alarmed-metric.ts';
import { DeploymentError } from './deployment-error.ts';

export type EndpointAlarmProps = {
  /** The monitor's name. */
  readonly monitor: string;
  readonly registry: Registry;
  readonly level: MetricLevel;
  readonly metric: AlarmedMetric;
  readonly endpoint: string;
  /** Default: see `THRESHOLDS`. */
  readonly threshold?: number | undefined;
  /** Default: the only one that the endpoint is probed from. */
  readonly vantage?: string | undefined;
};

/** Failures, inconclusive checks: 1 and more. `ControlAccepted`: below 1. `DaysToExpiry`: below 7 days. */
const THRESHOLDS: Readonly<Record<AlarmedMetric, number>> = {
  ControlAccepted: 1,
  EnforcementFailures: 1,
  IsolationFailures: 1,
  Inconclusive: 1,
  DaysToExpiry: 7,
};

/** Suites that do not measure the others' failures. */
const SUITE_OF: Partial<Readonly<Record<AlarmedMetric, Suite>>> = {
  EnforcementFailures: 'enforcement',
  IsolationFailures: 'isolation',
};

export const treatMissing = ({ missing }: MetricDefinition): TreatMissingData =>
  missing === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING;

/** An alarm on a vantage that sends nothing would never be raised. */
const vantageOf = ({ name, from: [first, ...others], from }: Endpoint, wanted: string | undefined): string => {
  if (wanted === undefined && others.length === 0) return first;
  if (wanted !== undefined && from.includes(wanted)) return wanted;
  throw new DeploymentError(`An alarm on ${name}: it is probed from ${from.join(', ')}: name one of them.`);
};

/**
 * Its period is one interval of the suite that measures the metric. One value decides: CloudWatch User Guide, "Configuring how CloudWatch alarms treat
 * missing data": the latest values that there are in the evaluation range are evaluated before any data counts as missing. So a gap between two
 * runs does not return the alarm, and the value that says that it is over does. Throws a `DeploymentError` for an unknown endpoint or vantage, and at the level `fleet`.
 */
export const endpointAlarm = (scope: Construct, props: EndpointAlarmProps): Alarm => {
  const { monitor, registry, level, metric, endpoint: name, threshold = THRESHOLDS[metric] } = props;
  const { endpoints, schedules } = registry;
  if (!Object.hasOwn(THRESHOLDS, metric))
    throw new DeploymentError(
      `An alarm: unknown metric ${String(metric)}${advise(String(metric), Object.keys(THRESHOLDS))}`,
    );
  const endpoint = endpoints.find((each) => each.name === name);
  const names = endpoints.map((each) => each.name);
  if (endpoint === undefined) throw new DeploymentError(`An alarm: unknown endpoint ${name}${advise(name, names)}`);
  if (level === 'fleet')
    throw new DeploymentError(`An alarm on ${name}: with metrics: fleet no metric of an endpoint is sent.`);
  const every = schedules[endpoint.schedule];
  if (every === undefined) throw new DeploymentError(`An alarm on ${name}: it has no schedule.`);
  const suite = SUITE_OF[metric];
  const interval = suite === undefined ? Math.min(...Object.values(every)) : every[suite];
  const definition = METRICS[metric];
  const vantage = vantageOf(endpoint, props.vantage);
  const from = vantage === DEFAULT_VANTAGE ? '' : vantage;
  return new Alarm(scope, ['Alarm', metric, name, from].filter(Boolean).join('-'), {
    alarmDescription: `mtls-monitor: ${metric} of ${name}${from && ` from ${from}`}.`,
    metric: new Metric({
      namespace: NAMESPACE,
      metricName: definition.name,
      statistic: definition.statistic,
      period: Duration.millis(interval),
      dimensionsMap: { [MONITOR]: monitor, Endpoint: name, Vantage: vantage },
    }),
    comparisonOperator:
      definition.statistic === 'Minimum'
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold,
    evaluationPeriods: 1,
    treatMissingData: treatMissing(definition),
  });
};
