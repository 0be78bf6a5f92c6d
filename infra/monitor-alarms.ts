/** The dead man's switch: an alarm for each run that no longer completes. */
import { type Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { NAMESPACE } from '../shared/publish/metric-catalogue.ts';
import type { ScheduledRun } from './monitor-schedules.ts';

type Missing = {
  readonly what: string;
  readonly every: Duration;
  readonly dimensions: Readonly<Record<string, string>>;
};

/**
 * The alarm `<stack>-RunMissing` on any run at all, first, and `<stack>-RunMissing-<schedule>-<suite>` for each scheduled one. All notify
 * `topics`, and again once they are over.
 */
export const monitorAlarms = (
  scope: Construct,
  runs: readonly ScheduledRun[],
  topics: readonly ITopic[],
): readonly [Alarm, ...Alarm[]] => {
  const name = `${Stack.of(scope).stackName}-RunMissing`;
  const [first, ...rest] = runs.map(({ every }) => every);
  if (first === undefined) throw new Error('A registry has at least one endpoint, and so one schedule.');
  const shortest = rest.reduce((least, every) => (every.toSeconds() < least.toSeconds() ? every : least), first);
  const alarms = runs.map(({ schedule, suite, every }) =>
    missingAlarm(scope, `RunMissing-${schedule}-${suite}`, `${name}-${schedule}-${suite}`, {
      what: `${suite} of the schedule ${schedule}`,
      every,
      dimensions: { Schedule: schedule, Suite: suite },
    }),
  );
  const any = missingAlarm(scope, 'RunMissing', name, { what: 'any run', every: shortest, dimensions: {} });
  for (const alarm of [any, ...alarms]) {
    for (const topic of topics) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }
  return [any, ...alarms];
};

/**
 * Three whole intervals without a datum, rather than one period of three: a period is at most a day, and 3 × 24 h stays within the seven
 * days that periods of an hour and more may add up to, 3 × 59 min within the one day of shorter ones (API_PutMetricAlarm, Period).
 */
const missingAlarm = (scope: Construct, id: string, alarmName: string, { what, every, dimensions }: Missing): Alarm =>
  new Alarm(scope, id, {
    alarmName,
    alarmDescription: `mtls-monitor: ${what} has not completed for three intervals of ${every.toHumanString()}. While this lasts nobody knows whether mutual TLS is enforced: look at the latest executions of the state machine.`,
    metric: new Metric({
      namespace: NAMESPACE,
      metricName: 'RunCompleted',
      statistic: 'Sum',
      period: every,
      dimensionsMap: { ...dimensions },
    }),
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: TreatMissingData.BREACHING,
  });
