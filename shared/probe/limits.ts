import pLimit, { type LimitFunction } from 'p-limit';

export type Limits = <T>(address: string, perAddress: number, task: () => Promise<T>) => Promise<T>;

/** Bounded concurrency over all connections and for each address: an endpoint's own queue never holds a place of the whole. */
export const connectionLimits = (overall: number): Limits => {
  const all = pLimit(overall);
  const byAddress = new Map<string, LimitFunction>();
  return (address, perAddress, task) => {
    const own = byAddress.get(address) ?? pLimit(perAddress);
    byAddress.set(address, own);
    return own(() => all(task));
  };
};
