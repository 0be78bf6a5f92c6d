/** Retries calls after transient errors, until one deadline that all calls share. */
import { type Instant, type Milliseconds, SECOND } from '../../model/time.ts';
import type { Clock, Sleep, StateStore } from '../ports.ts';

export type Patience = {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Returns a number from 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** No attempt begins after this instant. */
  readonly until: Instant;
  /** Whether an error is transient: the same call may succeed later. */
  readonly isPassing: (error: unknown) => boolean;
};

const FIRST_PAUSE: Milliseconds = 200;
const LONGEST_PAUSE: Milliseconds = 2 * SECOND;

/** Retries with full jitter, so that calls that failed together are not repeated together. Rejects with the last error at the deadline, or at once with an error that is not transient. */
export const patiently = async <T>(work: () => Promise<T>, patience: Patience): Promise<T> => {
  const { clock, sleep, random, until, isPassing } = patience;
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const pause = random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 10));
      if (!isPassing(error) || clock() + pause >= until) throw error;
      await sleep(pause);
    }
  }
};

/**
 * Retries each call of a store. A write whose answer was lost is repeated, too: it then finds its own version stored and returns false, and the
 * caller reads an item that has this run's results already.
 */
export const patientStore = (store: StateStore, patience: Patience): StateStore => ({
  read: (key) => patiently(() => store.read(key), patience),
  write: (item, expected) => patiently(() => store.write(item, expected), patience),
  withDue: () => patiently(() => store.withDue(), patience),
  withOpen: () => patiently(() => store.withOpen(), patience),
});
