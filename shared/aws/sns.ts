/** Publishes notifications to SNS. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { PublishMessage } from '../pipeline/ports.ts';

/** Publishes a message with its attributes. Rejects if SNS refuses it. */
export const publishTo =
  (client: SNSClient, topicArn: string): PublishMessage =>
  async ({ subject, body, attributes }) => {
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      Message: body,
      MessageStructure: 'json',
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
      ),
    });
    await client.send(command);
  };

/** Publishes a plain text, for the chat topic. Rejects if SNS refuses it. */
export const publishText =
  (client: SNSClient, topicArn: string) =>
  async (text: string): Promise<void> => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Message: text }));
  };
