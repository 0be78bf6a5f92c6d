/** Adds and removes silences, against other writers. */
import { INCIDENTS, type Incidents } from '../../model/incident.ts';
import {
  readableSilences,
  type ShownSilence,
  SILENCES,
  type Silence,
  type StoredSilence,
} from '../../model/silence.ts';
import type { StateItem } from '../../model/state.ts';
import type { Instant } from '../../model/time.ts';
import { NO_INCIDENTS } from '../../regression/absorb.ts';
import { shownSilences } from '../../regression/silenced-incidents.ts';
import type { StateStore } from '../ports.ts';
import { TRIES } from './update-item.ts';

/** Silences that may hold at a time: they are one item of the state, which a report reads whole. */
export const MOST_SILENCES = 200;

export type Kept = {
  /** As they are stored, those included that nobody can read. */
  readonly stored: readonly StoredSilence[];
  readonly incidents: Incidents;
};

export const keptSilences = async (store: StateStore): Promise<Kept> => ({
  stored: (await store.read(SILENCES))?.value.silences ?? [],
  incidents: (await store.read(INCIDENTS))?.value.incidents ?? NO_INCIDENTS,
});

/** Silences that the document of a report names. */
const NAMED = 100;

/** Those that hold at `now`, as a report shows them. */
export const shownNow = async (store: StateStore, now: Instant): Promise<readonly ShownSilence[]> => {
  const { stored, incidents } = await keptSilences(store);
  return shownSilences(stored, incidents, now, { most: NAMED, named: true });
};

/** Returns false if there is no room for it. */
export const addSilence = async (store: StateStore, silence: Silence, now: Instant): Promise<boolean> => {
  let hasRoom = true;
  await change(store, now, (kept) => {
    hasRoom = kept.length < MOST_SILENCES;
    return hasRoom ? [...kept, silence] : kept;
  });
  return hasRoom;
};

/** `id`: of one that can be read. What it kept silent is told by the next runs that still find it. */
export const endSilence = (store: StateStore, id: string, now: Instant): Promise<void> =>
  change(store, now, (kept) => kept.filter((each) => idOf(each) !== id));

const idOf = (stored: StoredSilence): string | undefined => readableSilences([stored])[0]?.id;

/** Leaves out what is over. What cannot be read stays: a newer version may know it. */
const change = async (
  store: StateStore,
  now: Instant,
  next: (kept: readonly StoredSilence[]) => readonly StoredSilence[],
): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await store.read(SILENCES);
    const { incidents } = await keptSilences(store);
    const open = new Set(incidents.open.map(({ key }) => key));
    const isOver = ({ until, incident = '' }: Silence): boolean =>
      until === null ? !open.has(incident) : until <= now;
    const kept = (found?.value.silences ?? []).filter((each) => !readableSilences([each]).some(isOver));
    const item: StateItem = found?.value ?? { key: SILENCES, suite: null, checks: {}, chains: {}, due: [] };
    if (await store.write({ ...item, silences: next(kept) }, found?.version ?? 0)) return;
  }
  throw new Error(`Other writers replaced the silences ${TRIES} times in a row.`);
};
