/** Writes one run's results into the state. */

import pLimit from 'p-limit';
import type { Registry } from '../../model/registry.ts';
import type { RunIdentity } from '../../model/run.ts';
import type { StateItem } from '../../model/state.ts';
import { advance } from '../../regression/advance.ts';
import { runKey, runOutcome } from '../../regression/run-outcome.ts';
import { seenBefore } from '../../regression/stored-leaves.ts';
import type { Update } from '../../regression/update.ts';
import type { StateStore, StoredState } from '../ports.ts';

/** Concurrent writers of one item are rare: a report that claims or removes transitions, or a second attempt at the same batch. */
const TRIES = 10;

export type Recorded = {
  readonly key: string;
  /** Whether the item has due transitions, from this run or an earlier one. */
  readonly due: boolean;
};

/** Reads, advances and writes one item; if another writer came first, reads and advances again. Rejects after ten lost writes. */
export const recordResults = async (store: StateStore, update: Update): Promise<Recorded> => {
  const seen = await withKnown(store, update);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = await store.read(update.key);
    const { item, changed } = advance(stored?.value ?? null, seen, update.run.startedAt);
    const done = changed
      ? await store.write(item, stored?.version ?? 0)
      : await renewed(store, item, stored).then(() => true);
    if (done) return { key: update.key, due: item.due.length > 0 };
  }
  throw new Error(`Other writers replaced the state of ${update.key} ${TRIES} times in a row.`);
};

/** Reads what was served before only where a chain leads nowhere. */
const withKnown = async (store: StateStore, update: Update): Promise<Update> => {
  const { strange } = update;
  if (strange === undefined) return update;
  const before = await store.read(strange.rememberedBy);
  return {
    ...update,
    strange: { ...strange, known: before === null ? [] : [...seenBefore(before.value).values()].flat() },
  };
};

/** Nothing is lost if it fails: the next run does it. */
const renewed = async (store: StateStore, item: StateItem, stored: StoredState | null): Promise<void> => {
  if (stored?.renew === true) await store.write(item, stored.version).catch(() => false);
};

/** State items that are written at a time. */
const AT_ONCE = 16;

/** Thrown if items of a batch were not written. The others are written, and the same results change nothing there a second time. */
class StateNotWritten extends Error {
  override readonly name = 'StateNotWritten';
}

/** Writes all items of a batch, and tries each even if others fail. Returns the keys with due transitions. Rejects with a `StateNotWritten`. */
export const recordAll = async (store: StateStore, updates: readonly Update[]): Promise<readonly string[]> => {
  const limit = pLimit(AT_ONCE);
  const settled = await Promise.allSettled(updates.map((update) => limit(() => recordResults(store, update))));
  const failed = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (failed.length > 0) {
    const [first] = failed;
    const why = first instanceof Error ? `${first.name}: ${first.message}` : String(first);
    throw new StateNotWritten(`${failed.length} of ${updates.length} state items were not written (${why})`);
  }
  return settled.flatMap((each) => (each.status === 'fulfilled' && each.value.due ? [each.value.key] : []));
};

/** Writes the run's own outcome: announced as `blind` if it has problems, and as `recovery` once a later run has none. It is announced again when twice as many endpoints are not checked. */
export const recordRun = (
  store: StateStore,
  run: RunIdentity,
  problems: readonly string[],
  settings: Pick<Registry, 'settleAfter' | 'remindAfter'>,
  notChecked?: number,
): Promise<Recorded> => {
  const key = runKey(run);
  const results = [runOutcome(run, problems, notChecked)];
  return recordResults(store, {
    key,
    suite: null,
    results,
    plannedIds: [key],
    leaves: {},
    owner: null,
    run,
    settings,
  });
};
