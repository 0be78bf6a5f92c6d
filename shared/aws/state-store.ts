/** State between runs in DynamoDB: one item per key. A write succeeds only if the writer has read the item's last version. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StateItem } from '../model/state.ts';
import type { StateStore, Versioned } from '../pipeline/ports.ts';
import { keysPending } from './due-index.ts';
import { versionedItems } from './versioned-items.ts';

/** Larger items are deflated: a read unit has 4 KB, names and version included, and the states of one endpoint's checks are almost the same text. */
const READABLE_BYTES = 3.5 * 1024;

/** Attributes: those of `versionedItems`, and `pending` while something is due. */
export const stateStore = (client: DynamoDBClient, table: string): StateStore => {
  const items = versionedItems(client, table, READABLE_BYTES);
  return {
    read: async (key) => (await items.read(key)) as Versioned<StateItem> | null,
    write: (item, expected) => items.write(item, expected, item.due.length > 0 ? { pending: { S: 'state' } } : {}),
    withDue: () => keysPending(client, table, 'state'),
  };
};
