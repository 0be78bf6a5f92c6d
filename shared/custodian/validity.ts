/** The validity with which a certificate gets its fault, within the limits of its CA. */
import { SHORT_LIVED } from '../model/certificate.ts';
import type { Fault } from '../model/names.ts';
import { DAY, type Instant, MINUTE, type Milliseconds } from '../model/time.ts';
import { MAKING } from './fault-making.ts';

/** `notBefore` null: valid as soon as it is issued. */
export type AskedValidity = { readonly notBefore: Instant | null; readonly notAfter: Instant };
export type Limits = { readonly caNotAfter: Instant; readonly shortLived: boolean };

/** Long enough to fetch and put the certificate while it is valid. */
const EXPIRES_AFTER: Milliseconds = 10 * MINUTE;
const LASTS: Milliseconds = 60 * DAY;
const BEGINS_AFTER: Milliseconds = 60 * DAY;
/** By default ACM-PCA sets notBefore to an hour before now, and in short-lived mode measures the seven days from there. */
const BACKDATED: Milliseconds = 60 * MINUTE;

export const validityFor = (fault: Fault, now: Instant, { caNotAfter, shortLived }: Limits): AskedValidity => {
  const { validity } = MAKING[fault];
  if (validity === 'ends-soon') return { notBefore: null, notAfter: Math.min(now + EXPIRES_AFTER, caNotAfter) };
  const longest = shortLived ? SHORT_LIVED - 2 * BACKDATED : LASTS;
  if (validity !== 'begins-later') return { notBefore: null, notAfter: Math.min(now + longest, caNotAfter) };
  const notBefore = now + Math.min(BEGINS_AFTER, (caNotAfter - now) / 2);
  return { notBefore, notAfter: Math.min(notBefore + longest / 3, caNotAfter) };
};
