/** Queries the table's sparse indices. Only waiting items have the attribute `pending`, and only open ones `open`, so a query reads (and is charged for) these only. */
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { DUE_INDEX, OPEN_INDEX } from './state-table.ts';

/** Values of the attribute `pending`: a state item with due transitions, or a message that is not published yet. */
export type Pending = 'state' | 'message';

/** Returns the keys of the waiting items. May lag behind the writes: an index is eventually consistent. */
export const keysPending = (client: DynamoDBClient, table: string, pending: Pending): Promise<readonly string[]> =>
  keysIn(client, table, { index: DUE_INDEX, attribute: 'pending', value: pending });

/** Returns the keys of the state items with an open check. May lag behind the writes. */
export const keysOpen = (client: DynamoDBClient, table: string): Promise<readonly string[]> =>
  keysIn(client, table, { index: OPEN_INDEX, attribute: 'open', value: 'state' });

type Sparse = { readonly index: string; readonly attribute: string; readonly value: string };

const keysIn = async (
  client: DynamoDBClient,
  table: string,
  { index, attribute, value }: Sparse,
): Promise<readonly string[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      IndexName: index,
      KeyConditionExpression: '#attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': { S: value } },
    },
  );
  const keys: string[] = [];
  for await (const { Items = [] } of pages) keys.push(...Items.flatMap(({ pk }) => pk?.S ?? []));
  return keys;
};
