import { describe, expect, test } from 'vitest';
import { inFlight, loadOf } from '../../../shared/pipeline/run/in-flight.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';

const PACE = { perAddress: 4, perSecond: null, pause: 0 };
const soon = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Runs sweeps that each hold one connection for a while, and returns the most that were in flight. */
const swept = async (count: number, atOnce: number, holdsOf: (index: number) => number) => {
  const { busy, limits } = loadOf(connectionLimits(atOnce));
  const ended: number[] = [];
  let [running, most] = [0, 0];
  await inFlight(count, { busy, atOnce }, async (index) => {
    running += 1;
    most = Math.max(most, running);
    await limits(String(index), PACE, () => soon(holdsOf(index)));
    running -= 1;
    ended.push(index);
  });
  return { most, ended };
};

describe('endpoints in flight', () => {
  test('all are swept, and never more than two for each connection while all connections are busy', async () => {
    const { most, ended } = await swept(60, 4, () => 5);
    expect(ended.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, at) => at));
    expect(most).toBeLessThanOrEqual(8);
  });

  test('a slow endpoint keeps no fast one waiting', async () => {
    const { ended } = await swept(40, 2, (index) => (index === 0 ? 500 : 2));
    expect(ended.at(-1)).toBe(0);
  });

  test('endpoints that wait without a connection make room for others', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun: number[] = [];
    const ran = inFlight(30, { busy: () => 0, atOnce: 2 }, async (index) => {
      begun.push(index);
      if (begun.length === 30) resolve();
      await promise;
    });
    await promise;
    await ran;
    expect(begun).toHaveLength(30);
  });

  test('an error is passed on once what was begun is over, and nothing more begins', async () => {
    const ended: number[] = [];
    const ran = inFlight(50, { busy: () => 2, atOnce: 2 }, async (index) => {
      await soon(index === 0 ? 1 : 20);
      if (index === 0) throw new Error('no memory');
      ended.push(index);
    });
    await expect(ran).rejects.toThrow('no memory');
    expect(ended).toEqual([1, 2, 3]);
  });
});
