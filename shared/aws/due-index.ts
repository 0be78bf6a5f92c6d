/** Queries the table's sparse index. Only waiting items have the attribute `pending`, so a query reads (and is charged for) waiting items only. */
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { DUE_INDEX } from './state-table.ts';

/** Values of the attribute `pending`: a state item with due transitions, or a message that is not published yet. */
export type Pending = 'state' | 'message';

/** Returns the keys of the waiting items. May lag behind the writes: an index is eventually consistent. */
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
