import { describe, expect, test } from 'vitest';
import { recordResults, recordRun } from '../../../shared/pipeline/announce/record-results.ts';
import type { StateStore } from '../../../shared/pipeline/ports.ts';
import { anUpdate, open, pass } from '../../helpers/judged.ts';
import { memoryStateStore } from '../../helpers/memory-store.ts';

const key = anUpdate(1, []).key;

describe('results into state', () => {
  test('says whether something is due, also from before', async () => {
    const store = memoryStateStore();
    expect(await recordResults(store, anUpdate(1, [pass()]))).toEqual({ key, due: false });
    expect(await recordResults(store, anUpdate(2, [open()]))).toEqual({ key, due: true });
    expect(await recordResults(store, anUpdate(3, [open()]))).toEqual({ key, due: true });
  });

  test('what has not changed is not written', async () => {
    const store = memoryStateStore();
    for (const run of [1, 2, 3, 4]) await recordResults(store, anUpdate(run, [pass()]));
    expect(store.items.get(key)?.version).toBe(2);
  });

  test('another writer came first: read and advanced again, nothing of either is lost', async () => {
    const store = memoryStateStore();
    let raced = false;
    const racing: StateStore = {
      ...store,
      write: async (item, expected) => {
        if (!raced) {
          raced = true;
          await recordResults(store, anUpdate(1, [open({ id: 'payments/plaintext' })]));
        }
        return store.write(item, expected);
      },
    };
    await recordResults(racing, anUpdate(2, [open()]));
    expect(store.items.get(key)?.value.due.map(({ transition: { check } }) => check)).toEqual([
      'payments/plaintext',
      'payments/valid-identity/checkout',
    ]);
  });

  test('a store that never takes a write is an error, not a loop', async () => {
    const store: StateStore = { ...memoryStateStore(), write: async () => false };
    await expect(recordResults(store, anUpdate(1, [open()]))).rejects.toThrow(key);
  });

  test('a run with problems is told at once, and its recovery', async () => {
    const store = memoryStateStore();
    const run = (at: number) =>
      ({ id: `run-${at}`, startedAt: at, suite: 'enforcement', schedule: 'default' }) as const;
    const settings = { settleAfter: 2, remindAfter: 1000 };
    await recordRun(store, run(1), ['Batch 3 left no result.'], settings);
    const recorded = await recordRun(store, run(2), [], settings);
    expect(recorded).toEqual({ key: 'run/default/enforcement', due: true });
    const due = store.items.get(recorded.key)?.value.due.map(({ transition }) => transition);
    expect(due?.map(({ kind, code, scenario }) => [kind, code, scenario])).toEqual([
      ['blind', 'RUN_INCOMPLETE', null],
      ['recovery', 'RUN_COMPLETED', null],
    ]);
  });
});
