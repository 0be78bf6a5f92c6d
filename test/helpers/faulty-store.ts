/** A time that passes only while somebody sleeps, and stores that fail in it. */

import type { StateStore } from '../../shared/pipeline/ports.ts';
import type { Patience } from '../../shared/pipeline/run/patience.ts';

export class Passing extends Error {
  override readonly name = 'Passing';
}
export class Denied extends Error {
  override readonly name = 'Denied';
}

export const patienceUntil = (until: number): Patience & { readonly clock: () => number } => {
  let now = 0;
  return {
    clock: () => now,
    // Who sleeps longer comes back later: the others' time passes meanwhile.
    sleep: async (ms) => {
      const wakes = now + ms;
      await Promise.resolve();
      now = Math.max(now, wakes);
    },
    random: () => 0.9,
    until,
    isPassing: (error) => error instanceof Passing,
  };
};

/** `store`, every call of which first asks `fault`. */
export const faultyStore = (store: StateStore, fault: (key: string) => Error | null): StateStore => {
  const check = (key: string) => {
    const error = fault(key);
    if (error !== null) throw error;
  };
  return {
    read: async (key) => {
      check(key);
      return store.read(key);
    },
    write: async (item, expected) => {
      check(item.key);
      return store.write(item, expected);
    },
    withDue: () => store.withDue(),
    withOpen: () => store.withOpen(),
  };
};
