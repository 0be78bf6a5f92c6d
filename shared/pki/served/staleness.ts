/** Whether what a CA publishes again and again was followed in time. */
import { DAY, type Instant } from '../../model/time.ts';

/**
 * A CA publishes the next list before the last one ends, by a margin: Microsoft's default is 12 hours of a week and a half day, about 7 %. What has
 * less left was not followed in time.
 */
const LATE_SHARE = 0.05;
const LATE_CAP = 7 * DAY;

/** Near its end, when another should have come already. */
export const isLate = (thisUpdate: Instant, nextUpdate: Instant, now: Instant): boolean =>
  nextUpdate - now < Math.min((nextUpdate - thisUpdate) * LATE_SHARE, LATE_CAP);

/** `nextUpdate`: null where it promises none. */
export const isOver = ({ nextUpdate }: { readonly nextUpdate: Instant | null }, now: Instant): boolean =>
  nextUpdate !== null && nextUpdate < now;
