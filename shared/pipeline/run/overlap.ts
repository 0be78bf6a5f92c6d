/** Runs of one schedule and suite do not overlap: the second would probe the same endpoints at once, and tell nothing new. */
import type { SuiteRequest } from '../../model/names.ts';
import { MINUTE, type Milliseconds } from '../../model/time.ts';

/** A run without a report holds its key for so long: after that the next run goes on beside whatever is left of it. */
export const MOST_HELD: Milliseconds = 10 * MINUTE;

export const lockKey = ({ schedule, suite }: { readonly schedule: string; readonly suite: SuiteRequest }): string =>
  `running/${schedule}/${suite}`;
