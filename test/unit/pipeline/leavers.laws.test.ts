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
const dueClosings = (world: World) =>
  itemsOf(world).flatMap(({ due }) =>
    due.flatMap(({ transition }) => (transition.kind === 'closing' ? [transition] : [])),
  );
/** Runs that came to no end are left out: each schedule stays. */
const openChecks = (world: World): readonly string[] =>
  itemsOf(world).flatMap(({ checks }) =>
    Object.entries(checks).flatMap(([id, state]) => (openIn(state) !== null && !id.startsWith('run/') ? [id] : [])),
  );

/** Checks that were closed while `work` went on, told or still due. */
const closedBy = async (world: World, work: () => Promise<void>): Promise<readonly string[]> => {
  const before = new Set(dueClosings(world).map(({ id }) => id));
  const told = new Set(toldClosings(world));
  await work();
  const due = dueClosings(world).flatMap(({ id, check }) => (before.has(id) ? [] : [check]));
  const fresh = toldClosings(world).filter((each) => !told.has(each) && !before.has(idOf(each)));
  return [...due, ...fresh.map((each) => each.split(' ')[1] ?? '')];
};
const toldClosings = ({ sent }: World): readonly string[] =>
  sent.flatMap(({ kind, runId, items }) =>
    kind === 'closing' ? items.flatMap(({ checks }) => checks.map((check) => `${runId} ${check}`)) : [],
  );
const idOf = (told: string): string => `${told.replace(' ', '/')}/closing`;

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
