/** Moments: how one reads in a sentence, and how far clocks may differ. */
import { DAY, type Instant, MINUTE } from '../../model/time.ts';

/** How far a CA's or a responder's clock may be ahead of ours: what OpenSSL's OCSP clients allow. */
export const CLOCK_LEEWAY = 5 * MINUTE;

export const minute = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `10.4 days`; hours where a day is long. */
export const timeLeft = (instant: Instant, now: Instant): string =>
  instant - now < 2 * DAY
    ? `${(((instant - now) / DAY) * 24).toFixed(1)} hours`
    : `${((instant - now) / DAY).toFixed(1)} days`;
