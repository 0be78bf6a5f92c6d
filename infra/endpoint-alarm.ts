/** An alarm on a metric of one endpoint, for teams that page from CloudWatch. */
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricLevel } from '../shared/model/names.ts';
import { DEFAULT_VANTAGE, type Registry } from '../shared/model/registry.ts';
import { METRICS, type MetricDefinition } from '../shared/publish/metric-catalogue.ts';
import { advise } from '../shared/registry/nearest.ts';
import type { AlarmedMetric } from './alarmed-metric.ts';
import { DeploymentError } from './deployment-error.ts';
import { monitorMetric } from './monitor-metric.ts';

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

export const treatMissing = ({ missing }: MetricDefinition): TreatMissingData =>
  missing === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING;

/**
 * Its period is one interval of the suite that measures the metric. One value decides: CloudWatch User Guide, "Configuring how CloudWatch alarms treat
 * missing data": the latest values that there are in the evaluation range are evaluated before any data counts as missing. So a gap between two
 * runs does not return the alarm, and the value that says that it is over does. Throws a `DeploymentError` for an unknown endpoint or vantage, and at the level `fleet`.
 */
export const endpointAlarm = (scope: Construct, props: EndpointAlarmProps): Alarm => {
  const { monitor, registry, level, metric, endpoint: name, threshold = THRESHOLDS[metric] } = props;
  if (!Object.hasOwn(THRESHOLDS, metric))
    throw new DeploymentError(
      `An alarm: unknown metric ${String(metric)}${advise(String(metric), Object.keys(THRESHOLDS))}`,
    );
  const definition = METRICS[metric];
  const chosen = { endpoint: name, ...(props.vantage !== undefined && { vantage: props.vantage }) };
  const watched = monitorMetric({ monitor, registry, level }, metric, chosen, 'An alarm');
  const vantage = watched.dimensions?.['Vantage'] ?? DEFAULT_VANTAGE;
  const from = vantage === DEFAULT_VANTAGE ? '' : vantage;
  return new Alarm(scope, ['Alarm', metric, name, from].filter(Boolean).join('-'), {
    alarmDescription: `mtls-monitor: ${metric} of ${name}${from && ` from ${from}`}.`,
    metric: watched,
    comparisonOperator:
      definition.statistic === 'Minimum'
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold,
    evaluationPeriods: 1,
    treatMissingData: treatMissing(definition),
  });
};
