/** Items of the state table that are JSON. A write succeeds only if the writer has read the item's last version. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ItemTooLarge, type Versioned } from '../pipeline/ports.ts';

/** DynamoDB, service quotas: an item has at most 400 KB, names included. */
const MAX_BYTES = 400 * 1024 - 4096;

/** `attributes`: all attributes of the stored item. */
export type VersionedItem = Versioned<unknown> & { readonly attributes: Readonly<Record<string, AttributeValue>> };

export type VersionedItems = {
  /** Consistent read: the parsed JSON, which may be of an older version of the program. */
  readonly read: (key: string) => Promise<VersionedItem | null>;
  /** `attributes`: further attributes of the item. Rejects with an `ItemTooLarge` if an item is too large for DynamoDB even when it is deflated. */
  readonly write: (
    item: { readonly key: string },
    expected: number,
    attributes: Readonly<Record<string, AttributeValue>>,
  ) => Promise<boolean>;
};

/**
 * Attributes: `pk`, `version` (a number, raised by each write) and `item`: JSON as text, deflated if it has more than `readableBytes`, since
 * the texts of one item are almost the same.
 */
export const versionedItems = (client: DynamoDBClient, table: string, readableBytes: number): VersionedItems => ({
  read: async (key) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: key } }, ConsistentRead: true }),
    );
    const stored = Item?.['item'];
    if (Item === undefined || stored === undefined) return null;
    return { value: unpack(stored), version: Number(Item['version']?.N), attributes: Item };
  },
  write: async (item, expected, attributes) => {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        pk: { S: item.key },
        version: { N: String(expected + 1) },
        item: pack(item, readableBytes),
        ...attributes,
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

const unpack = ({ S, B = new Uint8Array() }: AttributeValue): unknown =>
  JSON.parse(S ?? inflateRawSync(B).toString('utf8'));

const pack = (item: { readonly key: string }, readableBytes: number): AttributeValue => {
  const json = JSON.stringify(item);
  if (Buffer.byteLength(json) <= readableBytes) return { S: json };
  const packed = deflateRawSync(json);
  if (packed.length <= MAX_BYTES) return { B: packed };
  throw new ItemTooLarge(`The state of ${item.key} has ${packed.length} bytes; DynamoDB takes ${MAX_BYTES}.`);
};
