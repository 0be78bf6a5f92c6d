/** Random registries, one after the other, and runs of any request over them, in any order, with crashes and duplicates. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SUITES } from '../../../shared/model/names.ts';
import { openIn } from '../../../shared/model/open-state.ts';
import type { StateItem } from '../../../shared/model/state.ts';
import { LEASE } from '../../../shared/pipeline/announce/announce.ts';
import { askedBy, aWorld, NAMES, SCHEDULES, type Shape } from './whole-runs.ts';

const shape: fc.Arbitrary<Shape> = fc.record(
  Object.fromEntries(
    NAMES.map((name) => [name, fc.record({ in: fc.boolean(), schedule: fc.constantFrom(0, 1), skips: fc.boolean() })]),
  ),
);
const run = fc.record({
  suite: fc.constantFrom(...SUITES, 'all' as const),
  schedule: fc.constantFrom(null, ...SCHEDULES),
  /** Batches that are probed: the others leave no result. */
  reaches: fc.constantFrom(0, 1, 9, 9, 9),
  /** SNS refuses every message. */
  refuses: fc.boolean(),
  twice: fc.boolean(),
  /** Deployed between its plan and its first result. */
  meanwhile: fc.option(shape, { nil: null }),
  /** Its results come after the steps that follow. */
  late: fc.boolean(),
});
type Step = { readonly deploy: Shape | null; readonly run: typeof run extends fc.Arbitrary<infer T> ? T : never };
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ deploy: fc.option(shape, { nil: null }), run }), {
  minLength: 1,
  maxLength: 8,
});

type World = ReturnType<typeof aWorld>;
const itemsOf = (world: World): readonly StateItem[] => [...world.store.items.values()].map(({ value }) => value);
/** Runs that came to no end are left out: each schedule stays. */
const openChecks = (world: World): readonly string[] =>
  itemsOf(world).flatMap(({ checks }) =>
    Object.entries(checks).flatMap(([id, state]) => (openIn(state) !== null && !id.startsWith('run/') ? [id] : [])),
  );

/** Open checks that were taken out of the state while `work` went on. One that an incident explained may be set back, and is told by its next run. */
const closedBy = async (world: World, work: () => Promise<void>): Promise<readonly string[]> => {
  const before = openChecks(world);
  await work();
  const after = new Set(itemsOf(world).flatMap(({ checks }) => Object.keys(checks)));
  return before.filter((check) => !after.has(check));
};
/** Each closing of an incident, by run and key. */
const toldClosings = ({ sent }: World): readonly string[] =>
  sent.flatMap(({ kind, runId, items }) =>
    kind === 'closing' ? items.map(({ incident }) => `${runId} ${incident?.key}`) : [],
  );

test('nothing that is asked for is closed, nothing that has left stays open, and a closing is told once', async () => {
  let closings = 0;
  await fc.assert(
    fc.asyncProperty(shape, steps, shape, async (first, all, last) => {
      const world = aWorld(2 * LEASE);
      let deployed = first;
      const deploy = (next: Shape) => {
        deployed = next;
        world.deploy(next);
      };
      deploy(first);
      const late: (() => Promise<void>)[] = [];
      for (const [index, { deploy: next, run: own }] of all.entries()) {
        if (next !== null) deploy(next);
        const [id, at] = [`run-${index + 1}`, index + 1];
        await world.plan(id, at, { suite: own.suite, schedule: own.schedule });
        if (own.meanwhile !== null) deploy(own.meanwhile);
        const rest = async () => {
          const closed = await closedBy(world, async () => {
            for (let times = own.twice ? 2 : 1; times > 0; times -= 1) {
              await world.probe(id, own.reaches);
              await world.report(id, at, own.refuses);
            }
          });
          const asked = askedBy(deployed);
          expect(closed.filter((check) => asked.has(check))).toEqual([]);
        };
        if (own.late) late.push(rest);
        else await rest();
      }
      for (const rest of late) await rest();

      deploy(last);
      for (const at of [101, 102]) {
        await world.plan(`run-${at}`, at, { suite: 'all', schedule: null });
        await world.probe(`run-${at}`, 99);
        await world.report(`run-${at}`, at, false);
      }
      const asked = askedBy(last);
      expect(openChecks(world).filter((check) => !asked.has(check))).toEqual([]);
      expect(
        openChecks(world)
          .filter((check) => check.includes('/no-certificate'))
          .toSorted(),
      ).toEqual([...asked].filter((check) => check.includes('/no-certificate')).toSorted());
      expect(itemsOf(world).flatMap(({ due }) => due)).toEqual([]);
      expect(new Set(toldClosings(world)).size).toBe(toldClosings(world).length);
      closings += toldClosings(world).length;
    }),
    { numRuns: 150 },
  );
  expect(closings).toBeGreaterThan(100);
});
