/** Messages that have been claimed and not yet published, beside the state: a run that dies leaves them for the next. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { MessageStore, OutgoingMessage } from '../pipeline/ports.ts';
import { keysPending } from './due-index.ts';
import { whetherHeld } from './state-store.ts';

const PREFIX = 'message/';
const keyOf = (id: string) => ({ pk: { S: `${PREFIX}${id}` } });

/** Attributes: `pk` (`message/<id>`), `message` (its JSON), `leased` (epoch milliseconds) and `pending`. */
export const messageStore = (client: DynamoDBClient, table: string): MessageStore => ({
  create: (message, until) =>
    whetherHeld(
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...keyOf(message.id),
            message: { S: JSON.stringify(message) },
            leased: { N: String(until) },
            pending: { S: 'message' },
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    ),
  lease: (id, now, until) =>
    whetherHeld(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(id),
          UpdateExpression: 'SET leased = :until',
          ConditionExpression: 'attribute_exists(pk) AND leased <= :now',
          ExpressionAttributeValues: { ':until': { N: String(until) }, ':now': { N: String(now) } },
        }),
      ),
    ),
  remove: async (id) => {
    await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(id) }));
  },
  pending: async () => {
    const keys = await keysPending(client, table, 'message');
    const found = await Promise.all(keys.map((key) => readMessage(client, table, key)));
    return found.filter((message) => message !== null);
  },
});

/** Consistent: the index may still name a message that has been published since. */
const readMessage = async (client: DynamoDBClient, table: string, key: string): Promise<OutgoingMessage | null> => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: key } }, ConsistentRead: true }),
  );
  const json = Item?.['message']?.S;
  return json === undefined ? null : JSON.parse(json);
};
