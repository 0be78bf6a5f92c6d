/** How many connections are open at a time: over all, at each address, and in silence. docs/adr/0036 */
import { type Milliseconds, SECOND } from '../model/time.ts';
import { Places, type Release } from './place-queue.ts';

/** Connections that may wait in silence at one address, those within `perAddress` among them. */
export const MOST_AT_ADDRESS = 64;
/** Connections that may wait in silence over all. A Lambda function has 1,024 file descriptors: 256 connections take part in the others’ limit. */
export const MOST_IN_SILENCE = 512;
/** Share of these for connections that begin in silence; the others are kept for those that fall silent. */
const BEGINNING = 0.75;

export type Pace = {
  /** Connections at a time. */
  readonly perAddress: number;
  /** Connections a second; null for no limit. */
  readonly perSecond: number | null;
  /** Before this one. */
  readonly pause: Milliseconds;
  /** The lower goes first where places are scarce. Default: 0. */
  readonly order?: number;
  /** How long it waits for its places and its pace. Default: for ever. */
  readonly patience?: Milliseconds | undefined;
  /** `silent`: it is expected to wait in silence, and takes no place of the others. `beside`: one more than `perAddress`. Default: `usual`. */
  readonly kind?: 'usual' | 'beside' | 'silent';
};

/** The places of one open connection. */
export type Place = {
  /** It waits in silence: gives its place among all connections to another. */
  readonly waits: () => void;
  /** Gives its place at the address to another too. */
  readonly yields: () => void;
  /** Whether at any time meanwhile more than `perAddress` connections were open at the address. */
  readonly wasCrowded: () => boolean;
};

/** Null where the places were not free in time. */
export type Limits = <T>(address: string, pace: Pace, task: (place: Place) => Promise<T>) => Promise<T | null>;

type Open = { crowded: boolean };
type Site = {
  readonly usual: Places;
  readonly silent: Places;
  readonly open: Set<Open>;
  /** When the next connection may begin. */
  free: number;
  /** Connections that are open here or wait for it. */
  users: number;
};

const siteOf = (perAddress: number): Site => ({
  usual: new Places(perAddress),
  silent: new Places(MOST_AT_ADDRESS),
  open: new Set(),
  free: 0,
  users: 0,
});

const sleep = (delay: Milliseconds): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));

/** False where its turn would come after `until`. */
const itsTurn = async (site: Site, { perSecond, pause }: Pace, until: number): Promise<boolean> => {
  const now = performance.now();
  const at = Math.max(site.free, now + pause);
  if (at > until) return false;
  if (perSecond !== null) site.free = at + SECOND / perSecond;
  if (at > now) await sleep(at - now);
  return true;
};

/** Counts a connection among the open ones of its address. One of kind `beside` does not make the others crowded. */
const opened = (site: Site, { perAddress, kind }: Pace): Open => {
  const own = { crowded: false };
  if (kind === 'beside') return own;
  site.open.add(own);
  if (site.open.size > perAddress) for (const each of site.open) each.crowded = true;
  return own;
};

/**
 * Bounded concurrency over all connections and for each address, and a pace: an endpoint's own queue never holds a place of the whole. Where places are
 * scarce, the sweep that began first goes first, so that one that has begun also ends.
 */
export const connectionLimits = (overall: number): Limits => {
  const all = new Places(overall);
  const falling = new Places(Math.round(MOST_IN_SILENCE * (1 - BEGINNING)));
  const beginning = new Places(Math.round(MOST_IN_SILENCE * BEGINNING));
  const sites = new Map<string, Site>();
  const atSite = ({ usual, silent }: Site, { kind }: Pace): Places | null =>
    kind === 'beside' ? null : kind === 'silent' ? silent : usual;
  return async (address, pace, task) => {
    const site = sites.get(address) ?? siteOf(pace.perAddress);
    sites.set(address, site);
    site.users += 1;
    const { order = 0, patience = Number.POSITIVE_INFINITY, kind } = pace;
    const until = performance.now() + patience;
    const held: Release[] = [];
    const hold = async (places: Places | null): Promise<Release | null> => {
      const release = places === null ? () => {} : await places.take(order, until - performance.now());
      if (release !== null) held.push(release);
      return release;
    };
    try {
      const here = await hold(atSite(site, pace));
      if (here === null || !(await itsTurn(site, pace, until))) return null;
      const among = await hold(kind === 'silent' ? beginning : all);
      if (among === null) return null;
      const own = opened(site, pace);
      held.push(() => site.open.delete(own));
      return await task(placeOf(site, own, { here, among, falling, kind, held }));
    } finally {
      for (const release of held) release();
      // Nothing is known of a site that nobody uses: a registry may have any number of them.
      site.users -= 1;
      if (site.users === 0 && site.free <= performance.now()) sites.delete(address);
    }
  };
};

type Held = {
  readonly here: Release;
  readonly among: Release;
  readonly falling: Places;
  readonly kind: Pace['kind'];
  readonly held: Release[];
};

const placeOf = (site: Site, own: Open, { here, among, falling, kind, held }: Held): Place => {
  let waits = kind === 'silent';
  return {
    waits: () => {
      const release = waits ? null : falling.takeNow();
      if (release === null) return;
      waits = true;
      held.push(release);
      among();
    },
    yields: () => {
      if (site.open.size < MOST_AT_ADDRESS) here();
    },
    wasCrowded: () => own.crowded,
  };
};
