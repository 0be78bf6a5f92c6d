/** Whether a certificate has the fault that it was issued for: now, later or never. */
import type { CertificateFacts } from '../model/certificate.ts';
import type { Fault } from '../model/names.ts';
import { HOUR, type Instant, MINUTE, type Milliseconds } from '../model/time.ts';
import { unfit } from '../pki/identity/identity.ts';
import { haveSameIssuer, haveSameNames } from '../pki/identity/issuer.ts';
import { MAKING } from './fault-making.ts';

/** Added to notAfter: a relying party's clock may be behind the monitor's. */
const CLOCK_SKEW: Milliseconds = 5 * MINUTE;
/** A certificate that expires later than this from now was not issued to be `expired`. */
const SOON: Milliseconds = HOUR;

/** `good`: has the fault. `due`: has the fault, but must be renewed. `coming`: will have it soon. `never`: has another issuer or other names, or will not have the fault. */
export type Standing = 'good' | 'due' | 'coming' | 'never';

export type Wanted = { readonly fault: Fault; readonly like: CertificateFacts };

/** Judges dates, usages, issuer and names. The certificate does not show that it is revoked: see `decide`. */
export const standingOf = (leaf: CertificateFacts, { fault, like }: Wanted, now: Instant): Standing => {
  if (!(haveSameIssuer(leaf, like) && haveSameNames(leaf, like))) return 'never';
  const endsSoon = MAKING[fault].validity === 'ends-soon';
  if (endsSoon && leaf.notAfter + CLOCK_SKEW >= now)
    return unfit(leaf, null, leaf.notAfter) === null && leaf.notAfter <= now + SOON ? 'coming' : 'never';
  if (unfit(leaf, fault, now) !== null) return 'never';
  if (endsSoon) return 'good';
  return dueAt(leaf, fault) <= now ? 'due' : 'good';
};

/** When to renew: half a lifetime before the end; for `begins-later`, half a lifetime before the begin. */
const dueAt = ({ notBefore, notAfter }: CertificateFacts, fault: Fault): Instant => {
  const half = (notAfter - notBefore) / 2;
  return MAKING[fault].validity === 'begins-later' ? notBefore - half : notAfter - half;
};
