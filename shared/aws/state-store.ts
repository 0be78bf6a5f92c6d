/** State between runs in DynamoDB: one item per key. A write succeeds only if the writer has read the item's last version. */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isOpen } from '../model/open-state.ts';
import type { StateItem } from '../model/state.ts';
import { DAY, type Instant, SECOND } from '../model/time.ts';
import type { Clock, StateStore, StoredState } from '../pipeline/ports.ts';
import { keysOpen, keysPending } from './due-index.ts';
import { type VersionedItem, versionedItems } from './versioned-items.ts';

/** Larger items are deflated: a read unit has 4 KB, names and version included, and the states of one endpoint's checks are almost the same text. */
const READABLE_BYTES = 3.5 * 1024;
/** The form of an item. An item without it is of the first form; one with a larger number would be misread, and is left alone. */
export const STATE_SCHEMA = 2;
/** How long an item is kept in which nothing is open or due; it is written again, at no other cost, once half of that is over. */
const KEPT = 90 * DAY;

/** An item that a newer version of the program wrote. Nothing is written in its place. */
export class NewerState extends Error {
  override readonly name = 'NewerState';
}

/**
 * Attributes: those of `versionedItems`; `schema`; `pending` while something is due; `open` while a check is open; `expires` (epoch seconds, the
 * table's time to live) while nothing is due, no check or incident open, and nothing silenced. `read` rejects with a `NewerState`.
 */
export const stateStore = (client: DynamoDBClient, table: string, clock: Clock): StateStore => {
  const items = versionedItems(client, table, READABLE_BYTES);
  return {
    read: async (key) => {
      const found = await items.read(key);
      return found === null ? null : stored(key, found, clock());
    },
    write: (item, expected) => items.write(item, expected, attributesOf(item, clock())),
    withDue: () => keysPending(client, table, 'state'),
    withOpen: () => keysOpen(client, table),
  };
};

const attributesOf = (item: StateItem, now: Instant): Readonly<Record<string, AttributeValue>> => {
  const [due, open] = [item.due.length > 0, isOpen(item)];
  const named = (item.incidents?.open.length ?? 0) + (item.silences?.length ?? 0);
  const lasts = due || open || named > 0;
  return {
    schema: { N: String(STATE_SCHEMA) },
    ...(due && { pending: { S: 'state' } }),
    ...(open && { open: { S: 'state' } }),
    ...(!lasts && { expires: { N: String(Math.ceil((now + KEPT) / SECOND)) } }),
  };
};

const stored = (key: string, { value, version, attributes }: VersionedItem, now: Instant): StoredState => {
  const { schema, expires } = attributes;
  const form = Number(schema?.N ?? 1);
  if (form > STATE_SCHEMA) {
    throw new NewerState(
      `The state of ${key} has form ${form}, and this version of the monitor knows ${STATE_SCHEMA}: a newer one wrote it. It is left as it is.`,
    );
  }
  const ends = expires?.N === undefined ? Number.POSITIVE_INFINITY : Number(expires.N) * SECOND;
  return { value: value as StateItem, version, renew: form < STATE_SCHEMA || ends - now < KEPT / 2 };
};
