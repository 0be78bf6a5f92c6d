/** State × results of one run → new state and the transitions that are now due. */
import { isOpen, openIn } from '../model/open-state.ts';
import type { CheckState, StateItem, Transition } from '../model/state.ts';
import type { Instant } from '../model/time.ts';
import { isStale, isTrouble, type Run, type Step, step } from './check-state.ts';
import type { ItemResult } from './level.ts';
import { notApplicable } from './not-applicable.ts';
import { closingOf } from './removed.ts';
import { escalated, leafNews, listNews, together } from './served-news.ts';
import { seenBefore, storedLeaves } from './stored-leaves.ts';
import { openAbout, transitionOf } from './transition.ts';
import type { Update } from './update.ts';

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
  return isBeforeClosing(before, update.run)
    ? { item: before, changed: false, transitions: [] }
    : moved(before, update, now);
};

/** A run that started before the one that closed checks here may still ask for these. */
const isBeforeClosing = ({ closedAt = Number.NEGATIVE_INFINITY }: StateItem, { startedAt }: Run): boolean =>
  startedAt <= closedAt;

const moved = (before: StateItem, update: Update, now: Instant): Advanced => {
  const checks = new Map(Object.entries(before.checks));
  const chains = seenBefore(before);
  const lists = new Map(Object.entries(before.acceptableCas ?? {}));
  const transitions: Transition[] = [...notApplicable(checks, update)];
  for (const judged of resultsOf(update, checks)) {
    const result = escalated(judged, chains, update);
    const last = checks.get(result.id) ?? null;
    if (isStale(last, update.run)) continue;
    const next = step(last, result, update.run, update.settings, now);
    checks.set(result.id, next.state);
    const changes = leafNews(chains, result, update);
    transitions.push(...listNews(lists, result, update));
    transitions.push(...together(changes, checkNews(last, next, result, update)));
  }
  const closings = dropRemoved(before, update, [checks, chains, lists]);
  transitions.push(...closings);
  const { runbook } = update;
  const told = runbook === undefined ? transitions : transitions.map((each) => ({ ...each, runbook }));
  const { owner: _owner, ...rest } = before;
  const after: StateItem = {
    ...rest,
    ...(closings.length > 0 && { closedAt: update.run.startedAt }),
    ...(update.owner !== null && isOpen({ checks: Object.fromEntries(checks) }) && { owner: update.owner }),
    checks: Object.fromEntries(checks),
    ...storedLeaves(chains),
    ...(lists.size > 0 && { acceptableCas: Object.fromEntries(lists) }),
    due: [...before.due, ...told.map((transition) => ({ transition, claim: null }))],
  };
  const changed = unstamped(before) !== unstamped(after);
  return { item: changed ? after : before, changed, transitions: told };
};

const resultsOf = (
  { results, withdrawn = [] }: Update,
  before: ReadonlyMap<string, CheckState>,
): readonly ItemResult[] => [...results, ...withdrawn.filter(({ id }) => isInTrouble(before.get(id)))];

const isInTrouble = (state: CheckState | undefined): boolean =>
  state !== undefined && ((state.announced?.level ?? 'ok') !== 'ok' || isTrouble(state.candidate));

const checkNews = (
  last: CheckState | null,
  next: Step,
  result: ItemResult,
  { owner, run }: Update,
): readonly Transition[] => {
  if (next.kind === null) return [];
  const was = openAbout(last);
  const isOver = next.kind === 'recovery' || next.kind === 'closing';
  const past = { ...(was !== undefined && { was }), ...(!isOver && { before: last?.announced ?? null }) };
  return [transitionOf(result, next.kind, { ...next, ...past }, owner, run)];
};

/** Whether this run is the newest of the item: a late run may come from an outdated plan. */
const isNewest = ({ checks }: StateItem, { startedAt }: Run): boolean =>
  Object.values(checks).every(({ lastRunStartedAt }) => lastRunStartedAt < startedAt);

/** Ids of the item that this run does not plan. */
const unplanned = (item: StateItem, { plannedIds, results, run }: Update): readonly string[] => {
  if (!isNewest(item, run)) return [];
  const planned = new Set([...plannedIds, ...results.map(({ id }) => id)]);
  const known = [item.checks, item.chains, item.acceptableCas ?? {}].flatMap((each) => Object.keys(each));
  return [...new Set(known)].filter((id) => !planned.has(id));
};

const isOpenIn = ({ checks }: StateItem, id: string): boolean => {
  const state = checks[id];
  return state !== undefined && openIn(state) !== null;
};

/** Takes the checks that left out of what is kept, an open one only where it may be closed. Returns the closings. */
const dropRemoved = (item: StateItem, update: Update, kept: readonly Map<string, unknown>[]): readonly Transition[] => {
  const left = unplanned(item, update).filter((id) => update.closes === true || !isOpenIn(item, id));
  for (const id of left) for (const map of kept) map.delete(id);
  const place = { key: item.key, owner: item.owner ?? update.owner };
  return left.flatMap((id) => {
    const state = item.checks[id];
    return state === undefined ? [] : closingOf(place, id, state, update.run);
  });
};

const unstamped = ({ checks, chains, leaves, acceptableCas, due, owner }: StateItem): string => {
  const bare = ({ lastRunId: _id, lastRunStartedAt: _at, ...rest }: CheckState) => rest;
  return JSON.stringify([
    Object.entries(checks).map(([id, state]) => [id, bare(state)]),
    chains,
    leaves,
    acceptableCas,
    due.length,
    owner,
  ]);
};
