/** Checks whether a CA published the next CRL or OCSP response in time. */
import { DAY, type Instant } from '../../model/time.ts';

/**
 * Share of the validity period, and its maximum, below which a list is late. CAs publish the next list before the last one ends: Microsoft's
 * default margin is 12 hours of a week and half a day, about 7 %.
 */
const LATE_SHARE = 0.05;
const LATE_CAP = 7 * DAY;

/** Whether `nextUpdate` is so near that the next list or response should exist already. */
export const isLate = (thisUpdate: Instant, nextUpdate: Instant, now: Instant): boolean =>
  nextUpdate - now < Math.min((nextUpdate - thisUpdate) * LATE_SHARE, LATE_CAP);

/** Whether the list or response has ended. `nextUpdate`: null for none, which never ends. */
export const isOver = ({ nextUpdate }: { readonly nextUpdate: Instant | null }, now: Instant): boolean =>
  nextUpdate !== null && nextUpdate < now;
