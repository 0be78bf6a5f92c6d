/** The queue behind a topic. */
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
import type { Emulator } from './emulator.ts';
import { configOf } from './monitor.ts';

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
