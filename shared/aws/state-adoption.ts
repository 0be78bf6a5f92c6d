/** Brings state items of older versions to this one's form: no run reads an item whose check has left the registry, and no index has it. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { isOpen } from '../model/open-state.ts';
import { MINUTE, type Milliseconds } from '../model/time.ts';
import type { Clock, StateStore } from '../pipeline/ports.ts';
import { isAdopted, setAdopted } from './adopted-item.ts';
import { chunks } from './chunks.ts';

/** What is not done by then is left for the next plan, which has five minutes in all. */
const MOST: Milliseconds = 2 * MINUTE;
const AT_ONCE = 25;

/**
 * Reads the whole table, unless that was done before, and writes each state item of another form as it is. Returns the keys of those with an open check: the index
 * may lag behind. Rejects if a call does; what was written until then stays so.
 */
export const adoptState = async (
  client: DynamoDBClient,
  table: string,
  store: StateStore,
  clock: Clock,
): Promise<readonly string[]> => {
  if (await isAdopted(client, table)) return [];
  const until = clock() + MOST;
  const open: string[] = [];
  let whole = true;
  for await (const keys of keysOfOlderForms(client, table)) {
    for (const some of chunks(keys, AT_ONCE)) {
      const done = await Promise.all(some.map((key) => adopt(store, key)));
      open.push(...some.filter((_, at) => done[at] === 'open'));
      whole &&= done.every((each) => each !== 'lost');
    }
    if (clock() > until) return open;
  }
  if (whole) await setAdopted(client, table, true);
  return open;
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

/** `lost`: another writer came first; it may be of an older version. */
const adopt = async (store: StateStore, key: string): Promise<'open' | 'closed' | 'lost'> => {
  const stored = await store.read(key);
  if (stored === null) return 'closed';
  if (!(await store.write(stored.value, stored.version))) return 'lost';
  return isOpen(stored.value) ? 'open' : 'closed';
};
