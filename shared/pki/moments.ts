/** How a moment reads in a sentence. */
import { DAY, type Instant } from '../model/time.ts';

export const minute = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `10.4 days`; hours where a day is long. */
export const timeLeft = (instant: Instant, now: Instant): string =>
  instant - now < 2 * DAY
    ? `${(((instant - now) / DAY) * 24).toFixed(1)} hours`
    : `${((instant - now) / DAY).toFixed(1)} days`;
