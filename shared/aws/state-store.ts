/** State between runs in DynamoDB: one item per key. A write succeeds only if the writer has read the item's last version. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { StateItem } from '../model/state.ts';
import type { StateStore } from '../pipeline/ports.ts';
import { keysPending } from './due-index.ts';

/** DynamoDB, service quotas: an item has at most 400 KB, names included. */
const MAX_BYTES = 400 * 1024 - 4096;
/** Larger items are deflated: a read unit has 4 KB, names and version included, and the states of one endpoint's checks are almost the same text. */
const READABLE_BYTES = 3.5 * 1024;

/**
 * Attributes: `pk`, `version` (a number, raised by each write), `item` (JSON, as text or deflated) and `pending` while something is due.
 * Rejects with the key and the size if an item is too large for DynamoDB even when it is deflated.
 */
export const stateStore = (client: DynamoDBClient, table: string): StateStore => ({
  read: async (key) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: key } }, ConsistentRead: true }),
    );
    const stored = Item?.['item'];
    return stored === undefined ? null : { value: unpack(stored), version: Number(Item?.['version']?.N) };
  },
  write: async (item, expected) => {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        pk: { S: item.key },
        version: { N: String(expected + 1) },
        item: pack(item),
        ...(item.due.length > 0 && { pending: { S: 'state' } }),
      },
      ...(expected === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :expected',
            ExpressionAttributeValues: { ':expected': { N: String(expected) } },
          }),
    });
    return whetherHeld(client.send(command));
  },
  withDue: () => keysPending(client, table, 'state'),
});

/** Resolves to true if the write was done, to false if its condition did not hold. Rejects with any other error. */
export const whetherHeld = async (sent: Promise<unknown>): Promise<boolean> => {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const unpack = ({ S, B = new Uint8Array() }: AttributeValue): StateItem =>
  JSON.parse(S ?? inflateRawSync(B).toString('utf8'));

const pack = (item: StateItem): AttributeValue => {
  const json = JSON.stringify(item);
  if (Buffer.byteLength(json) <= READABLE_BYTES) return { S: json };
  const packed = deflateRawSync(json);
  if (packed.length <= MAX_BYTES) return { B: packed };
  throw new Error(`The state of ${item.key} has ${packed.length} bytes; DynamoDB takes ${MAX_BYTES}.`);
};
