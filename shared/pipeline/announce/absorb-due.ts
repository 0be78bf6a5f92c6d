/**
 * Decides, before anything is announced, which due transitions are told under which incident (`regression/absorb.ts`). The incidents are one item of the
 * state, `incidents`: its conditional write puts all reports' decisions in one order. A report that dies after it leaves transitions undecided in `due`,
 * and the next one comes to the same decisions.
 */
import { type About, type Closed, INCIDENTS } from '../../model/incident.ts';
import { activeSilences, SILENCES, type Silence } from '../../model/silence.ts';
import type { CheckState, StateItem, Transition } from '../../model/state.ts';
import type { Milliseconds } from '../../model/time.ts';
import { digest } from '../../publish/groups.ts';
import { type Absorbed, absorb, type Decision, NO_INCIDENTS } from '../../regression/absorb.ts';
import type { AbsorbSettings } from '../../regression/absorb-settings.ts';
import { type Arrival, isEnd } from '../../regression/arrival.ts';
import { hasEchoed } from '../../regression/has-echoed.ts';
import { SILENCED } from '../../regression/silencing.ts';
import { openAbout } from '../../regression/transition.ts';
import { unannounced } from '../../regression/unannounced.ts';
import { type Clock, ItemTooLarge, type StateStore, type StoredState } from '../ports.ts';
import { inChunks, isHeld } from './claims.ts';
import { TRIES, updateItem } from './update-item.ts';

export type AbsorbPorts = {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly settings: { readonly remindAfter: Milliseconds; readonly mostClosings?: number };
};

/** Rejects if the incidents cannot be read or written now: then nothing was decided. A record that is damaged, or of a newer form, is left as it is: everything is told, unfolded. */
export const absorbDue = async (ports: AbsorbPorts, keys: readonly string[]): Promise<void> => {
  const own = keys.filter((key) => key !== INCIDENTS && key !== SILENCES);
  const stored = await ports.store.read(SILENCES).catch(lostRecord);
  const silences = stored === 'lost' ? [] : activeSilences(stored?.value.silences, ports.clock());
  const { decisions, incidents } = await decided(ports, own, silences);
  const byItem = Map.groupBy(decisions, ({ arrival }) => arrival.key);
  await inChunks([...byItem], ([key, all]) => updateItem(ports.store, key, (item) => applied(item, all)));
  if (decisions.length === 0 && incidents.closed.every(({ released }) => released)) return;
  const explained = decisions.filter(({ arrival, told }) => told === null && !isEnd(arrival.transition));
  await release(ports, new Set(explained.map(({ arrival }) => arrival.key)));
};

/** The items are read after the incidents: what another report absorbs in between changes these. Then the write fails, or the version is another one. */
const decided = async (
  { store, clock, settings: given }: AbsorbPorts,
  keys: readonly string[],
  silences: readonly Silence[],
): Promise<Absorbed> => {
  const settings = { ...given, silences };
  let [tries, share] = [0, 1];
  while (tries < TRIES) {
    const stored = await store.read(INCIDENTS).catch(lostRecord);
    const before = (stored === 'lost' ? undefined : stored?.value.incidents) ?? NO_INCIDENTS;
    // What cannot be read stays undecided; the announcer reads it again, and says why.
    const read = await inChunks(keys, (key) => store.read(key).catch(() => null));
    const arrivals = read.flatMap((found) => (found?.value.due === undefined ? [] : arrivalsOf(found.value)));
    if (stored === 'lost') return oneByOne(arrivals, { ...given, now: clock(), keyOf: digest });
    const waiting = stored?.value.due.length ?? 0;
    const next = absorb(before, arrivals, { ...settings, now: clock(), keyOf: digest, share, waiting });
    const held = await holds(store, stored, next, share);
    if (held === 'yes') return next;
    if (held === 'too large') share = share < LEAST ? 0 : share / 2;
    else tries += 1;
  }
  throw new Error(`Other writers replaced the incidents ${TRIES} times in a row.`);
};

/** What no later report can read either; any other error may pass. zlib's errors have codes of their own. */
const lostRecord = (error: Error & { readonly code?: unknown }): 'lost' => {
  if (error instanceof SyntaxError || error.name === 'NewerState' || String(error.code).startsWith('Z_')) return 'lost';
  throw error;
};

