/** A run's plan, batches and results in S3, under `runs/<run id>/`; a lifecycle rule removes them. */
import { NoSuchKey, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Batch, BatchRef, BatchResult, Gone } from '../model/run.ts';
import { chunks } from './chunks.ts';
import { getJson, putJson, putPacked } from './json-objects.ts';

const AT_ONCE = 32;
const file = (batch: number) => `${String(batch).padStart(6, '0')}.json`;
const batchKey = (runId: string, batch: number) => `runs/${runId}/batches/${file(batch)}`;
const resultKey = (runId: string, batch: number) => `runs/${runId}/results/${file(batch)}`;
/** Beside the results, which the report may list: a run without leavers has none. */
const goneKey = (runId: string) => `runs/${runId}/results/gone.json`;

export type RunStore = {
  /** Writes the batches and, last, the map's items. `from`: the number of the first batch, 0 by default. Returns the key of the items. */
  readonly putPlan: (runId: string, batches: readonly Batch[], from?: number) => Promise<string>;
  readonly readBatch: (key: string) => Promise<Batch>;
  /** Reads a batch by its number. Rejects if the run has no such batch. */
  readonly batchOf: (runId: string, batch: number) => Promise<Batch>;
  /** Replaces an earlier result: a batch may be probed twice. */
  readonly putResult: (runId: string, batch: number, result: BatchResult) => Promise<void>;
  /** Reads a document; null if there is none. */
  readonly readDocument: (key: string) => Promise<unknown>;
  readonly putGone: (runId: string, gone: Gone) => Promise<void>;
  readonly readGone: (runId: string) => Promise<Gone | null>;
  readonly putDocument: (key: string, document: unknown) => Promise<void>;
  /** Reads the results one after the other, so that a large run needs the memory of one batch. Null for a batch without a result. */
  readonly results: (runId: string, batches: number) => AsyncIterable<BatchResult | null>;
};

export const runStore = (client: S3Client, bucket: string): RunStore => ({
  putPlan: async (runId, batches, from = 0) => {
    const items = batches.map(
      ({ vantage }, at): BatchRef => ({ batch: from + at, key: batchKey(runId, from + at), vantage }),
    );
    for (const chunk of chunks(items, AT_ONCE)) {
      await Promise.all(chunk.map(({ batch, key }) => putPacked(client, bucket, key, batches[batch - from])));
    }
    const key = `runs/${runId}/items${from === 0 ? '' : `-${from}`}.json`;
    await putJson(client, bucket, key, items);
    return key;
  },
  readBatch: (key) => getJson(client, bucket, key),
  batchOf: (runId, batch) => getJson(client, bucket, batchKey(runId, batch)),
  putResult: (runId, batch, result) => putPacked(client, bucket, resultKey(runId, batch), result),
  readDocument: async (key) => {
    try {
      return await getJson(client, bucket, key);
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  },
  putGone: (runId, gone) => putJson(client, bucket, goneKey(runId), gone),
  readGone: async (runId) => {
    const key = goneKey(runId);
    return (await keysUnder(client, bucket, key)).has(key) ? getJson<Gone>(client, bucket, key) : null;
  },
  putDocument: (key, document) => putJson(client, bucket, key, document),
  async *results(runId, batches) {
    const written = await keysUnder(client, bucket, `runs/${runId}/results/`);
    for (let batch = 0; batch < batches; batch += 1) {
      const key = resultKey(runId, batch);
      yield written.has(key) ? await getJson<BatchResult>(client, bucket, key) : null;
    }
  },
});

/** Lists the keys instead of trying each: without s3:ListBucket a missing object reads as access denied, and with it the list is one call. */
const keysUnder = async (client: S3Client, bucket: string, prefix: string): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) if (Key !== undefined) keys.add(Key);
  }
  return keys;
};
