/** What clusters have put below `exports/` of a bucket. */
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { EXPORTS } from '../../model/inventory.ts';
import type { ClusterExports } from '../../pipeline/ports.ts';

export const clusterExports = (client: S3Client, bucket: string): ClusterExports => ({
  list: async () => {
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: EXPORTS });
    const found = [];
    for await (const { Contents = [] } of pages)
      for (const { Key: key = '', LastModified, Size: size = 0 } of Contents)
        found.push({ key, modifiedAt: LastModified?.getTime() ?? 0, size });
    return found;
  },
  read: async (Key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToString('utf8')) ?? '';
  },
});
