/** A reader turns the documents of one kind of configuration into claims: one record each, like a protocol. Pure: text in, claims out. */
import type { CertificateClaim, Claim, ReaderName, ReadingProblem } from '../model/claim.ts';
import type { Instant } from '../model/time.ts';
import type { SourceDocument } from './document.ts';

export type ReaderContext = {
  /** The source’s name: of the registry, else the file’s. */
  readonly source: string;
  /** When the source was exported, as far as that is known; else when it is read. */
  readonly readAt: Instant;
  /** For dates: what has ended. */
  readonly now: Instant;
};

export type ReaderResult = {
  readonly claims: readonly Claim[];
  /** That belong to no endpoint which the source names. */
  readonly certificates: readonly CertificateClaim[];
  readonly problems: readonly ReadingProblem[];
};

export type Reader = {
  readonly name: ReaderName;
  /** What people call what it reads: `Istio`. */
  readonly title: string;
  /** Commands whose output it reads, or the names of files; each is shown in the documentation and in errors. */
  readonly exports: readonly [string, ...string[]];
  /** Whether a text without YAML or JSON is its. Null: it reads no such text. */
  readonly isText: ((text: string) => boolean) | null;
  /** Whether a document is its. A document may be several readers’: a Service of Kubernetes is. */
  readonly recognises: (document: SourceDocument) => boolean;
  /** Whether a document only helps (a Service, a Namespace): without any other document of its own the reader is not asked. */
  readonly onlyHelps?: (document: SourceDocument) => boolean;
  /** Of all its documents in one source. An object that is damaged is a problem, and loses nothing else. */
  readonly read: (documents: readonly SourceDocument[], context: ReaderContext) => ReaderResult;
};
