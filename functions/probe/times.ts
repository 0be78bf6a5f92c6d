/** How long one attempt at a batch may take. */
import { type Instant, type Milliseconds, SECOND } from '../../shared/model/time.ts';

/** Usable time of an express child, which lives five minutes (Step Functions, "Service quotas"). The rest is for starting the function. */
const CHILD: Milliseconds = 290 * SECOND;
/** Reserved for state, result and metrics, after the last connection. */
const AFTER_PROBING: Milliseconds = 30 * SECOND;
/** Reserved for result and metrics, after the last attempt to write state. */
const AFTER_STATE: Milliseconds = 10 * SECOND;
/** The least time for probing. With less, the attempt fails at once. */
const LEAST: Milliseconds = 30 * SECOND;

/** The map does not retry this error: its child has no time left. */
export class NoTimeLeft extends Error {
  override readonly name = 'NoTimeLeft';
}

/** `probing`: when the last connection ends; `state`: when the last attempt to write state begins. */
export type Times = { readonly probing: Instant; readonly state: Instant };

/**
 * `remaining`: the time until the function's own timeout. `enteredAt`: when the map began with the batch, ISO 8601, the same for each attempt.
 * Throws a `NoTimeLeft` if less than the least time for probing is left.
 */
export const timesOf = (now: Instant, remaining: Milliseconds, enteredAt: string | undefined): Times => {
  const child = enteredAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(enteredAt) + CHILD;
  const ends = Math.min(now + remaining, child);
  const probing = ends - AFTER_PROBING;
  if (probing - now < LEAST) throw new NoTimeLeft('Another attempt at this batch would outlive its child of the map.');
  return { probing, state: ends - AFTER_STATE };
};
