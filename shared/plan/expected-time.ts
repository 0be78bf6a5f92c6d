/** How long a sweep is expected to take: what the last one took, or a default. */
import type { Check } from '../model/check.ts';
import type { Endpoint } from '../model/registry.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { worstCase } from './worst-case.ts';

/** A sweep of at most this length is quick: a batch may take this long even if each of its sweeps is shorter. */
export const QUICK: Milliseconds = 8 * SECOND;
/** For an endpoint whose last sweep is not known: a few round trips for each check, beside others. */
const PER_CHECK: Milliseconds = 100;

/** An unknown endpoint is expected to be quick. A last sweep that waited for others counts with its worst case at the most. */
export const expectedTime = (
  endpoint: Endpoint,
  checks: readonly Check[],
  last: Milliseconds | undefined,
): Milliseconds =>
  last === undefined ? Math.min(QUICK, checks.length * PER_CHECK) : Math.min(last, worstCase(endpoint, checks));
