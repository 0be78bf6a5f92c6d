import { describe, expect, test } from 'vitest';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import { patiently, patientStore } from '../../../shared/pipeline/run/patience.ts';
import { Denied, Passing, patienceUntil } from '../../helpers/faulty-store.ts';
import { anUpdate, open } from '../../helpers/judged.ts';
import { memoryStateStore } from '../../helpers/memory-store.ts';

const failing = (times: number, error: Error = new Passing()) => {
  let tries = 0;
  return {
    tries: () => tries,
    work: async () => {
      tries += 1;
      if (tries <= times) throw error;
      return tries;
    },
  };
};

describe('patience', () => {
  test('tries until it succeeds', async () => {
    const { work } = failing(20);
    expect(await patiently(work, patienceUntil(60_000))).toBe(21);
  });

  test('ends in time, with the error', async () => {
    const { work, tries } = failing(Number.POSITIVE_INFINITY);
    const patience = patienceUntil(10_000);

    await expect(patiently(work, patience)).rejects.toThrow(Passing);

    expect(patience.clock()).toBeLessThan(10_000);
    expect(tries()).toBeGreaterThan(5);
    expect(tries()).toBeLessThan(20);
  });

  test('once time is over, one try and no more', async () => {
    const { work, tries } = failing(Number.POSITIVE_INFINITY);
    await expect(patiently(work, patienceUntil(0))).rejects.toThrow(Passing);
    expect(tries()).toBe(1);
  });

  test('what will not pass is not tried again', async () => {
    const { work, tries } = failing(1, new Denied());
    await expect(patiently(work, patienceUntil(60_000))).rejects.toThrow(Denied);
    expect(tries()).toBe(1);
  });

  test('a write whose answer was lost is not counted twice', async () => {
    const memory = memoryStateStore();
    let answered = false;
    const deaf = {
      ...memory,
      write: async (...args: Parameters<typeof memory.write>) => {
        const held = await memory.write(...args);
        if (answered) return held;
        answered = true;
        throw new Passing();
      },
    };
    const update = anUpdate(1, [open()]);

    expect(await recordResults(patientStore(deaf, patienceUntil(60_000)), update)).toEqual({
      key: update.key,
      due: true,
    });

    expect(memory.items.get(update.key)?.version).toBe(1);
    expect(memory.items.get(update.key)?.value.due).toHaveLength(1);
  });
});
