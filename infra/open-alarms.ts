/** Alarms on what is open, to page people from: they stay raised as long as it is, and end with it. What it is stands in the notification of the incident. */
import type { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRICS, type MetricDefinition, MONITOR, NAMESPACE } from '../shared/publish/metric-catalogue.ts';

export type OpenAlarmProps = {
  readonly monitor: string;
  /** The shortest interval of any schedule. */
  readonly every: Duration;
  /** How many endpoints the registry has. */
  readonly endpoints: number;
};

/** The share of the fleet that is blind when the alarm is raised. */
const BLIND_SHARE = 0.1;

type Raised = {
  readonly name: string;
  readonly metric: MetricDefinition;
  readonly threshold: number;
  readonly description: string;
};

const raisedBy = ({ endpoints }: OpenAlarmProps): readonly Raised[] => {
  const blind = Math.max(1, Math.ceil(endpoints * BLIND_SHARE));
  return [
    {
      name: 'CriticalIncidentsOpen',
      metric: METRICS.CriticalIncidentsOpen,
      threshold: 1,
      description:
        'an incident is open whose severity is critical. Its notification says what it is; this ends when the last one does.',
    },
    {
      name: 'EndpointsBlind',
      metric: METRICS.EndpointsBlind,
      threshold: blind,
      description: `${blind} of ${endpoints} endpoints or more are blind: what they enforce is not known. Look for what they have in common: a network, an identity, a proxy.`,
    },
    {
      name: 'ExpiryNear',
      metric: METRICS.ExpiriesOpen,
      threshold: 1,
      description: 'a certificate, a CA or a CRL ends soon or has ended. The notification of kind expiry names it.',
    },
  ];
};

/** Each treats missing data as fine: that no run completes at all has alarms of its own. */
export const openAlarms = (scope: Construct, props: OpenAlarmProps): readonly Alarm[] =>
  raisedBy(props).map(
    ({ name, metric: { name: metricName, statistic }, threshold, description }) =>
      new Alarm(scope, `${name}Alarm`, {
        alarmName: `${props.monitor}-${name}`,
        alarmDescription: `mtls-monitor: ${description}`,
        metric: new Metric({
          ...{ namespace: NAMESPACE, metricName, statistic, period: props.every },
          dimensionsMap: { [MONITOR]: props.monitor },
        }),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
  );
