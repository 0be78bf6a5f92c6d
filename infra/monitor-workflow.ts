/**
 * One run: plan → a Distributed Map over the plan's batches → report, which may ask for another round of the map. Report also runs after a failure of plan or map, and announces it. The
 * execution fails only if plan or report did not work.
 */
import { Aws, Duration, Names, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { arnInFindings, explain, logicalId } from './monitor-grants.ts';
import { probeBatch, task } from './probe-batch.ts';
import { inFindings } from './rendered.ts';

export type MonitorWorkflowProps = {
  readonly plan: IFunction;
  /** The probe functions by vantage. */
  readonly probes: Readonly<Record<string, IFunction>>;
  readonly report: IFunction;
  readonly bucket: IBucket;
  /** Where a run goes whose report failed. */
  readonly lastWord: sfn.IChainable;
  /** Probe functions that run at a time. */
  readonly maxConcurrency: number;
};

/** Plan and report are idempotent, so any failure may be retried. The retries last a minute, which covers a deployment in progress. */
export const PATIENT: sfn.RetryProps = { interval: Duration.seconds(10), maxAttempts: 3, backoffRate: 2 };
const EXECUTION = {
  id: sfn.JsonPath.stringAt('$$.Execution.Name'),
  arn: sfn.JsonPath.stringAt('$$.Execution.Id'),
  startedAt: sfn.JsonPath.stringAt('$$.Execution.StartTime'),
};
const withExecution = sfn.TaskInput.fromObject({ execution: EXECUTION, input: sfn.JsonPath.objectAt('$') });
/** `carries`: this state machine maps the follow-up batches that the report asks for. */
const toReport = sfn.TaskInput.fromObject({ execution: EXECUTION, input: sfn.JsonPath.objectAt('$'), carries: true });

export const monitorWorkflow = (scope: Construct, props: MonitorWorkflowProps): sfn.StateMachine => {
  const machine = new sfn.StateMachine(scope, 'Run', {
    comment: 'mtls-monitor: one run',
    definitionBody: sfn.DefinitionBody.fromChainable(definitionOf(scope, props)),
    // Far longer than any run: a timeout would end the execution before its report.
    timeout: Duration.hours(24),
    logs: { destination: runLog(scope), level: sfn.LogLevel.ERROR, includeExecutionData: false },
  });
  explainWorkflow(machine, props);
  return machine;
};

const definitionOf = (
  scope: Construct,
  { plan, probes, report, bucket, lastWord, maxConcurrency }: MonitorWorkflowProps,
) => {
  const planned = new LambdaInvoke(scope, 'PlanRun', { ...task, lambdaFunction: plan, payload: withExecution });
  const reported = new LambdaInvoke(scope, 'ReportRun', {
    ...task,
    lambdaFunction: report,
    payload: toReport,
    resultPath: '$.report',
  });
  const probed = new sfn.DistributedMap(scope, 'ProbeBatches', {
    // The bucket is given as a construct and only the key as a path: otherwise the map's role gets no permission on the bucket.
    itemReader: new sfn.S3JsonItemReader({ bucket, key: sfn.JsonPath.stringAt('$.items') }),
    mapExecutionType: sfn.StateMachineType.EXPRESS,
    maxConcurrency,
    toleratedFailurePercentage: 100,
    resultPath: sfn.JsonPath.DISCARD,
  });
  probed.itemProcessor(probeBatch(scope, probes));
  const refused = new sfn.Fail(scope, 'Refused', {
    error: 'InvalidRequest',
    causePath: sfn.JsonPath.stringAt('$.refused'),
  });
  const finish = reported
    .addRetry(PATIENT)
    .addCatch(lastWord, { resultPath: sfn.JsonPath.DISCARD })
    .next(endOf(scope, nextRound(scope).next(probed)));
  return planned
    .addRetry(PATIENT)
    .addCatch(finish, { resultPath: '$.planError' })
    .next(
      new sfn.Choice(scope, 'IsPlanned')
        .when(sfn.Condition.isPresent('$.refused'), refused)
        .when(sfn.Condition.isPresent('$.skipped'), new sfn.Succeed(scope, 'Skipped'))
        .when(sfn.Condition.numberEquals('$.batches', 0), finish)
        .otherwise(probed.addCatch(finish, { resultPath: '$.mapError' }).next(finish)),
    );
};

/** The input of the map's next round: follow-up batches, with the numbers after those of the rounds before. */
const nextRound = (scope: Construct): sfn.Pass => {
  const from = (name: string) => `$.report.followUp.${name}`;
  return new sfn.Pass(scope, 'FollowUp', {
    parameters: {
      suite: sfn.JsonPath.stringAt('$.suite'),
      schedule: sfn.JsonPath.objectAt('$.schedule'),
      items: sfn.JsonPath.stringAt(from('items')),
      batches: sfn.JsonPath.numberAt(from('batches')),
      from: sfn.JsonPath.numberAt(from('from')),
      round: sfn.JsonPath.numberAt(from('round')),
    },
  });
};

/** After the report, the execution fails if the run could not be planned, or a transition could not be announced. */
const endOf = (scope: Construct, again: sfn.IChainable): sfn.Choice =>
  new sfn.Choice(scope, 'IsDone')
    .when(
      sfn.Condition.isPresent('$.planError'),
      new sfn.Fail(scope, 'NotPlanned', {
        error: 'PlanFailed',
        causePath: sfn.JsonPath.stringAt('$.planError.Cause'),
      }),
    )
    .when(sfn.Condition.isPresent('$.report.followUp'), again)
    .when(
      sfn.Condition.numberGreaterThan('$.report.failures', 0),
      new sfn.Fail(scope, 'NotAnnounced', {
        error: 'NotificationsPending',
        cause:
          'Not everything could be announced; the next run tries again. The log of the report function has the reason.',
      }),
    )
    .otherwise(new sfn.Succeed(scope, 'Done'));

/** Names below /aws/vendedlogs/ need no resource policy of their own, of which an account has ten (Step Functions, "Logging"). */
const runLog = (scope: Construct): LogGroup =>
  new LogGroup(scope, 'RunLog', {
    logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { maxLength: 60 })}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });

const explainWorkflow = (machine: sfn.StateMachine, { plan, probes, report, bucket }: MonitorWorkflowProps): void => {
  Validations.of(machine).acknowledge({
    id: 'AwsSolutions-SF1',
    reason:
      'Step Functions keeps the whole history of a standard execution for 90 days; the log adds what fails in the express children. Every event of every child would cost more than the probes.',
  });
  Validations.of(machine).acknowledge({
    id: 'AwsSolutions-SF2',
    reason:
      'The execution history times every step and the report every probe; traces would add a charge for each batch without new information.',
  });
  for (const fn of [plan, ...Object.values(probes), report]) {
    explain(machine, `Resource::${arnInFindings(fn)}:*`, 'The versions and aliases of this one function.');
  }
  const objects = inFindings(machine, `arn:${Aws.PARTITION}:s3:::${bucket.bucketName}/*`);
  explain(machine, `Resource::${objects}`, 'The map reads all runs’ items.');
  explain(machine, 'Resource::*', 'The calls that set up log delivery have no resource.');
  const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId(machine)}"}]}]}`;
  for (const suffix of [':*', '/*:*']) {
    const arn = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}${suffix}`;
    explain(
      machine,
      `Resource::${arn}`,
      'The map runs of this one state machine; their ids are not known at deployment.',
    );
  }
};
