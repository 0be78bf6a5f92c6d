/**
 * The standings of all endpoints, in few items: one write for each vantage, schedule and suite of a run, where an item for each endpoint would cost
 * one for each endpoint. The level `sparse` knows from them what has ended.
 */
import {
  type EndpointStanding,
  type StandingItem,
  type StandingPlace,
  standingKey,
} from '../../model/endpoint-standing.ts';
import type { EndpointMetric } from '../../model/names.ts';
import { settle } from '../../publish/sparse.ts';
import type { StandingStore, Versioned } from '../ports.ts';

/** Standings of one item: deflated they have some 23 KB of the 400 KB that DynamoDB allows, and 150 KB with names that do not compress. */
export const STANDINGS_PER_ITEM = 1000;
/** Two runs of one schedule and suite rarely end together. */
const TRIES = 10;

/** Reads the standings of a place; none if no run has left any. Sorted by endpoint. */
export const readStandings = async (store: StandingStore, place: StandingPlace): Promise<readonly EndpointStanding[]> =>
  (await load(store, place)).standings;

export type Sending = readonly { readonly now: EndpointStanding; readonly sent: readonly EndpointMetric[] }[];

/**
 * `fresh`: the standings of one run. `whole`: the run covered all endpoints, so that the standings of others (they left the registry) are dropped.
 * `send` gets what the level `sparse` sends, and is awaited before anything is stored: if it rejects, a second attempt sends the same. If another
 * run stores its standings meanwhile, reads them and settles again, ten times.
 */
export const settleStandings = async (
  fresh: readonly EndpointStanding[],
  whole: boolean,
  { store, send }: { readonly store: StandingStore; readonly send: (sending: Sending) => Promise<void> },
): Promise<void> => {
  let open = [...Map.groupBy(fresh, (standing) => standingKey(standing)).values()];
  for (let tries = 0; open.length > 0; tries += 1) {
    if (tries === TRIES) throw new Error(`Other writers replaced the standings ${TRIES} times in a row.`);
    const settled = await Promise.all(open.map((group) => settleGroup(group, whole, store)));
    await send(settled.flatMap(({ sending }) => sending));
    const stored = await Promise.all(settled.map(({ write }) => write()));
    open = open.filter((_, at) => stored[at] === false);
  }
};

type Group = { readonly sending: Sending; readonly write: () => Promise<boolean> };

const settleGroup = async (
  group: readonly EndpointStanding[],
  whole: boolean,
  store: StandingStore,
): Promise<Group> => {
  const [place] = group;
  if (place === undefined) return { sending: [], write: async () => true };
  const loaded = await load(store, place);
  const before = new Map(loaded.standings.map((standing) => [standing.endpoint, standing]));
  const settled = group.map((now) => ({ now, ...settle(before.get(now.endpoint), now) }));
  const seen = new Set(group.map(({ endpoint }) => endpoint));
  const others = loaded.standings.filter(
    ({ endpoint, startedAt }) => !seen.has(endpoint) && !(whole && startedAt < place.startedAt),
  );
  const standings = byEndpoint([...others, ...settled.map(({ standing }) => standing)]);
  return { sending: settled, write: () => save(store, place, standings, loaded.versions) };
};

const byEndpoint = (standings: readonly EndpointStanding[]): readonly EndpointStanding[] =>
  standings.toSorted((one, other) => (one.endpoint < other.endpoint ? -1 : 1));

type Loaded = { readonly standings: readonly EndpointStanding[]; readonly versions: readonly number[] };

/** While another run stores several parts, a standing may be in two of them: the newer one counts. */
const load = async (store: StandingStore, place: StandingPlace): Promise<Loaded> => {
  const first = await store.read(standingKey(place));
  const rest = Array.from({ length: (first?.value.parts ?? 1) - 1 }, (_, at) => store.read(standingKey(place, at + 1)));
  const parts: readonly (Versioned<StandingItem> | null)[] = [first, ...(await Promise.all(rest))];
  const newest = new Map<string, EndpointStanding>();
  for (const standing of parts.flatMap((part) => part?.value.standings ?? [])) {
    const known = newest.get(standing.endpoint);
    if (known === undefined || known.startedAt <= standing.startedAt) newest.set(standing.endpoint, standing);
  }
  return { standings: byEndpoint([...newest.values()]), versions: parts.map((part) => part?.version ?? 0) };
};

/** Writes the first part first: of two runs, only one can. False if another run has stored any of the parts. */
const save = async (
  store: StandingStore,
  place: StandingPlace,
  standings: readonly EndpointStanding[],
  versions: readonly number[],
): Promise<boolean> => {
  const parts = Math.max(1, Math.ceil(standings.length / STANDINGS_PER_ITEM));
  for (let part = 0; part < parts; part += 1) {
    const key = standingKey(place, part);
    const own = standings.slice(part * STANDINGS_PER_ITEM, (part + 1) * STANDINGS_PER_ITEM);
    // A part that an earlier, larger registry has left is in the table, and was not read.
    const version = versions[part] ?? (await store.read(key))?.version ?? 0;
    if (!(await store.write({ key, parts, standings: own }, version))) return false;
  }
  return true;
};
