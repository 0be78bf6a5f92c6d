/** Alarms on what a run cannot say itself: that it failed, that it was never started, and that its notifications wait. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { METRICS, type MetricDefinition, MONITOR, NAMESPACE } from '../shared/publish/metric-catalogue.ts';

export type FailureAlarmProps = {
  readonly monitor: string;
  readonly stateMachine: IStateMachine;
  /** By the name that the alarms have. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** Where the schedules put the runs that could not be started. */
  readonly notStarted: IQueue;
  /** The shortest interval of any schedule. */
  readonly every: Duration;
};

const SHORT = { period: Duration.minutes(5) };
const RUN_FAILED = 'RunFailed';

/** The name of the alarm on failed runs, which the state machine reads. */
export const runFailedName = (monitor: string): string => `${monitor}-${RUN_FAILED}`;

type Raised = {
  readonly name: string;
  readonly metric: IMetric;
  readonly periods: number;
  readonly description: string;
};

/** Each treats missing data as fine: that no run completes at all has alarms of its own. */
export const failureAlarms = (scope: Construct, props: FailureAlarmProps): readonly Alarm[] =>
  [...failures(props), ...leftovers(props)].map(
    ({ name, metric, periods, description }) =>
      new Alarm(scope, `${name}Alarm`, {
        alarmName: `${props.monitor}-${name}`,
        alarmDescription: `mtls-monitor: ${description}`,
        metric,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: 1,
        evaluationPeriods: periods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
  );

const failures = ({ stateMachine: run, functions }: FailureAlarmProps): readonly Raised[] => [
  ...(
    [
      [RUN_FAILED, run.metricFailed(SHORT), 'failed'],
      ['RunTimedOut', run.metricTimedOut(SHORT), 'ran out of time'],
      ['RunAborted', run.metricAborted(SHORT), 'was aborted'],
    ] as const
  ).map(([name, metric, ended]) => ({
    name,
    metric,
    periods: 1,
    description: `a run ${ended}. What it found may not be announced: look at the latest executions of the state machine.`,
  })),
  ...Object.entries(functions).flatMap(([name, fn]) => [
    {
      name: `${name}Errors`,
      metric: fn.metricErrors(SHORT),
      periods: 2,
      description: `the function ${name} fails, for ten minutes. A single failure is tried again, and raises nothing: look at its log.`,
    },
    {
      name: `${name}Throttles`,
      metric: fn.metricThrottles(SHORT),
      periods: 2,
      description: `the function ${name} is throttled, for ten minutes: look at the concurrency that the account has left.`,
    },
  ]),
];

const leftovers = ({ monitor, notStarted, every }: FailureAlarmProps): readonly Raised[] => {
  const own = ({ name: metricName, statistic }: MetricDefinition) =>
    new Metric({ namespace: NAMESPACE, metricName, statistic, period: every, dimensionsMap: { [MONITOR]: monitor } });
  return [
    {
      name: 'RunsNotStarted',
      metric: notStarted.metricApproximateNumberOfMessagesVisible({ ...SHORT, statistic: 'Maximum' }),
      periods: 1,
      description:
        'the scheduler could not start runs: the queue of runs not started has their inputs. Empty it when the cause is gone.',
    },
    {
      name: 'NotificationsPending',
      metric: own(METRICS.NotificationsPending),
      periods: 2,
      description:
        'notifications wait that two runs could not publish: look at the log of the report function, and at the topic.',
    },
    {
      name: 'EndpointsNotChecked',
      metric: own(METRICS.EndpointsNotChecked),
      periods: 1,
      description:
        'a run checked fewer endpoints than it planned: the state of the others is unknown. The notification of the run names them.',
    },
  ];
};
