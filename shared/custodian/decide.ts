/** What becomes of one identity, from the versions of its secret. */
import type { CertificateFacts } from '../model/certificate.ts';
import { DAY, type Instant, type Milliseconds } from '../model/time.ts';
import { MAKING } from './fault-making.ts';
import { type Standing, standingOf, type Wanted } from './standing.ts';

/** How long a revocation takes to reach relying parties: ACM-PCA writes a CRL within the hour, and what fetched the last one may keep it. */
export const SETTLE: Milliseconds = DAY;

/** A version of the secret that holds a certificate with its key. */
export type Version = {
  readonly leaf: CertificateFacts;
  /** When it was put; null where that is not told. */
  readonly createdAt: Instant | null;
  /** Null where the custodian did not put it. */
  readonly issued: { readonly certificateArn: string; readonly revoked: boolean } | null;
};

/** Null: none, or nothing that can be read as an identity. */
export type Versions = { readonly current: Version | null; readonly pending: Version | null };

/**
 * `issue`: a new certificate. `revoke`: the pending one, and put it again as revoked, so that its age is the revocation's. `promote`: the pending
 * one becomes current.
 */
export type Decision = 'nothing' | 'issue' | 'revoke' | 'promote' | 'wait';

export const decide = (
  { current, pending }: Versions,
  wanted: Wanted,
  now: Instant,
  settle: Milliseconds = SETTLE,
): Decision => {
  if (current !== null && currentStanding(current, wanted, now) === 'good') return 'nothing';
  if (pending === null || pending.issued === null) return 'issue';
  const standing = standingOf(pending.leaf, wanted, now);
  if (standing === 'coming') return 'wait';
  if (standing !== 'good') return 'issue';
  if (!MAKING[wanted.fault].byRevocation) return 'promote';
  if (!pending.issued.revoked) return 'revoke';
  return pending.createdAt !== null && pending.createdAt + settle <= now ? 'promote' : 'wait';
};

/** Only one that the custodian revoked is known to be. */
const currentStanding = ({ leaf, issued }: Version, wanted: Wanted, now: Instant): Standing =>
  MAKING[wanted.fault].byRevocation && issued?.revoked !== true ? 'never' : standingOf(leaf, wanted, now);
