/** Formats moments for messages, and defines the tolerance for clocks that differ. */
import { DAY, type Instant, MINUTE } from '../../model/time.ts';

/** Milliseconds by which the clock of a CA or an OCSP responder may be ahead of ours: the tolerance of OpenSSL's OCSP clients. */
export const CLOCK_LEEWAY = 5 * MINUTE;

/** Returns `2026-01-31 09:30 UTC`. */
export const minute = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Returns the time from `now` to `instant`: `10.4 days`, or hours when less than two days are left. */
export const timeLeft = (instant: Instant, now: Instant): string =>
  instant - now < 2 * DAY
    ? `${(((instant - now) / DAY) * 24).toFixed(1)} hours`
    : `${((instant - now) / DAY).toFixed(1)} days`;
