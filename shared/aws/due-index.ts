/** The table's sparse index: only items that wait for something carry `pending`, so a query costs what is waiting and no more. */
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { DUE_INDEX } from './state-table.ts';

/** What `pending` says: an item of state with something due, or a message not yet published. */
export type Pending = 'state' | 'message';

/** Keys of the items that wait; may lag behind the writes (an index is eventually consistent). */
export const keysPending = async (
  client: DynamoDBClient,
  table: string,
  pending: Pending,
): Promise<readonly string[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      IndexName: DUE_INDEX,
      KeyConditionExpression: 'pending = :pending',
      ExpressionAttributeValues: { ':pending': { S: pending } },
    },
  );
  const keys: string[] = [];
  for await (const { Items = [] } of pages) keys.push(...Items.flatMap(({ pk }) => pk?.S ?? []));
  return keys;
};
