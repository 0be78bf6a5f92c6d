/** The item that says that all state has this version's form. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { STATE_SCHEMA } from './state-store.ts';

/** Attributes: `pk` and `schema`, the form that all state items were brought to; 0 where that has to be seen once more. */
const KEY = { pk: { S: 'adopted' } };

export const isAdopted = async (client: DynamoDBClient, TableName: string): Promise<boolean> => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: KEY, ConsistentRead: true }));
  return Number(Item?.['schema']?.N ?? 0) >= STATE_SCHEMA;
};

export const setAdopted = async (client: DynamoDBClient, TableName: string, whole: boolean): Promise<void> => {
  const Item = { ...KEY, schema: { N: String(whole ? STATE_SCHEMA : 0) } };
  await client.send(new PutItemCommand({ TableName, Item }));
};
