/** State × results of one run → state, and what has become due. */
import type { Suite } from '../model/names.ts';
import type { CheckState, Leaf, LeafFacts, StateItem, Transition } from '../model/state.ts';
import type { Instant } from '../model/time.ts';
import { isByStranger, see } from './chain.ts';
import { isStale, type Run, type Settings, step } from './check-state.ts';
import type { Judged } from './level.ts';
import { chainChange, transitionOf } from './transition.ts';

/** What one run says about one item. */
export type Update = {
  readonly key: string;
  readonly suite: Suite | null;
  /** Of the checks that move state in this suite; one that is missing leaves its state. */
  readonly results: readonly Judged[];
  /** Ids of every check that the registry makes here: the state of any other is dropped, without a word. */
  readonly plannedIds: readonly string[];
  /** The leaves that were served, by check id. */
  readonly leaves: Readonly<Record<string, readonly Leaf[]>>;
  readonly owner: string | null;
  readonly run: Run;
  readonly settings: Settings;
};

export type Advanced = {
  readonly item: StateItem;
  /**
   * False where nothing but the stamp of the last run would differ: a check that stays as it is costs no write. The stamp is then
   * older than the truth, so a late run may still be taken, but only against a state that later runs merely repeated.
   */
  readonly changed: boolean;
  /** What this run added to `due`. */
  readonly transitions: readonly Transition[];
};

/**
 * `now` is the run's start in production. Results of a run that started no later than the last one written of that check, and a
 * second result of the same run, change nothing.
 */
export const advance = (item: StateItem | null, update: Update, now: Instant): Advanced => {
  const before: StateItem = item ?? { key: update.key, suite: update.suite, checks: {}, chains: {}, due: [] };
  const checks = new Map(Object.entries(before.checks));
  const chains = seenBefore(before);
  const transitions: Transition[] = [];
  for (const judged of update.results) {
    const result = escalated(judged, chains.get(judged.id) ?? [], update.leaves[judged.id] ?? []);
    const last = checks.get(result.id) ?? null;
    if (isStale(last, update.run)) continue;
    const next = step(last, result, update.run, update.settings, now);
    checks.set(result.id, next.state);
    transitions.push(...leafNews(chains, result, update));
    if (next.kind !== null) transitions.push(transitionOf(result, next.kind, next, update.owner, update.run));
  }
  if (isNewest(before, update.run)) for (const map of [checks, chains]) dropUnplanned(map, update);
  const after: StateItem = {
    ...before,
    checks: Object.fromEntries(checks),
    ...stored(chains),
    due: [...before.due, ...transitions.map((transition) => ({ transition, claim: null }))],
  };
  const changed = unstamped(before) !== unstamped(after);
  return { item: changed ? after : before, changed, transitions };
};

/**
 * Whoever serves a chain of its own without the root would be a warning, and critical with it: the peer does not choose. Nor does it choose to be
 * told late: this settles at once, as any failing check does.
 */
const escalated = (result: Judged, known: readonly Leaf[], served: readonly Leaf[]): Judged =>
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

/** Fingerprints stand where they always stood, so that an older version still finds them. */
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

/** A waiver of the check covers its change of leaf: the leaf is remembered, nothing is told. */
const leafNews = (
  chains: Map<string, readonly Leaf[]>,
  result: Judged,
  { leaves, owner, run }: Update,
): readonly Transition[] => {
  const served = leaves[result.id] ?? [];
  if (served.length === 0) return [];
  const { known, change } = see(chains.get(result.id) ?? [], served);
  chains.set(result.id, known);
  return change === null || result.verdict === 'waived' ? [] : [chainChange(result, change, owner, run)];
};

/** A late run may come from a plan that has been replaced. */
const isNewest = ({ checks }: StateItem, { startedAt }: Run): boolean =>
  Object.values(checks).every(({ lastRunStartedAt }) => lastRunStartedAt < startedAt);

const dropUnplanned = (byCheck: Map<string, unknown>, { plannedIds, results }: Update): void => {
  const planned = new Set([...plannedIds, ...results.map(({ id }) => id)]);
  for (const id of byCheck.keys()) if (!planned.has(id)) byCheck.delete(id);
};

const unstamped = ({ checks, chains, leaves, due }: StateItem): string => {
  const bare = ({ lastRunId: _id, lastRunStartedAt: _at, ...rest }: CheckState) => rest;
  return JSON.stringify([Object.entries(checks).map(([id, state]) => [id, bare(state)]), chains, leaves, due.length]);
};
