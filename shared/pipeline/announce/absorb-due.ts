/**
 * Decides, before anything is announced, which due transitions are told under which incident (`regression/absorb.ts`). The incidents are one item of the
 * state, `incidents`: its conditional write puts all reports' decisions in one order. A report that dies after it leaves transitions undecided in `due`,
 * and the next one comes to the same decisions.
 */
import { type About, type Closed, INCIDENTS, type Incidents } from '../../model/incident.ts';
import type { CheckState, StateItem, Transition } from '../../model/state.ts';
import type { Milliseconds } from '../../model/time.ts';
import { digest } from '../../publish/groups.ts';
import { absorb, type Decision, NO_INCIDENTS } from '../../regression/absorb.ts';
import { openAbout } from '../../regression/advance.ts';
import { type Arrival, isEnd } from '../../regression/arrival.ts';
import { hasEchoed } from '../../regression/has-echoed.ts';
import { type Clock, ItemTooLarge, type StateStore } from '../ports.ts';
import { inChunks } from './claims.ts';
import { TRIES, updateItem } from './update-item.ts';

export type AbsorbPorts = {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly settings: { readonly remindAfter: Milliseconds };
};

/** Rejects if the incidents cannot be read or written: then nothing was decided. */
export const absorbDue = async (ports: AbsorbPorts, keys: readonly string[]): Promise<void> => {
  const own = keys.filter((key) => key !== INCIDENTS);
  const { decisions, incidents } = await decided(ports, own);
  const byItem = Map.groupBy(decisions, ({ arrival }) => arrival.key);
  await inChunks([...byItem], ([key, all]) => updateItem(ports.store, key, (item) => applied(item, all)));
  await release(ports, incidents);
};

type Decided = { readonly decisions: readonly Decision[]; readonly incidents: Incidents };

/** The items are read after the incidents: what another report absorbs in between changes these, and the write fails. */
const decided = async ({ store, clock, settings }: AbsorbPorts, keys: readonly string[]): Promise<Decided> => {
  let [tries, share] = [0, 1];
  while (tries < TRIES) {
    const stored = await store.read(INCIDENTS);
    const before = stored?.value.incidents ?? NO_INCIDENTS;
    // What cannot be read stays undecided; the announcer reads it again, and says why.
    const read = await inChunks(keys, (key) => store.read(key).catch(() => null));
    const arrivals = read.flatMap((found) => (found?.value.due === undefined ? [] : arrivalsOf(found.value)));
    const waiting = stored?.value.due.length ?? 0;
    const next = absorb(before, arrivals, { ...settings, now: clock(), keyOf: digest, share, waiting });
    const { incidents, decisions } = next;
    if (JSON.stringify(incidents) === JSON.stringify(before)) return { decisions, incidents };
    const item: StateItem = stored?.value ?? { key: INCIDENTS, suite: null, checks: {}, chains: {}, due: [] };
    const due = [...item.due, ...next.closings.map((transition) => ({ transition, claim: null }))];
    const written = await fits(store.write({ ...item, incidents, due }, stored?.version ?? 0), share);
    if (written === true) return { decisions, incidents };
    if (written === null) share = share < LEAST ? 0 : share / 2;
    else tries += 1;
  }
  throw new Error(`Other writers replaced the incidents ${TRIES} times in a row.`);
};

/** Below it, nothing further is remembered. */
const LEAST = 1 / 64;

/** Whether a record was written; null if it has to be made smaller. */
const fits = async (write: Promise<boolean>, share: number): Promise<boolean | null> => {
  try {
    return await write;
  } catch (error) {
    if (share > 0 && error instanceof ItemTooLarge) return null;
    throw error;
  }
};

/**
 * The undecided transitions. What follows a recovery of a check, and a recovery that follows something that is not published yet, waits. A check that
 * is right by now was not right when an earlier transition was found, as long as its recovery is still due.
 */
const arrivalsOf = (item: StateItem): readonly Arrival[] => {
  const now = Object.values(item.checks).flatMap((state) => openAbout(state) ?? []);
  const [before, over] = [new Set<string>(), new Set<string>()];
  return item.due.flatMap(({ transition, claim }, at) => {
    const { check, incident } = transition;
    const waits = over.has(check) || (isEnd(transition) && before.has(check));
    before.add(check);
    if (isEnd(transition)) over.add(check);
    if (waits || incident !== undefined || claim !== null) return [];
    const later = item.due.slice(at + 1).flatMap((due) => due.transition.was ?? []);
    return [{ key: item.key, transition, open: [...now, ...later] }];
  });
};

const applied = (item: StateItem, decisions: readonly Decision[]): StateItem => {
  const by = new Map(decisions.map(({ arrival, told }) => [arrival.transition.id, told]));
  const due = item.due.flatMap((each) => {
    const { transition, claim } = each;
    const told = by.get(transition.id);
    if (told === undefined || claim !== null || transition.incident !== undefined) return [each];
    return told === null ? [] : [{ transition: { ...transition, incident: told }, claim }];
  });
  return { ...item, due };
};

/** A check that an incident explained was never told: once the incident is over, its next run judges it on its own. */
const release = async ({ store }: AbsorbPorts, { open, closed }: Incidents): Promise<void> => {
  const pending = closed.filter((each) => !each.released);
  if (pending.length === 0) return;
  const told = Map.groupBy(
    open.flatMap(({ own, abouts }) => own.map((key) => ({ key, abouts }))),
    ({ key }) => key,
  );
  for (const { incident } of pending) {
    await inChunks(incident.echoes, (key) => {
      const abouts = new Set(told.get(key)?.flatMap((each) => each.abouts));
      return updateItem(store, key, (item) => freed(item, incident, abouts));
    });
  }
  const done = new Set(pending.map(({ incident }) => incident.key));
  await updateItem(store, INCIDENTS, (item) => ({
    ...item,
    incidents: {
      open: item.incidents?.open ?? [],
      closed: (item.incidents?.closed ?? []).map((each) =>
        done.has(each.incident.key) ? { ...each, released: true } : each,
      ),
    },
  }));
};

/** `told`: what open incidents tell of the item: what they have is not set back. Nor is a check of which a later finding is still to be told. */
const freed = (item: StateItem, incident: Closed['incident'], told: ReadonlySet<About>): StateItem => {
  const due = new Set(item.due.flatMap(({ transition }) => (isNews(transition) ? [transition.check] : [])));
  const isFreed = (id: string, state: CheckState): boolean =>
    hasEchoed(incident, item.key, id, state) && !told.has(state.announced?.about ?? '') && !due.has(id);
  const checks = Object.entries(item.checks).map(([id, state]): [string, CheckState] => [
    id,
    isFreed(id, state) ? { ...state, announced: null } : state,
  ]);
  return { ...item, checks: Object.fromEntries(checks) };
};

const isNews = ({ kind }: Transition): boolean => kind !== 'reminder' && kind !== 'change';
