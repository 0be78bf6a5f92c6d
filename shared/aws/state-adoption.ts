/** Brings state items of older versions to this one's form: no run reads an item whose check has left the registry, and no index has it. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { MINUTE, type Milliseconds } from '../model/time.ts';
import type { Clock, StateStore } from '../pipeline/ports.ts';
import { isAdopted, setAdopted } from './adopted-item.ts';
import { chunks } from './chunks.ts';

/** What is not done by then is left for the next report, which has fifteen minutes in all. */
const MOST: Milliseconds = 2 * MINUTE;
const AT_ONCE = 25;

/**
 * Reads the whole table, unless that was done before, and writes each state item of another form as it is. Rejects if a call does; what was written until then stays so.
 */
export const adoptState = async (
  client: DynamoDBClient,
  table: string,
  store: StateStore,
  clock: Clock,
): Promise<void> => {
  if (await isAdopted(client, table)) return;
  const until = clock() + MOST;
  let whole = true;
  for await (const keys of keysOfOlderForms(client, table)) {
    for (const some of chunks(keys, AT_ONCE)) {
      const done = await Promise.all(some.map((key) => adopt(store, key)));
      whole &&= !done.includes(false);
    }
    if (clock() > until) return;
  }
  if (whole) await setAdopted(client, table, true);
};

async function* keysOfOlderForms(client: DynamoDBClient, TableName: string): AsyncGenerator<readonly string[]> {
  const pages = paginateScan(
    { client },
    {
      TableName,
      ProjectionExpression: 'pk',
      FilterExpression:
        'attribute_not_exists(#schema) AND (begins_with(pk, :endpoint) OR begins_with(pk, :identity) OR begins_with(pk, :run))',
      ExpressionAttributeNames: { '#schema': 'schema' },
      ExpressionAttributeValues: {
        ':endpoint': { S: 'endpoint/' },
        ':identity': { S: 'identity/' },
        ':run': { S: 'run/' },
      },
    },
  );
  for await (const { Items = [] } of pages) yield Items.flatMap(({ pk }) => pk?.S ?? []);
}

/** False if another writer came first: it may be of an older version. */
const adopt = async (store: StateStore, key: string): Promise<boolean> => {
  const stored = await store.read(key);
  return stored === null || store.write(stored.value, stored.version);
};
