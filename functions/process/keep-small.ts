/**
 * Keeps the process as small as what it holds. V8 waits with a collection until its heap has doubled or 64 MB of memory outside it were allocated,
 * whatever of that is garbage: a process that could be 150 MB then has 400.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that may be allocated between two collections: of one that takes some 20 ms, and comes after some fifty endpoints. */
const MOST_GARBAGE = 12_000_000;

const used = (): number => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};

/**
 * Returns a function to be called after each endpoint, or each batch: it collects garbage where there may be much. The young generation stays as it is now (V8 lets it
 * grow to 128 MB where much survives, and never gives that back). A V8 that ignores these flags needs more memory and works all the same.
 */
export const keepSmall = (mostGarbage = MOST_GARBAGE): (() => void) => {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  if (typeof collect !== 'function') return () => {};
  let after = used();
  return () => {
    if (used() - after < mostGarbage) return;
    collect();
    after = used();
  };
};
