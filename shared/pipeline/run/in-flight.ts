/** How many endpoints are planned, probed and judged at a time: enough to keep every connection busy, and few enough to be small. */
import type { Milliseconds } from '../../model/time.ts';
import type { Limits } from '../../probe/limits.ts';

/** Endpoints in flight for each connection that may be open: the waves of a sweep leave gaps, which other endpoints fill. */
const FOR_EACH_CONNECTION = 2;
/** Endpoints that wait without a connection (for their pace, after a rate limiter's answer, for a resolver) make room for others up to this number. */
const MOST = 2_000;
/** An endpoint that computes is over sooner, also on a machine with other work. */
const STALL: Milliseconds = 200;
const DEFAULT_AT_ONCE = 64;

export type Load = {
  /** The same limits, which count their connections. */
  readonly limits: Limits;
  /** Connections that are open, and do not wait in silence. */
  readonly busy: () => number;
};

/** `limits`, and how many of its connections hold a place of the whole. */
export const loadOf = (limits: Limits): Load => {
  let open = 0;
  return {
    busy: () => open,
    limits: (address, pace, task) =>
      limits(address, pace, async (place) => {
        let counted = pace.kind !== 'silent';
        const leave = () => {
          if (counted) open -= 1;
          counted = false;
        };
        if (counted) open += 1;
        const waits = () => {
          place.waits();
          leave();
        };
        try {
          return await task({ ...place, waits });
        } finally {
          leave();
        }
      }),
  };
};

type Bounds = {
  readonly busy: Load['busy'];
  /** Connections at a time. Default: 64. */
  readonly atOnce?: number | undefined;
};

/**
 * Runs `sweep` for 0 … `count` − 1, begun in this order, a bounded number at a time: two for each connection. Where none ends for a while, one more begins
 * for each connection that is free: endpoints which only wait never keep others from beginning. Rejects with the first error, once every sweep that
 * was begun is over.
 */
export const inFlight = async (
  count: number,
  { busy, atOnce = DEFAULT_AT_ONCE }: Bounds,
  sweep: (index: number) => Promise<void>,
): Promise<void> => {
  const errors: unknown[] = [];
  let running = 0;
  let wake = (): void => {};
  const begin = async (index: number): Promise<void> => {
    running += 1;
    await sweep(index).catch((error: unknown) => errors.push(error));
    running -= 1;
    wake();
  };
  /** Resolves once a sweep has ended, with the number of others that may begin without one. */
  const change = async (): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    wake = () => resolve(0);
    const stall = setTimeout(() => resolve(Math.min(atOnce - busy(), MOST - running)), STALL);
    const more = await promise;
    clearTimeout(stall);
    return more;
  };
  for (let next = 0, more = 0; next < count && errors.length === 0; ) {
    const room = Math.max(atOnce * FOR_EACH_CONNECTION - running, more);
    for (const until = Math.min(count, next + room); next < until; next += 1) void begin(next);
    if (next < count) more = await change();
  }
  while (running > 0) await change();
  if (errors.length > 0) throw errors[0];
};
