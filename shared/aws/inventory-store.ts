/** The readings of sources in S3: `inventory/<source>.json`, packed. An object is replaced as a whole, so that nobody reads a half of one. */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type Reading, readingSchema } from '../model/claim.ts';
import { INVENTORY, inventoryKey } from '../model/inventory.ts';
import { instantOf, MINUTE } from '../model/time.ts';
import type { InventoryStore } from '../pipeline/ports.ts';
import { getJson, putPacked } from './json-objects.ts';

/** How old the same reading may become before it is written again: less than the shortest interval of an inventory, so that an unchanged source does not go stale. */
const HEARTBEAT = 10 * MINUTE;

export const inventoryStore = (client: S3Client, bucket: string): InventoryStore => ({
  put: async (reading) => {
    const key = inventoryKey(reading.source);
    const kept = await read(client, bucket, key);
    const isFresh = kept !== null && instantOf(reading.readAt) - instantOf(kept.readAt) < HEARTBEAT;
    if (isFresh && undated(kept) === undated(readingSchema.parse(reading))) return false;
    await putPacked(client, bucket, key, reading);
    return true;
  },
  load: async () => {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: INVENTORY }))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    const readings = await Promise.all(keys.toSorted().map((key) => read(client, bucket, key)));
    return readings.flatMap((reading) => reading ?? []);
  },
});

/** Without the time at which it was read, which each claim has, too. Of parsed readings: their fields stand in the schema’s order. */
const undated = (reading: Reading): string =>
  JSON.stringify(reading, (name, value: unknown) => (name === 'readAt' ? undefined : value));

/** Null for one that is not there, and for what is no reading. */
const read = async (client: S3Client, bucket: string, key: string): Promise<Reading | null> => {
  try {
    return readingSchema.safeParse(await getJson<unknown>(client, bucket, key)).data ?? null;
  } catch (error) {
    const { name, code } = error as { readonly name?: string; readonly code?: string };
    if (name === 'NoSuchKey' || error instanceof SyntaxError || code?.startsWith('Z_')) return null;
    throw error;
  }
};
