/** State × results of one run → new state and the transitions that are now due. */
import type { Suite } from '../model/names.ts';
import type { CaList, CheckState, Leaf, LeafFacts, StateItem, Transition } from '../model/state.ts';
import type { Instant } from '../model/time.ts';
import { type NamedList, seeLists } from './ca-list-changes.ts';
import { isStale, type Run, type Settings, type Step, step } from './check-state.ts';
import { isByStranger, see } from './leaf-changes.ts';
import type { ItemResult } from './level.ts';
import { type NotApplicable, notApplicable } from './not-applicable.ts';
import { chainChange, listChange, openAbout, transitionOf } from './transition.ts';

/** The results of one run for one state item. */
export type Update = {
  readonly key: string;
  readonly suite: Suite | null;
  /** Results of the checks that move state in this suite; a check without a result keeps its state. */
  readonly results: readonly ItemResult[];
  /** Ids of all checks that the registry plans for this item. The state of any other check is dropped and not announced. */
  readonly plannedIds: readonly string[];
  /** Planned checks for which this run had nothing to present. Default: none. */
  readonly without?: readonly NotApplicable[];
  /** The served leaves, by check id. */
  readonly leaves: Readonly<Record<string, readonly Leaf[]>>;
  /** The lists of acceptable CAs, by check id. Default: none was seen. */
  readonly acceptableCas?: Readonly<Record<string, readonly NamedList[]>>;
  readonly owner: string | null;
  readonly run: Run;
  readonly settings: Settings;
};

export type Advanced = {
  readonly item: StateItem;
  /**
   * False if nothing but the stamp of the last run would differ: an unchanged check costs no write. The stored stamp is then older than
   * the last run, so a late run may still be accepted, but only against a state that later runs did not change.
   */
  readonly changed: boolean;
  /** The transitions that this run added to `due`. */
  readonly transitions: readonly Transition[];
};

/**
 * `now` is the run's start in production. A result changes nothing if its run started no later than the last written run of that check,
 * or if it is a second result of the same run.
 */
export const advance = (item: StateItem | null, update: Update, now: Instant): Advanced => {
  const before: StateItem = item ?? { key: update.key, suite: update.suite, checks: {}, chains: {}, due: [] };
  const checks = new Map(Object.entries(before.checks));
  const chains = seenBefore(before);
  const lists = new Map(Object.entries(before.acceptableCas ?? {}));
  const transitions: Transition[] = [...notApplicable(checks, update)];
  for (const judged of update.results) {
    const result = escalated(judged, chains.get(judged.id) ?? [], update.leaves[judged.id] ?? []);
    const last = checks.get(result.id) ?? null;
    if (isStale(last, update.run)) continue;
    const next = step(last, result, update.run, update.settings, now);
    checks.set(result.id, next.state);
    transitions.push(...leafNews(chains, result, update), ...listNews(lists, result, update));
    transitions.push(...checkNews(last, next, result, update));
  }
  if (isNewest(before, update.run)) for (const map of [checks, chains, lists]) dropUnplanned(map, update);
  const after: StateItem = {
    ...before,
    checks: Object.fromEntries(checks),
    ...stored(chains),
    ...(lists.size > 0 && { acceptableCas: Object.fromEntries(lists) }),
    due: [...before.due, ...transitions.map((transition) => ({ transition, claim: null }))],
  };
  const changed = unstamped(before) !== unstamped(after);
  return { item: changed ? after : before, changed, transitions };
};

const checkNews = (
  last: CheckState | null,
  next: Step,
  result: ItemResult,
  { owner, run }: Update,
): readonly Transition[] => {
  if (next.kind === null) return [];
  const was = openAbout(last);
  return [transitionOf(result, next.kind, { ...next, ...(was !== undefined && { was }) }, owner, run)];
};

/**
 * An impostor that leaves its root out would get a warning, and one that sends it a critical finding: the peer does not choose the severity.
 * A failing check settles in its first run, so nothing is announced later for it.
 */
const escalated = (result: ItemResult, known: readonly Leaf[], served: readonly Leaf[]): ItemResult =>
  result.code === 'SERVED_CHAIN_INCOMPLETE' && result.verdict === 'fail' && isByStranger(known, served)
    ? {
        ...result,
        severity: 'critical',
        message: `${result.message} Its issuer is none of those whose chains led to the trust bundle here before: the CA was replaced, or somebody sits in between.`,
      }
    : result;

const seenBefore = ({ chains, leaves }: StateItem): Map<string, readonly Leaf[]> =>
  new Map(
    Object.entries(chains).map(([id, known]) => [id, known.map((sha256) => ({ sha256, ...leaves?.[id]?.[sha256] }))]),
  );

/** Keeps the fingerprints in `chains`, where an older version of the program reads them. */
const stored = (chains: ReadonlyMap<string, readonly Leaf[]>): Pick<StateItem, 'chains' | 'leaves'> => {
  const facts = ({
    sha256,
    key,
    issuer,
    shortLived = false,
    trusted,
  }: Leaf): readonly (readonly [string, LeafFacts])[] =>
    key === undefined || issuer === undefined
      ? []
      : [[sha256, { key, issuer, shortLived, ...(trusted !== undefined && { trusted }) }]];
  const known = [...chains];
  return {
    chains: Object.fromEntries(known.map(([id, leaves]) => [id, leaves.map(({ sha256 }) => sha256)])),
    ...(known.length > 0 && {
      leaves: Object.fromEntries(known.map(([id, leaves]) => [id, Object.fromEntries(leaves.flatMap(facts))])),
    }),
  };
};

/** A waiver of the check also covers its change of leaf: the leaf is remembered, and nothing is announced. */
const leafNews = (
  chains: Map<string, readonly Leaf[]>,
  result: ItemResult,
  { leaves, owner, run }: Update,
): readonly Transition[] => {
  const served = leaves[result.id] ?? [];
  if (served.length === 0) return [];
  const { known, change } = see(chains.get(result.id) ?? [], served);
  chains.set(result.id, known);
  return change === null || result.verdict === 'waived' ? [] : [chainChange(result, change, owner, run)];
};

/** A waiver of the check covers this change too. */
const listNews = (
  lists: Map<string, readonly CaList[]>,
  result: ItemResult,
  { acceptableCas = {}, owner, run }: Update,
): readonly Transition[] => {
  const named = acceptableCas[result.id] ?? [];
  if (named.length === 0) return [];
  const { known, change } = seeLists(lists.get(result.id) ?? [], named);
  lists.set(result.id, known);
  return change === null || result.verdict === 'waived' ? [] : [listChange(result, change, owner, run)];
};

/** Whether this run is the newest of the item: a late run may come from an outdated plan. */
const isNewest = ({ checks }: StateItem, { startedAt }: Run): boolean =>
  Object.values(checks).every(({ lastRunStartedAt }) => lastRunStartedAt < startedAt);

const dropUnplanned = (byCheck: Map<string, unknown>, { plannedIds, results }: Update): void => {
  const planned = new Set([...plannedIds, ...results.map(({ id }) => id)]);
  for (const id of byCheck.keys()) if (!planned.has(id)) byCheck.delete(id);
};

const unstamped = ({ checks, chains, leaves, acceptableCas, due }: StateItem): string => {
  const bare = ({ lastRunId: _id, lastRunStartedAt: _at, ...rest }: CheckState) => rest;
  return JSON.stringify([
    Object.entries(checks).map(([id, state]) => [id, bare(state)]),
    chains,
    leaves,
    acceptableCas,
    due.length,
  ]);
};
