/** The snapshots of runs in S3: of each schedule and suite the last one's. */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { RunIdentity } from '../model/run.ts';
import { SNAPSHOTS, type Snapshot, snapshotKey, snapshotSchema } from '../model/snapshot.ts';
import { getJson, putPacked } from './json-objects.ts';

export type SnapshotStore = {
  readonly put: (run: Pick<RunIdentity, 'schedule' | 'suite'>, snapshot: Snapshot) => Promise<void>;
  /** Null for each that is damaged, or of another version's form. Rejects if S3 refuses. */
  readonly all: () => Promise<readonly (Snapshot | null)[]>;
};

export const snapshotStore = (client: S3Client, bucket: string): SnapshotStore => ({
  put: (run, snapshot) => putPacked(client, bucket, snapshotKey(run), snapshot),
  all: async () => {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: SNAPSHOTS }))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return Promise.all(keys.map((key) => read(client, bucket, key)));
  },
});

const read = async (client: S3Client, bucket: string, key: string): Promise<Snapshot | null> => {
  const stored = await getJson<unknown>(client, bucket, key).catch((error: unknown) => {
    // What is no gzip, or no JSON, was read; what S3 refused was not.
    if (error instanceof SyntaxError || (error as { readonly code?: string }).code?.startsWith('Z_')) return null;
    throw error;
  });
  return snapshotSchema.safeParse(stored).data ?? null;
};
