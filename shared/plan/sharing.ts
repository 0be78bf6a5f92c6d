/** Divides endpoints into groups that share one probe function. */
import type { Endpoint } from '../model/registry.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { QUICK } from './expected-time.ts';

/** Time for probing. An express child of the map lives five minutes and may run twice; the rest is for start-up, state and metrics. */
export const BATCH_TIME: Milliseconds = 240 * SECOND;
/** Connections at a time in one probe function. */
export const CONNECTIONS = 256;
/** Endpoints of a batch. Step Functions charges each child of the map, so fewer, larger batches cost less. */
const MAX_ENDPOINTS = 100;

/** An endpoint and the time that its sweep takes, `perAddress` connections of the function's own at a time. */
export type Timed = { readonly endpoint: Endpoint; readonly time: Milliseconds };

type Group = {
  readonly members: Endpoint[];
  /** Connections × milliseconds. */
  work: number;
  /** The longest sweep. */
  longest: Milliseconds;
  /** Connections of the sweeps that are not quick. */
  waiting: number;
  /** The most connections of one endpoint. */
  widest: number;
};

const joined = ({ members, work, longest, waiting, widest }: Group, { endpoint, time }: Timed): Group => ({
  members,
  work: work + time * endpoint.perAddress,
  longest: Math.max(longest, time),
  waiting: waiting + (time > QUICK ? endpoint.perAddress : 0),
  widest: Math.max(widest, endpoint.perAddress),
});

const EMPTY = { work: 0, longest: 0, waiting: 0, widest: 0 };

const cut = (endpoints: readonly Timed[], fits: (group: Group) => boolean): readonly (readonly Endpoint[])[] => {
  const groups: Group[] = [];
  for (const timed of endpoints) {
    const last = groups.at(-1);
    const grown = last === undefined ? null : joined(last, timed);
    if (last !== undefined && grown !== null && last.members.length < MAX_ENDPOINTS && fits(grown)) {
      groups[groups.length - 1] = grown;
      grown.members.push(timed.endpoint);
    } else groups.push({ ...joined({ ...EMPTY, members: [] }, timed), members: [timed.endpoint] });
  }
  return groups.map(({ members }) => members);
};

/**
 * Groups by expected time, the slow endpoints first: they wait side by side in as few functions as hold them, and quick ones use what is left of these.
 * All slow ones of a group begin at once, so a group ends with its longest sweep, or soon after `QUICK`.
 */
export const byExpectedTime = (endpoints: readonly Timed[]): readonly (readonly Endpoint[])[] => {
  const slow = endpoints.filter(({ time }) => time > QUICK).toSorted((one, other) => other.time - one.time);
  const quick = endpoints.filter(({ time }) => time <= QUICK);
  return cut(
    [...slow, ...quick],
    ({ work, longest, waiting }) => waiting <= CONNECTIONS && work <= CONNECTIONS * Math.max(longest, QUICK),
  );
};

/**
 * Groups whose every sweep ends within `BATCH_TIME`, whatever it meets; a sweep that can take longer has a group of its own. While an endpoint waits for
 * its turn, more than `CONNECTIONS − widest` connections are in use: so the last sweep begins after `work ÷ (CONNECTIONS − widest)` at the latest.
 */
export const byWorstCase = (endpoints: readonly Timed[]): readonly (readonly Endpoint[])[] =>
  cut(endpoints, ({ work, longest, widest }) => work / Math.max(1, CONNECTIONS - widest) + longest <= BATCH_TIME);
