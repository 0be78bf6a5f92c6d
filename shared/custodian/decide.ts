/** Decides the next step for one identity from the versions of its secret. */
import type { CertificateFacts } from '../model/certificate.ts';
import { DAY, type Instant, type Milliseconds } from '../model/time.ts';
import { MAKING } from './fault-making.ts';
import { type Standing, standingOf, type Wanted } from './standing.ts';

/** How long a revocation may take to reach relying parties: ACM-PCA writes a CRL within the hour, and a relying party may cache the last one. */
export const SETTLE: Milliseconds = DAY;

/** A version of the secret that holds a certificate with its key. */
export type Version = {
  readonly leaf: CertificateFacts;
  /** When the version was put; null if unknown. */
  readonly createdAt: Instant | null;
  /** Null if the custodian did not put this version. */
  readonly issued: { readonly certificateArn: string; readonly revoked: boolean } | null;
};

/** Null: there is no such version, or it cannot be read as an identity. */
export type Versions = { readonly current: Version | null; readonly pending: Version | null };

/**
 * `issue`: issue a new certificate. `revoke`: revoke the pending certificate and put it again as revoked, so that its age is the revocation's.
 * `promote`: make the pending version current. `wait`: the pending certificate does not have its fault yet.
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

/** A certificate is known to be revoked only if the custodian revoked it. */
const currentStanding = ({ leaf, issued }: Version, wanted: Wanted, now: Instant): Standing =>
  MAKING[wanted.fault].byRevocation && issued?.revoked !== true ? 'never' : standingOf(leaf, wanted, now);
