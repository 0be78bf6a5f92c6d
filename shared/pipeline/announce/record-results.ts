/** One run's results into the state of one item. */

import pLimit from 'p-limit';
import type { Registry } from '../../model/registry.ts';
import type { RunIdentity } from '../../model/run.ts';
import type { Update } from '../../regression/advance.ts';
import { advance } from '../../regression/advance.ts';
import { runKey, runOutcome } from '../../regression/run-outcome.ts';
import type { StateStore } from '../ports.ts';

/** Others write the same item rarely: a second report that claims or marks, or the same batch run twice. */
const TRIES = 10;

export type Recorded = {
  readonly key: string;
  /** Whether the item holds anything that must be told, from this run or before. */
  readonly due: boolean;
};

/** Reads, advances and writes; where another writer came first, reads and advances again. Rejects after ten lost writes. */
export const recordResults = async (store: StateStore, update: Update): Promise<Recorded> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = await store.read(update.key);
    const { item, changed } = advance(stored?.value ?? null, update, update.run.startedAt);
    if (!changed || (await store.write(item, stored?.version ?? 0))) {
      return { key: update.key, due: item.due.length > 0 };
    }
  }
  throw new Error(`The state of ${update.key} was written by others ${TRIES} times in a row.`);
};

/** State items that are moved at a time. */
const AT_ONCE = 16;

/** Some items of a batch were not moved; those that were stay so, and the same results again change nothing there. */
class StateNotWritten extends Error {
  override readonly name = 'StateNotWritten';
}

/** All of a batch's items, each tried whatever becomes of the others; returns the keys that hold something due. Rejects with a `StateNotWritten`. */
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

/** The run itself, told as `blind` when it has problems and as `recovery` when the next one has none. */
export const recordRun = (
  store: StateStore,
  run: RunIdentity,
  problems: readonly string[],
  settings: Pick<Registry, 'settleAfter' | 'remindAfter'>,
): Promise<Recorded> => {
  const key = runKey(run);
  const results = [runOutcome(run, problems)];
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
