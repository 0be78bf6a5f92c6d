/** How long one try at a batch may take. */
import { type Instant, type Milliseconds, SECOND } from '../../shared/model/time.ts';

/** An express child lives five minutes (Step Functions, "Service quotas"); the rest is for starting the function. */
const CHILD: Milliseconds = 290 * SECOND;
/** For state, result and metrics, after the last connection. */
const AFTER_PROBING: Milliseconds = 30 * SECOND;
/** For result and metrics, after the last try at the state. */
const AFTER_STATE: Milliseconds = 10 * SECOND;
/** Less is not worth the connections. */
const LEAST: Milliseconds = 30 * SECOND;

/** The map does not try it again: its child is at its end. */
export class NoTimeLeft extends Error {
  override readonly name = 'NoTimeLeft';
}

/** `probing`: when the last connection ends; `state`: when the last try at the state begins. */
export type Times = { readonly probing: Instant; readonly state: Instant };

/**
 * `remaining`: of the function itself. `enteredAt`: when the map began with the batch, ISO 8601, however many tries it took since. Throws a
 * `NoTimeLeft` where the child would end before anything is seen.
 */
export const timesOf = (now: Instant, remaining: Milliseconds, enteredAt: string | undefined): Times => {
  const child = enteredAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(enteredAt) + CHILD;
  const ends = Math.min(now + remaining, child);
  const probing = ends - AFTER_PROBING;
  if (probing - now < LEAST) throw new NoTimeLeft('Another try at this batch would outlive its child of the map.');
  return { probing, state: ends - AFTER_STATE };
};
