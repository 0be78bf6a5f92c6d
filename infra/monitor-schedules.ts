/** Starts the runs: one EventBridge schedule per suite and per registry schedule that an endpoint uses. */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { SUITES, type Suite } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import { MINUTE } from '../shared/model/time.ts';
import { spread } from './schedule-minutes.ts';

export type ScheduledRun = { readonly schedule: string; readonly suite: Suite; readonly every: Duration };

/** Returns the runs of each schedule that has an endpoint. */
export const scheduledRuns = ({ schedules, endpoints }: Registry): readonly ScheduledRun[] => {
  const used = new Set(endpoints.map(({ schedule }) => schedule));
  return Object.entries(schedules)
    .filter(([schedule]) => used.has(schedule))
    .flatMap(([schedule, intervals]) =>
      SUITES.map((suite) => ({ schedule, suite, every: Duration.minutes(intervals[suite] / MINUTE) })),
    );
};

/** Adds the schedules. Returns the queue of the runs that could not be started. A failed start is retried for at most one interval: after that the next run is due. */
export const monitorSchedules = (
  scope: Construct,
  monitor: string,
  runs: readonly ScheduledRun[],
  run: IStateMachine,
): IQueue => {
  const role = new Role(scope, 'SchedulerRole', {
    description: 'mtls-monitor: starts runs',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const deadLetterQueue = new Queue(scope, 'RunsNotStarted', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(deadLetterQueue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is the dead-letter queue of the schedules; the rule looks at other queues only.',
  });
  const starts = spread(runs, monitor);
  for (const [index, { schedule, suite, every }] of runs.entries()) {
    new Schedule(scope, `Schedule-${schedule}-${suite}`, {
      description: `mtls-monitor: ${suite} of the schedule ${schedule}`,
      schedule: starts[index] ?? ScheduleExpression.rate(every),
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(run, {
        role,
        deadLetterQueue,
        input: ScheduleTargetInput.fromObject({ suite, schedule }),
        maxEventAge: every,
        retryAttempts: 5,
      }),
    });
  }
  return deadLetterQueue;
};
