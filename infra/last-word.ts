/**
 * What the state machine says itself if the report fails: published without a function and without the state table. It is said once: while the alarm
 * on failed runs is raised, the next run that fails in the same way says nothing.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Transition } from '../shared/model/state.ts';
import { chatMessage } from '../shared/publish/chat.ts';
import { composeMessage } from '../shared/publish/notification.ts';

export type LastWordProps = {
  readonly topic: ITopic;
  readonly chatTopic: ITopic;
  readonly monitor: string;
  /** Name of the alarm on failed runs: the memory of what was said. */
  readonly alarmName: string;
  /** The registry’s. Null: it names none. */
  readonly runbook: string | null;
};

/** What stands in the message for what only the execution knows. The name of an execution has no character that JSON escapes (API_StartExecution). */
const PLACES = [
  ['EXECUTION_NAME', '$$.Execution.Name'],
  ['EXECUTION_ARN', '$$.Execution.Id'],
  ['1970-01-01T00:00:00.000Z', '$$.Execution.StartTime'],
  ['1970-01-01 00:00 UTC', '$$.Execution.StartTime'],
] as const;

/** Adds the states; all of them lead to the failure `NotReported`. */
export const lastWord = (
  scope: Construct,
  { topic, chatTopic, monitor, alarmName, runbook }: LastWordProps,
): sfn.IChainable => {
  const failed = new sfn.Fail(scope, 'NotReported', {
    error: 'ReportFailed',
    cause: 'The report failed in every try. What it did not announce is kept; the next report that works announces it.',
  });
  const message = messageOf(monitor, runbook);
  const said = { resultPath: sfn.JsonPath.DISCARD };
  const toChat = new SnsPublish(scope, 'TellChat', {
    ...said,
    topic: chatTopic,
    message: filled(chatMessage(message)),
  });
  const toTopic = new SnsPublish(scope, 'TellWithoutReport', {
    ...said,
    topic,
    subject: message.subject,
    message: filled(message.body),
    messagePerSubscriptionType: true,
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { value }]) => [name, { value }]),
    ),
  });
  const words = toTopic
    .addRetry({ maxAttempts: 5 })
    .addCatch(toChat, said)
    .next(toChat.addRetry({ maxAttempts: 2 }).addCatch(failed, said).next(failed));
  const alarm = Stack.of(scope).formatArn({
    ...{ service: 'cloudwatch', resource: 'alarm', resourceName: alarmName },
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const wasSaid = new CallAwsService(scope, 'WasItSaid', {
    ...{ service: 'cloudwatch', action: 'describeAlarms', parameters: { AlarmNames: [alarmName] } },
    iamResources: [alarm],
    resultPath: '$.said',
  });
  const raised = sfn.Condition.and(
    sfn.Condition.isPresent('$.said.MetricAlarms[0].StateValue'),
    sfn.Condition.stringEquals('$.said.MetricAlarms[0].StateValue', 'ALARM'),
  );
  const choice = new sfn.Choice(scope, 'IsItSaid').when(raised, failed).otherwise(words);
  return wasSaid.addCatch(toTopic, said).next(choice);
};

/** The message of `publish/notification.ts`, with places. */
const messageOf = (monitor: string, runbook: string | null) => {
  const transition: Transition = {
    id: 'EXECUTION_NAME/run/blind',
    kind: 'blind',
    check: 'run',
    endpoint: null,
    vantage: 'default',
    owner: null,
    scenario: null,
    subject: null,
    code: 'RUN_INCOMPLETE',
    cause: 'RUN_INCOMPLETE',
    severity: 'critical',
    since: 0,
    runId: 'EXECUTION_NAME',
    runStartedAt: 0,
    message:
      'Run EXECUTION_NAME has no report: its function failed in every try. What the run found may be announced in part or not at all; what is not is kept, and the next report that works announces it. The alarm on failed runs says when this is over.',
    advice:
      'Look at the execution EXECUTION_ARN in Step Functions and at the log of the report function: it needs the state table, the bucket of runs, the topic and the metrics.',
    reproduce: null,
    evidence: [],
  };
  const group = { runId: 'EXECUTION_NAME', runStartedAt: 0, kind: 'blind' as const, owner: null };
  const members = [{ key: 'run', transition }];
  const links = { dashboard: null, run: null, runbook };
  const origin = { monitor, account: null, region: null, links };
  return composeMessage('EXECUTION_NAME/report', { ...group, members }, origin);
};

/** The text with its places filled by Step Functions (Developer Guide, "Intrinsic functions": `States.Format`). */
const filled = (text: string): sfn.TaskInput => {
  const found = PLACES.filter(([place]) => text.includes(place));
  const pattern = new RegExp(found.map(([place]) => place).join('|'), 'g');
  const paths: string[] = [];
  const parts = text.split(pattern);
  for (const [match] of text.matchAll(pattern)) paths.push(found.find(([place]) => place === match)?.[1] ?? '');
  // The library escapes quotes and backslashes.
  const template = parts.map((part) => part.replaceAll(/[{}]/g, String.raw`\$&`)).join('{}');
  return sfn.TaskInput.fromText(sfn.JsonPath.format(template, ...paths.map((path) => sfn.JsonPath.stringAt(path))));
};
