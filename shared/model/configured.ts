/** What the sources of a registry say, as a run carries it. */
import type { CertificateClaim, Claim, ReadingProblem } from './claim.ts';
import type { Instant, Milliseconds } from './time.ts';

/** What one source says of one endpoint. */
export type Covered = {
  readonly source: string;
  readonly maxAge: Milliseconds;
  /** When the source was as it says. */
  readonly readAt: Instant;
  readonly claims: readonly Claim[];
  /** By the path of a route of the endpoint, where other claims speak of it than of the endpoint’s own path. */
  readonly routes?: Readonly<Record<string, readonly Claim[]>>;
  readonly certificates: readonly CertificateClaim[];
  /** The name that the registry gives it there, where the source has nothing of that name; else null. */
  readonly missing: string | null;
  /** Whether parts of the source could not be read: what is missing may stand there. Absent: none. */
  readonly damaged?: true;
};

/** What a run knows of one source as a whole. */
export type SourceState = {
  readonly source: string;
  readonly maxAge: Milliseconds;
  /** Null where it could not be read at all; then `reason` says why, and foreign words in it are inert. */
  readonly readAt: Instant | null;
  readonly reason: string | null;
  /** How many endpoints it speaks of. */
  readonly claims: number;
  /** The first of what could not be read, and how many there are. */
  readonly problems: readonly ReadingProblem[];
  readonly problemCount: number;
  /** The first endpoints with TLS that the registry does not watch, and how many there are. */
  readonly unwatched: readonly Pick<Claim, 'endpoint' | 'at'>[];
  readonly unwatchedCount: number;
};

/** `covered`: by endpoint; one of which no source speaks is absent. */
export type HeldSources = {
  readonly covered: Readonly<Record<string, readonly Covered[]>>;
  readonly states: readonly SourceState[];
};
