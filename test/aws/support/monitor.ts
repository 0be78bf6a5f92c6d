/** A deployed monitor as its users see it: executions, metrics, and the queue behind its topic. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { NOTIFICATION_KINDS } from '../../../shared/model/names.ts';
import { type Notification, notificationSchema } from '../../../shared/model/notification.ts';
import type { Outputs } from './deploy.ts';
import type { Emulator } from './emulator.ts';

export const configOf = ({ env }: Emulator) => ({
  endpoint: env['AWS_ENDPOINT_URL'] ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export const createSecret = async (emulator: Emulator, Name: string, SecretString: string): Promise<void> => {
  await new SecretsManagerClient(configOf(emulator)).send(new CreateSecretCommand({ Name, SecretString }));
};

/** One message as a subscriber gets it. */
export type Received = {
  readonly document: Notification;
  readonly subject: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type Queue = {
  /** What has come since the last call. */
  readonly receive: () => Promise<readonly Received[]>;
  readonly raw: () => Promise<readonly string[]>;
};

/** Everything but alarms, which carry no attributes. */
export const NOTIFICATIONS = { kind: [...NOTIFICATION_KINDS] };

/** A queue behind a topic; `filter` is a filter policy on the message attributes. */
export const subscribe = async (
  emulator: Emulator,
  TopicArn: string,
  QueueName: string,
  filter?: Readonly<Record<string, readonly string[]>>,
): Promise<Queue> => {
  const sqs = new SQSClient(configOf(emulator));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const subscription = new SubscribeCommand({
    TopicArn,
    Protocol: 'sqs',
    Endpoint: Attributes?.QueueArn ?? '',
    ...(filter !== undefined && { Attributes: { FilterPolicy: JSON.stringify(filter) } }),
  });
  await new SNSClient(configOf(emulator)).send(subscription);
  const raw = async () => {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      for (const { Body = '', ReceiptHandle = '' } of Messages) {
        bodies.push(Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
  return { raw, receive: async () => (await raw()).map(receivedOf) };
};

const receivedOf = (body: string): Received => {
  const { Message, Subject, MessageAttributes } = JSON.parse(body);
  const attributes = Object.entries<{ Value: string }>(MessageAttributes ?? {}).map(([name, { Value }]) => [
    name,
    Value,
  ]);
  return {
    document: notificationSchema.parse(JSON.parse(Message)),
    subject: Subject,
    attributes: Object.fromEntries(attributes),
  };
};

const DONE_TIMEOUT_MS = 120_000;

export type Finished = Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause' | 'input'>;

/** Starts an execution and waits for its end. */
export const runOnce = async (
  emulator: Emulator,
  { StateMachineArn }: Outputs,
  input: unknown = {},
): Promise<Finished> => {
  const client = new SFNClient(configOf(emulator));
  const started = await client.send(
    new StartExecutionCommand({ stateMachineArn: StateMachineArn, input: JSON.stringify(input) }),
  );
  return finished(client, started.executionArn ?? '');
};

const finished = async (client: SFNClient, executionArn: string): Promise<Finished> => {
  for (const deadline = Date.now() + DONE_TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
  }
  throw new Error(`${executionArn} did not end within ${DONE_TIMEOUT_MS} ms`);
};

/** The executions so far, the newest first, once they have ended. */
export const executions = async (emulator: Emulator, { StateMachineArn }: Outputs): Promise<readonly Finished[]> => {
  const client = new SFNClient(configOf(emulator));
  const listed = await client.send(new ListExecutionsCommand({ stateMachineArn: StateMachineArn }));
  return Promise.all((listed.executions ?? []).map(({ executionArn = '' }) => finished(client, executionArn)));
};

export type MetricStatistics = { readonly count: number; readonly min: number; readonly max: number };

/** Of the last hour; null where there is no datum. */
export const metric = async (
  emulator: Emulator,
  MetricName: string,
  dimensions: Readonly<Record<string, string>> = {},
): Promise<MetricStatistics | null> => {
  const command = new GetMetricStatisticsCommand({
    Namespace: 'MtlsMonitor',
    MetricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    Period: 7200,
    Statistics: ['SampleCount', 'Minimum', 'Maximum'],
  });
  const { Datapoints = [] } = await new CloudWatchClient(configOf(emulator)).send(command);
  if (Datapoints.length === 0) return null;
  return {
    count: Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0),
    min: Math.min(...Datapoints.map(({ Minimum = Number.NaN }) => Minimum)),
    max: Math.max(...Datapoints.map(({ Maximum = Number.NaN }) => Maximum)),
  };
};
