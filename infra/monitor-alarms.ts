/** The alarms of a monitor: on missing runs (the metric `RunCompleted` has no data when a run does not complete), and on failures. */
import type { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarmAction, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRICS, MONITOR, NAMESPACE } from '../shared/publish/metric-catalogue.ts';
import { treatMissing } from './endpoint-alarm.ts';
import { type FailureAlarmProps, failureAlarms } from './failure-alarms.ts';
import type { ScheduledRun } from './monitor-schedules.ts';
import { type OpenAlarmProps, openAlarms } from './open-alarms.ts';

type Missing = {
  readonly what: string;
  readonly every: Duration;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type MonitorAlarmProps = Omit<FailureAlarmProps & OpenAlarmProps, 'every'> & {
  readonly runs: readonly ScheduledRun[];
  /** What each alarm does when it is raised, and when it is over. */
  readonly actions: readonly IAlarmAction[];
};

/** Returns the alarm `<monitor>-RunMissing` first, then the others on missing runs, then those on failures, then those on what is open. */
export const monitorAlarms = (
  scope: Construct,
  { runs, actions, ...props }: MonitorAlarmProps,
): readonly [Alarm, ...Alarm[]] => {
  const [any, ...missing] = missingAlarms(scope, props.monitor, runs);
  const all = { ...props, every: shortestOf(runs) };
  const others = [...missing, ...failureAlarms(scope, all), ...openAlarms(scope, all)];
  for (const alarm of [any, ...others]) {
    alarm.addAlarmAction(...actions);
    alarm.addOkAction(...actions);
  }
  return [any, ...others];
};

/**
 * Returns the alarm `<monitor>-RunMissing`, which is raised if no run at all completes, first, and one `<monitor>-RunMissing-<schedule>-<suite>` per
 * scheduled run.
 */
const missingAlarms = (
  scope: Construct,
  monitor: string,
  runs: readonly ScheduledRun[],
): readonly [Alarm, ...Alarm[]] => {
  const name = `${monitor}-RunMissing`;
  const alarms = runs.map(({ schedule, suite, every }) =>
    missingAlarm(scope, `RunMissing-${schedule}-${suite}`, `${name}-${schedule}-${suite}`, {
      what: `${suite} of the schedule ${schedule}`,
      every,
      dimensions: { [MONITOR]: monitor, Schedule: schedule, Suite: suite },
    }),
  );
  const any = missingAlarm(scope, 'RunMissing', name, {
    what: 'any run',
    every: shortestOf(runs),
    dimensions: { [MONITOR]: monitor },
  });
  return [any, ...alarms];
};

/** Returns the shortest interval of any schedule. */
const shortestOf = (runs: readonly ScheduledRun[]): Duration => {
  const [first, ...rest] = runs.map(({ every }) => every);
  if (first === undefined) throw new Error('A registry has at least one endpoint, and so one schedule.');
  return rest.reduce((least, every) => (every.toSeconds() < least.toSeconds() ? every : least), first);
};

/**
 * Raised after three periods of one interval without data. One period of three intervals is not possible, since a period is at most a day.
 * API_PutMetricAlarm, Period: periods of an hour and more may add up to seven days (3 × 24 h), shorter ones to one day (3 × 59 min).
 */
const missingAlarm = (scope: Construct, id: string, alarmName: string, { what, every, dimensions }: Missing): Alarm =>
  new Alarm(scope, id, {
    alarmName,
    alarmDescription: `mtls-monitor: ${what} has not completed for three intervals of ${every.toHumanString()}. While this lasts it is unknown whether mutual TLS is enforced: look at the latest executions of the state machine.`,
    metric: new Metric({
      namespace: NAMESPACE,
      metricName: METRICS.RunCompleted.name,
      statistic: METRICS.RunCompleted.statistic,
      period: every,
      dimensionsMap: { ...dimensions },
    }),
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: treatMissing(METRICS.RunCompleted),
  });
