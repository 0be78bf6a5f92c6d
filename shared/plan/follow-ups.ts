/** What a batch did not get to, as batches of the next round of the same run. */
import type { Endpoint } from '../model/registry.ts';
import type { Batch } from '../model/run.ts';
import { planEndpoint } from './plan.ts';
import { byWorstCase } from './sharing.ts';
import { worstCase } from './worst-case.ts';

/** Rounds of follow-up batches after the plan's own. In the last one, what does not fit is `NOT_RUN`. */
export const FOLLOW_UPS = 2;

export const roundOf = ({ round = 0 }: Pick<Batch, 'round'>): number => round;

/** A batch, and the names of those of its endpoints that the next round sweeps. */
export type Carried = { readonly batch: Batch; readonly names: readonly string[] };

/** Returns batches whose worst case fits the time of one function each. The endpoints of a batch stay together, and so do their identities and trust bundles. */
export const followUps = (carried: readonly Carried[]): readonly Batch[] =>
  carried.flatMap(({ batch, names }) => {
    const wanted = new Set(names);
    const endpoints = batch.endpoints.filter(({ name }) => wanted.has(name));
    const timed = endpoints.map((endpoint) => ({ endpoint, time: worstOf(endpoint, batch) }));
    const groups: readonly (readonly Endpoint[])[] = endpoints.length === 0 ? [] : byWorstCase(timed);
    return groups.map((group): Batch => ({ ...batch, endpoints: group, health: [], round: roundOf(batch) + 1 }));
  });

/** What a batch without a result becomes: two halves, since one of its endpoints may have ended the function. Its identities' health is not carried. */
export const halved = (batch: Batch): readonly Carried[] => {
  const names = batch.endpoints.map(({ name }) => name);
  const middle = Math.ceil(names.length / 2);
  return [names.slice(0, middle), names.slice(middle)]
    .filter((half) => half.length > 0)
    .map((half) => ({ batch, names: half }));
};

const worstOf = (endpoint: Endpoint, { identities, suites }: Batch) =>
  worstCase(endpoint, planEndpoint(endpoint, identities, suites).checks);
