/** Tries that outlast a passing fault: each call has its own, and all end at one moment. */
import { type Instant, type Milliseconds, SECOND } from '../../model/time.ts';
import type { Clock, Sleep, StateStore } from '../ports.ts';

export type Patience = {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** No try begins after this. */
  readonly until: Instant;
  /** Whether the same call may succeed later. */
  readonly isPassing: (error: unknown) => boolean;
};

const FIRST_PAUSE: Milliseconds = 200;
const LONGEST_PAUSE: Milliseconds = 2 * SECOND;

/** Full jitter: calls that failed together do not come back together. Rejects with the last error once time is over, or with one that will not pass. */
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
 * A write whose answer was lost is tried again as well: it then finds its own version stored and returns false, and what is read next holds this
 * run's results already.
 */
export const patientStore = (store: StateStore, patience: Patience): StateStore => ({
  read: (key) => patiently(() => store.read(key), patience),
  write: (item, expected) => patiently(() => store.write(item, expected), patience),
  withDue: () => patiently(() => store.withDue(), patience),
});
