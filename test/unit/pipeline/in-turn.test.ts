import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inTurn } from '../../../shared/pipeline/run/in-turn.ts';

type Job = { readonly took: number; readonly width: number; readonly worst: number };

/** Time passes only while nothing else can happen: the earliest wake-up is next. */
const timeline = () => {
  let now = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    clock: () => now,
    sleep: (ms: number) => new Promise<void>((wake) => waiting.push({ at: now + ms, wake })),
    /** Runs until `done` is settled. */
    until: async <T>(done: Promise<T>): Promise<T> => {
      let over = false;
      const settled = done.finally(() => {
        over = true;
      });
      settled.catch(() => undefined);
      while (!over) {
        await new Promise((resolve) => setImmediate(resolve));
        waiting.sort((one, other) => one.at - other.at);
        const first = waiting.shift();
        if (first === undefined) continue;
        now = Math.max(now, first.at);
        first.wake();
      }
      return settled;
    },
  };
};

const ran = async (jobs: readonly Job[], room: number, deadline: number | null) => {
  const { clock, sleep, until } = timeline();
  let [used, most] = [0, 0];
  const ends: number[] = [];
  const begun: number[] = [];
  const turns = jobs.map((job, at) => ({ task: { ...job, at }, width: job.width, worst: job.worst }));
  const results = await until(
    inTurn(
      turns,
      async ({ took, width, at }) => {
        begun.push(at);
        used += width;
        most = Math.max(most, used);
        await sleep(took);
        used -= width;
        ends.push(clock());
        return at;
      },
      { width: room, clock, deadline: deadline === null ? null : () => deadline },
    ),
  );
  return { results, most, ends, begun };
};

const jobs = fc.array(fc.record({ took: fc.integer({ min: 0, max: 100 }), width: fc.integer({ min: 1, max: 8 }) }), {
  maxLength: 40,
});

describe('tasks in turn', () => {
  test('none is lost or run twice, and there is room for all that run', async () => {
    await fc.assert(
      fc.asyncProperty(
        jobs,
        fc.integer({ min: 8, max: 20 }),
        fc.integer({ min: 0, max: 400 }),
        async (some, room, deadline) => {
          const { results, most, begun } = await ran(
            some.map((job) => ({ ...job, worst: 100 })),
            room,
            deadline,
          );
          expect(results).toHaveLength(some.length);
          expect(results.flatMap((result, at) => (result === null ? [] : [at]))).toEqual(begun);
          expect(results.every((result, at) => result === null || result === at)).toBe(true);
          expect(most).toBeLessThanOrEqual(room);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('what waited for room and ends within its worst case ends before the deadline', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 100, max: 300 }), async (some, deadline) => {
        const { ends } = await ran(
          some.map((job) => ({ ...job, worst: 100 })),
          8,
          deadline,
        );
        expect(ends.every((end) => end <= deadline)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('without a deadline all are begun; with one, those at the start are, and others only if they may end in time', async () => {
    const two = [
      { took: 50, width: 8, worst: 500 },
      { took: 50, width: 8, worst: 500 },
      { took: 10, width: 8, worst: 20 },
    ];
    expect((await ran(two, 8, null)).results).toEqual([0, 1, 2]);
    expect((await ran(two, 8, 100)).results).toEqual([0, null, 2]);
    expect((await ran(two, 16, 100)).results).toEqual([0, 1, 2]);
  });

  test('a task wider than the room runs alone', async () => {
    const { results, most } = await ran(
      [
        { took: 5, width: 99, worst: 5 },
        { took: 5, width: 1, worst: 5 },
      ],
      8,
      null,
    );
    expect([results, most]).toEqual([[0, 1], 99]);
  });

  test('an error of a task is the error of all', async () => {
    const task = Promise.reject(new Error('no'));
    await expect(
      inTurn([{ task: 1, width: 1, worst: 1 }], () => task, { width: 1, clock: () => 0, deadline: null }),
    ).rejects.toThrow('no');
  });
});
