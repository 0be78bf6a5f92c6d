/** Stores messages until they are published, in the state table. If a report dies, the next report finds its messages here. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DAY, SECOND } from '../model/time.ts';
import type { Clock, MessageStore, OutgoingMessage } from '../pipeline/ports.ts';
import { keysPending } from './due-index.ts';
import { whetherHeld } from './versioned-items.ts';

/** How long the id of a removed message stays taken. */
const TAKEN = 3 * DAY;
const keyOf = (id: string) => ({ pk: { S: `message/${id}` } });

/**
 * Attributes: `pk` (`message/<id>`). Until the message is removed: `message` (its JSON), `leased` (end of the lease, epoch milliseconds),
 * `writer` (of each call of `create` its own: the SDK repeats a call whose answer was lost, and must not take its own item for another's) and `pending`. After that only `expires` (epoch seconds, the table's time to live).
 */
export const messageStore = (client: DynamoDBClient, TableName: string, clock: Clock): MessageStore => ({
  create: (message, until) => {
    const writer = { S: crypto.randomUUID() };
    const Item = {
      ...keyOf(message.id),
      writer,
      message: { S: JSON.stringify(message) },
      leased: { N: String(until) },
      pending: { S: 'message' },
    };
    const command = new PutItemCommand({
      TableName,
      Item,
      ConditionExpression: 'attribute_not_exists(pk) OR writer = :writer',
      ExpressionAttributeValues: { ':writer': writer },
    });
    return whetherHeld(client.send(command));
  },
  lease: (id, now, until) => {
    const command = new UpdateItemCommand({
      TableName,
      Key: keyOf(id),
      UpdateExpression: 'SET leased = :until',
      ConditionExpression: 'attribute_exists(message) AND leased <= :now',
      ExpressionAttributeValues: { ':until': { N: String(until) }, ':now': { N: String(now) } },
    });
    return whetherHeld(client.send(command));
  },
  remove: async (id) => {
    const expires = Math.ceil((clock() + TAKEN) / SECOND);
    const command = new UpdateItemCommand({
      TableName,
      Key: keyOf(id),
      UpdateExpression: 'SET expires = :expires REMOVE message, leased, writer, pending',
      ExpressionAttributeValues: { ':expires': { N: String(expires) } },
    });
    await client.send(command);
  },
  pending: async () => {
    const keys = await keysPending(client, TableName, 'message');
    const found = await Promise.all(keys.map((key) => readMessage(client, TableName, key)));
    return found.filter((message) => message !== null);
  },
});

/** Reads consistently: the index may still name a message that has been removed since. Null for a removed message. */
const readMessage = async (client: DynamoDBClient, TableName: string, key: string): Promise<OutgoingMessage | null> => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: key } }, ConsistentRead: true }));
  const json = Item?.['message']?.S;
  return json === undefined ? null : JSON.parse(json);
};
