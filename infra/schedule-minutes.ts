/** In which minutes of the hour the runs start: suites, schedules and monitors that start at once would probe the same endpoints at once. */
import type { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

const HOUR = 60;

/**
 * An interval that divides the hour starts in the minutes that fewest others have, beginning with one of the monitor's own; the same in every synth. Any
 * other interval begins when its schedule is created (EventBridge Scheduler User Guide, "Schedule types").
 */
export const spread = (
  runs: readonly { readonly every: Duration }[],
  monitor: string,
): readonly ScheduleExpression[] => {
  const own = [...monitor].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const taken = Array.from({ length: HOUR }, () => 0);
  return runs.map(({ every }) => {
    const minutes = every.toMinutes();
    if (minutes < 2 || HOUR % minutes !== 0) return ScheduleExpression.rate(every);
    const from = emptiest(taken, minutes, own);
    for (const minute of minutesFrom(from, minutes)) taken[minute] = (taken[minute] ?? 0) + 1;
    return ScheduleExpression.cron({ minute: minutes === HOUR ? String(from) : `${from}/${minutes}` });
  });
};

const minutesFrom = (from: number, every: number): readonly number[] =>
  Array.from({ length: HOUR / every }, (_, index) => from + index * every);

const emptiest = (taken: readonly number[], every: number, own: number): number => {
  const candidates = Array.from({ length: every }, (_, index) => (own + index) % every);
  const crowd = (from: number) => minutesFrom(from, every).reduce((sum, minute) => sum + (taken[minute] ?? 0), 0);
  return candidates.reduce((best, each) => (crowd(each) < crowd(best) ? each : best));
};
