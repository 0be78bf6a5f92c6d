/** Whether a certificate has the fault that it was issued for: now, later, or never. */
import type { CertificateFacts } from '../model/certificate.ts';
import type { Fault } from '../model/names.ts';
import { HOUR, type Instant, MINUTE, type Milliseconds } from '../model/time.ts';
import { unfit } from '../pki/identity/identity.ts';
import { haveSameIssuer, haveSameNames } from '../pki/identity/issuer.ts';
import { MAKING } from './fault-making.ts';

/** After its notAfter: a relying party's clock may be behind ours. */
const CLOCK_SKEW: Milliseconds = 5 * MINUTE;
/** A certificate that has not expired after so long was not issued to expire. */
const SOON: Milliseconds = HOUR;

/** `good`: fit to be presented. `due`: fit still, but to be renewed. `coming`: not yet. `never`: it is none of ours. */
export type Standing = 'good' | 'due' | 'coming' | 'never';

export type Wanted = { readonly fault: Fault; readonly like: CertificateFacts };

/** By its dates, usages, issuer and names. That a certificate is revoked does not show in it: see `decide`. */
export const standingOf = (leaf: CertificateFacts, { fault, like }: Wanted, now: Instant): Standing => {
  if (!(haveSameIssuer(leaf, like) && haveSameNames(leaf, like))) return 'never';
  const endsSoon = MAKING[fault].validity === 'ends-soon';
  if (endsSoon && leaf.notAfter + CLOCK_SKEW >= now)
    return unfit(leaf, null, leaf.notAfter) === null && leaf.notAfter <= now + SOON ? 'coming' : 'never';
  if (unfit(leaf, fault, now) !== null) return 'never';
  if (endsSoon) return 'good';
  return dueAt(leaf, fault) <= now ? 'due' : 'good';
};

/** Half a lifetime before it ends; for one that is not valid yet, half a lifetime before it begins. */
const dueAt = ({ notBefore, notAfter }: CertificateFacts, fault: Fault): Instant => {
  const half = (notAfter - notBefore) / 2;
  return MAKING[fault].validity === 'begins-later' ? notBefore - half : notAfter - half;
};
