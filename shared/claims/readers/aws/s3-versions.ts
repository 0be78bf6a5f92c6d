/** Versions of objects in S3 (`aws s3api list-object-versions`): whether a trust store is the newest there is. */
import type { Field } from '../../field.ts';
import { has, listIn, wordIn } from './aws-fields.ts';

/** The version that is the latest of an `s3://bucket/key`; null where no document tells of it. */
export const newestIn = (roots: readonly Field[], uri: string): string | null => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const lists = roots.filter((root) => !has(root, 'Name') || wordIn(root, 'Name') === bucket);
  const newest = lists
    .flatMap((root) => listIn(root, 'Versions'))
    .find((version) => wordIn(version, 'Key') === key && wordIn(version, 'IsLatest') === 'true');
  return newest === undefined ? null : wordIn(newest, 'VersionId');
};