/** Decides each finding as if it were the only one: told too often, and never too little. */
const oneByOne = (arrivals: readonly Arrival[], settings: AbsorbSettings): Absorbed => ({
  incidents: NO_INCIDENTS,
  decisions: arrivals.flatMap((arrival) => absorb(NO_INCIDENTS, [arrival], settings).decisions),
  closings: [],
});

/** Below it, nothing further is remembered. */
const LEAST = 1 / 64;

/** Whether the decisions hold: what they changed is written, or they changed nothing, and nobody else did. */
const holds = async (
  store: StateStore,
  stored: StoredState | null,
  { incidents, decisions, closings }: Absorbed,
  share: number,
): Promise<'yes' | 'no' | 'too large'> => {
  if (JSON.stringify(incidents) === JSON.stringify(stored?.value.incidents ?? NO_INCIDENTS)) {
    const isSame = decisions.length === 0 || (await store.read(INCIDENTS))?.version === stored?.version;
    return isSame ? 'yes' : 'no';
  }
  const item: StateItem = stored?.value ?? { key: INCIDENTS, suite: null, checks: {}, chains: {}, due: [] };
  const due = [...item.due, ...closings.map((transition) => ({ transition, claim: null }))];
  try {
    return (await store.write({ ...item, incidents, due }, stored?.version ?? 0)) ? 'yes' : 'no';
  } catch (error) {
    if (share > 0 && error instanceof ItemTooLarge) return 'too large';
    throw error;
  }
};

/**
 * The undecided transitions. What follows a recovery of a check, and a recovery that follows something that is not published yet, waits. A check that
 * is right by now was not right when an earlier transition was found, nor is it for the incidents, as long as its recovery is still undecided.
 */
const arrivalsOf = (item: StateItem): readonly Arrival[] => {
  const now = Object.values(item.checks).flatMap((state) => openAbout(state) ?? []);
  const [before, over] = [new Set<string>(), new Set<string>()];
  const due = item.due.map(({ transition, claim }) => {
    const { check, incident } = transition;
    const waits = over.has(check) || (isEnd(transition) && before.has(check));
    if (!isHeld({ transition, claim })) before.add(check);
    if (isEnd(transition)) over.add(check);
    return { transition, waits, isDecided: incident !== undefined || claim !== null };
  });
  return due.flatMap(({ transition, waits, isDecided }, at) => {
    if (waits || isDecided) return [];
    const left = due.filter((each, when) => !each.isDecided && (when > at || each.waits));
    const still = left.flatMap((each) => each.transition.was ?? []);
    return [{ key: item.key, transition, open: [...now, ...still] }];
  });
};

const applied = (item: StateItem, decisions: readonly Decision[]): StateItem => {
  const by = new Map(decisions.map(({ arrival, told }) => [arrival.transition.id, told]));
  const due = item.due.flatMap((each) => {
    const { transition, claim } = each;
    const told = by.get(transition.id);
    if (told === undefined || claim !== null || transition.incident !== undefined) return [each];
    if (told === SILENCED)
      return [transition.kind === 'change' ? { transition: { ...transition, silenced: true as const }, claim } : each];
    return told === null ? [] : [{ transition: { ...transition, incident: told }, claim }];
  });
  // A change is not found again: it waits.
  const silenced = due.filter(
    ({ transition: { id, kind, incident } }) => incident === undefined && kind !== 'change' && by.get(id) === SILENCED,
  );
  return silenced.reduce<StateItem>((next, { transition }) => unannounced(next, transition.id), { ...item, due });
};

/**
 * A check that an incident explained was never told: once the incident is over, its next run judges it on its own. `explained`: items of which this report has
 * just left findings untold: another report may have closed the incident meanwhile.
 */
const release = async ({ store }: AbsorbPorts, explained: ReadonlySet<string>): Promise<void> => {
  const { open, closed } = (await store.read(INCIDENTS))?.value.incidents ?? NO_INCIDENTS;
  const pending = closed.filter((each) => !each.released);
  const told = Map.groupBy(
    open.flatMap(({ own, abouts }) => own.map((key) => ({ key, abouts }))),
    ({ key }) => key,
  );
  for (const { incident, released } of closed) {
    await inChunks(released ? incident.echoes.filter((key) => explained.has(key)) : incident.echoes, (key) => {
      const abouts = new Set(told.get(key)?.flatMap((each) => each.abouts));
      return updateItem(store, key, (item) => freed(item, incident, abouts));
    });
  }
  if (pending.length === 0) return;
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
