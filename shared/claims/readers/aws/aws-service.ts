/** What the records of the AWS services share: one for each, which knows its documents by their keys (AWS CLI Command Reference, version 2). */
import type { Field } from '../../field.ts';
import type { ReaderContext, ReaderResult } from '../../reader.ts';
import type { Bundles } from './aws-bundles.ts';

export type AwsService = {
  readonly title: string;
  /** Commands of the AWS CLI whose JSON it reads. */
  readonly exports: readonly [string, ...string[]];
  readonly knows: (root: Field) => boolean;
  readonly read: (roots: readonly Field[], context: ReaderContext, bundles: Bundles) => ReaderResult;
};

export const NOTHING: ReaderResult = { claims: [], certificates: [], problems: [] };
