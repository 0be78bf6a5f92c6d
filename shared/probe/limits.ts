import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Milliseconds, SECOND } from '../model/time.ts';

export type Pace = {
  /** Connections at a time. */
  readonly perAddress: number;
  /** Connections a second; null for no limit. */
  readonly perSecond: number | null;
  /** Before this one. */
  readonly pause: Milliseconds;
};

export type Limits = <T>(address: string, pace: Pace, task: () => Promise<T>) => Promise<T>;

/** Bounded concurrency over all connections and for each address, and a pace: an endpoint's own queue never holds a place of the whole. */
export const connectionLimits = (overall: number): Limits => {
  const all = pLimit(overall);
  const byAddress = new Map<string, { readonly queue: LimitFunction; free: number }>();
  return (address, { perAddress, perSecond, pause }, task) => {
    const own = byAddress.get(address) ?? { queue: pLimit(perAddress), free: 0 };
    byAddress.set(address, own);
    return own.queue(async () => {
      const now = performance.now();
      const at = Math.max(own.free, now + pause);
      if (perSecond !== null) own.free = at + SECOND / perSecond;
      if (at > now) await sleep(at - now);
      return all(task);
    });
  };
};
