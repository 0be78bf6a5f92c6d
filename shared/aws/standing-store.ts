/** Standings of endpoints in the state table. An item that no run writes any more expires. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { endpointStanding } from '../model/endpoint-standing.ts';
import { DAY, SECOND } from '../model/time.ts';
import type { Clock, StandingStore } from '../pipeline/ports.ts';
import { versionedItems } from './versioned-items.ts';

/** Larger items are deflated, since every run writes them: a write unit is one kilobyte. */
const READABLE_BYTES = 1024;
/** Longer than any interval of a schedule (a day at the most). */
const KEPT = 7 * DAY;

/** Attributes: those of `versionedItems`, and `expires` (epoch seconds, the table's time to live). A standing in another version's form is left out. */
export const standingStore = (client: DynamoDBClient, table: string, clock: Clock): StandingStore => {
  const items = versionedItems(client, table, READABLE_BYTES);
  return {
    read: async (key) => {
      const found = await items.read(key);
      if (found === null) return null;
      const { parts, standings } = found.value as { readonly parts: number; readonly standings: readonly unknown[] };
      const known = standings.map((each) => endpointStanding.safeParse(each)).flatMap(({ data }) => data ?? []);
      return { value: { key, parts, standings: known }, version: found.version };
    },
    write: (item, expected) =>
      items.write(item, expected, { expires: { N: String(Math.ceil((clock() + KEPT) / SECOND)) } }),
  };
};
