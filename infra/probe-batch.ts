/** What the map does with one batch: invokes the probe function of its vantage. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { DEFAULT_VANTAGE } from '../shared/model/registry.ts';
import { vantageId } from './monitor-vantages.ts';

/** Retries of an invocation that Lambda throttled or failed. A batch has five minutes in all. */
const BUSY: sfn.RetryProps = {
  errors: [
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
  ],
  interval: Duration.seconds(2),
  maxAttempts: 4,
  backoffRate: 2,
  jitterStrategy: sfn.JitterType.FULL,
};

/** Errors that are not retried: the results are stored, no time is left, or the function is at another vantage. */
export const FINAL: sfn.RetryProps = {
  errors: ['StateNotWritten', 'MetricsNotSent', 'NoTimeLeft', 'OtherVantage'],
  maxAttempts: 0,
};
/**
 * Any other failure of the function, a killed one included, is retried once. The function derives the rest of the child's five minutes from
 * `enteredAt`: it probes for a shorter time, or fails at once with `NoTimeLeft`.
 */
export const ONCE_MORE: sfn.RetryProps = {
  errors: [sfn.Errors.TASKS_FAILED],
  interval: Duration.seconds(2),
  maxAttempts: 1,
  jitterStrategy: sfn.JitterType.FULL,
};

export const task = { payloadResponseOnly: true, retryOnServiceExceptions: false } as const;

/**
 * `probes`: by vantage. An item without a vantage is of an older plan, and of the default one. A vantage without a function fails its batch: nothing may
 * be stored as seen from where no probe has been.
 */
export const probeBatch = (scope: Construct, probes: Readonly<Record<string, IFunction>>): sfn.IChainable => {
  const { [DEFAULT_VANTAGE]: home, ...others } = probes;
  const atHome = home === undefined ? null : invokeProbe(scope, DEFAULT_VANTAGE, home);
  if (atHome !== null && Object.keys(others).length === 0) return atHome;
  const isNamed = sfn.Condition.isPresent('$.vantage');
  const choice = new sfn.Choice(scope, 'ChooseVantage');
  for (const [vantage, fn] of Object.entries(others)) {
    const isOwn = sfn.Condition.stringEquals('$.vantage', vantage);
    choice.when(sfn.Condition.and(isNamed, isOwn), invokeProbe(scope, vantage, fn));
  }
  if (atHome !== null) {
    const isDefault = sfn.Condition.stringEquals('$.vantage', DEFAULT_VANTAGE);
    choice.when(sfn.Condition.or(sfn.Condition.not(isNamed), isDefault), atHome);
  }
  const cause = 'This deployment has no probe function for the vantage of the batch.';
  return choice.otherwise(new sfn.Fail(scope, 'UnknownVantage', { error: 'UnknownVantage', cause }));
};

/**
 * `enteredAt` is the time at which the state was entered: the same for every attempt. The child returns nothing: the map's own output is an array of what its
 * children return, and 256 KB are the most that a state may return (Step Functions Developer Guide, "Service quotas").
 */
const invokeProbe = (scope: Construct, vantage: string, probe: IFunction): sfn.IChainable => {
  const payload = sfn.TaskInput.fromObject({
    batch: sfn.JsonPath.numberAt('$.batch'),
    key: sfn.JsonPath.stringAt('$.key'),
    enteredAt: sfn.JsonPath.stringAt('$$.State.EnteredTime'),
    carries: true,
  });
  const id = `ProbeBatch${vantageId(vantage)}`;
  const invoked = new LambdaInvoke(scope, id, {
    ...{ ...task, lambdaFunction: probe, payload },
    outputPath: sfn.JsonPath.DISCARD,
  });
  return invoked.addRetry(BUSY).addRetry(FINAL).addRetry(ONCE_MORE);
};
