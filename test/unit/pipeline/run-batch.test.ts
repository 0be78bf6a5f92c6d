import { describe, expect, test } from 'vitest';
import type { Batch, BatchResult } from '../../../shared/model/run.ts';
import { patientStore } from '../../../shared/pipeline/run/patience.ts';
import { storeBatch } from '../../../shared/pipeline/run/run-batch.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { Denied, faultyStore, Passing, patienceUntil } from '../../helpers/faulty-store.ts';
import { open, startOf, unsure } from '../../helpers/judged.ts';
import { memoryStateStore } from '../../helpers/memory-store.ts';

const MANY = 100;
const names = Array.from({ length: MANY }, (_, at) => `e${at}`);
const keyOf = (name: string) => `endpoint/${name}/default/enforcement`;
const aBatch = (run = 1): Batch => ({
  run: { id: `run-${run}`, startedAt: startOf(run), suite: 'enforcement', schedule: 'default' },
  vantage: 'default',
  suites: ['enforcement'],
  endpoints: names.map((name) => anEndpoint({ name })),
  identities: {},
  health: [],
  trustBundles: {},
  defaults: {
    expiry: { warn: { kind: 'fixed', before: 1 }, critical: { kind: 'fixed', before: 0 } },
    settleAfter: 2,
    remindAfter: 86_400_000,
  },
});
const checkedAs = (check: typeof open) => ({
  checks: names.map((name) => check({ id: `${name}/valid-identity/checkout`, endpoint: name })),
  servedChains: [],
  notCovered: [],
});
const allOpen = checkedAs(open);

const aPlace = () => {
  const kept: BatchResult[] = [];
  const keep = async (result: BatchResult) => void kept.push(structuredClone(result));
  return { memory: memoryStateStore(), kept, keep };
};

describe('a batch of a hundred endpoints', () => {
  test('outlasts two seconds without a state store: no endpoint is lost', async () => {
    const { memory, kept, keep } = aPlace();
    const patience = patienceUntil(240_000);
    const blip = faultyStore(memory, () => (patience.clock() < 2000 ? new Passing() : null));

    const result = await storeBatch(aBatch(), allOpen, { store: patientStore(blip, patience), keep });

    expect(result.due).toEqual(names.map(keyOf));
    expect(patience.clock()).toBeGreaterThanOrEqual(2000);
    expect(kept.at(-1)).toEqual(result);
    expect(result.state).toBe('written');
  });

  test('what was seen is stored before any state moves, and as pending', async () => {
    const { memory, kept, keep } = aPlace();
    let keptBefore = -1;
    const store = faultyStore(memory, () => {
      if (keptBefore === -1) keptBefore = kept.length;
      return null;
    });

    await storeBatch(aBatch(), allOpen, { store, keep });

    expect(keptBefore).toBe(1);
    expect(kept[0]).toMatchObject({ state: 'pending', due: [], checks: allOpen.checks });
    expect(kept).toHaveLength(2);
  });

  test('never more than sixteen items of state at a time', async () => {
    const { memory, keep } = aPlace();
    let [now, most] = [0, 0];
    const store = {
      ...memory,
      read: async (key: string) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return memory.read(key);
      },
    };

    await storeBatch(aBatch(), allOpen, { store, keep });

    expect(most).toBe(16);
  });

  test('one item that cannot be written: the others are, and the result stays pending', async () => {
    const { memory, kept, keep } = aPlace();
    const store = faultyStore(memory, (key) => (key === keyOf('e7') ? new Denied('no') : null));

    await expect(storeBatch(aBatch(), allOpen, { store, keep })).rejects.toMatchObject({
      name: 'StateNotWritten',
      message: '1 of 100 state items were not written (Denied: no)',
    });

    expect(memory.items.size).toBe(MANY - 1);
    expect(kept.map(({ state }) => state)).toEqual(['pending']);
  });

  test('run again after half of it was written: the run counts once, and is told once', async () => {
    const { memory, keep } = aPlace();
    let calls = 0;
    const dies = faultyStore(memory, () => {
      calls += 1;
      return calls > MANY ? new Denied() : null;
    });
    const down = checkedAs((own) => unsure('UNREACHABLE', own));
    await expect(storeBatch(aBatch(), down, { store: dies, keep })).rejects.toMatchObject({ name: 'StateNotWritten' });
    const before = memory.items.size;

    const again = await storeBatch(aBatch(), down, { store: memory, keep });

    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(MANY);
    const streaks = names.map((name) => Object.values(memory.items.get(keyOf(name))?.value.checks ?? {})[0]?.streak);
    expect(streaks).toEqual(names.map(() => 1));
    expect(again.due).toEqual([]);
    const next = await storeBatch(aBatch(2), down, { store: memory, keep });
    await storeBatch(aBatch(2), down, { store: memory, keep });
    expect(next.due).toEqual(names.map(keyOf));
    for (const { value } of memory.items.values()) expect(value.due).toHaveLength(1);
  });

  test('the result cannot be stored before the state: the state moves all the same', async () => {
    const { memory, kept, keep } = aPlace();
    let first = true;
    const once = async (result: BatchResult) => {
      if (!first) return keep(result);
      first = false;
      throw new Passing();
    };

    const result = await storeBatch(aBatch(), allOpen, { store: memory, keep: once });

    expect(result.due).toHaveLength(MANY);
    expect(kept).toEqual([result]);
  });

  test('the result cannot be stored at all: the batch fails', async () => {
    const { memory } = aPlace();
    const keep = () => Promise.reject(new Denied('no bucket'));

    await expect(storeBatch(aBatch(), allOpen, { store: memory, keep })).rejects.toThrow('no bucket');
  });
});

describe('the standings of a batch', () => {
  test('one for each endpoint, with the time that its sweep took, in each result that is stored', async () => {
    const { memory, kept, keep } = aPlace();
    const durations = Object.fromEntries(names.map((name, at) => [name, at]));

    await storeBatch(aBatch(), { ...allOpen, durations }, { store: memory, keep });

    for (const { standings } of kept) {
      expect(standings?.map(({ endpoint, durationMs }) => [endpoint, durationMs])).toEqual(Object.entries(durations));
      expect(standings?.[7]).toMatchObject({
        ...{ endpoint: 'e7', vantage: 'default', schedule: 'default', suite: 'enforcement' },
        ...{ runId: 'run-1', startedAt: startOf(1), verdicts: { pass: 0, fail: 1, inconclusive: 0, waived: 0 } },
        ...{ figures: { EnforcementFailures: 1, ControlAccepted: 0 } },
        unusual: ['ControlAccepted', 'EnforcementFailures'],
      });
    }
    expect(kept).toHaveLength(2);
  });

  test('a sweep that was not measured has no time', async () => {
    const { memory, keep } = aPlace();
    const { standings } = await storeBatch(aBatch(), allOpen, { store: memory, keep });
    expect(new Set(standings?.map(({ durationMs }) => durationMs))).toEqual(new Set([null]));
  });
});
