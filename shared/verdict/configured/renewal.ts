/** Certificates that a source manages: whether a renewal was missed. */
import type { CertificateClaim } from '../../model/claim.ts';
import { inert } from '../../model/inert.ts';
import { type Instant, instantOf, MINUTE } from '../../model/time.ts';

/** Renewals are begun within minutes of their time. */
const PATIENCE = 30 * MINUTE;

/** A clause; null where nothing is wrong. */
export const renewalTrouble = ({ use, renewAt, notAfter, trouble }: CertificateClaim, now: Instant): string | null => {
  const isDue = renewAt !== null && instantOf(renewAt) + PATIENCE < now;
  // A CA that has ended may still stand in a bundle.
  const hasEnded = use !== 'authority' && notAfter !== null && instantOf(notAfter) <= now;
  if (trouble === null && !isDue) return hasEnded ? `it ended at ${notAfter}` : null;
  const what = trouble === null ? `it was to be renewed at ${renewAt}` : inert(trouble);
  return `${what}${notAfter === null ? '' : `; it ends at ${notAfter}`}`;
};
