/** A source of candidates: a file that names endpoints, and says little or nothing of who is admitted. One record each. */
import type { SourceDocument } from '../claims/document.ts';
import type { Candidates } from './candidate.ts';

export type DiscoverContext = {
  /** A path that stands in a file, as it must stand in the registry. */
  readonly pathIn: (file: string | null, path: string) => string;
};

export type CandidateSource = {
  /** What people call what it reads. */
  readonly title: string;
  /** Commands whose output it reads, or names of files. */
  readonly exports: readonly [string, ...string[]];
  readonly recognises: (document: SourceDocument) => boolean;
  readonly read: (documents: readonly SourceDocument[], context: DiscoverContext) => Candidates;
};
