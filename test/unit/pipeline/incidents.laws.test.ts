import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SUITES } from '../../../shared/model/names.ts';
import type { AnnouncePorts } from '../../../shared/pipeline/announce/announce.ts';
import { isEnd } from '../../../shared/regression/arrival.ts';
import { dying, slowly } from '../../helpers/dying-ports.ts';
import { change, ENDPOINTS, suite } from '../../helpers/incident-steps.ts';
import { incidentWorld, WORLD_FAULTS, type WorldFault } from '../../helpers/incident-world.ts';
import { startOf } from '../../helpers/judged.ts';

const death = fc.option(fc.record({ at: fc.integer({ min: 1, max: 60 }), acts: fc.boolean() }), { freq: 3 });
const step = fc.record({ changes: fc.array(change, { maxLength: 2 }), suite, death });

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type World = ReturnType<typeof incidentWorld>;

const set = (world: World, endpoint: string, fault: WorldFault, on: boolean): void => {
  const faults = world.faults.get(endpoint);
  if (on) faults?.add(fault);
  else faults?.delete(fault);
};

/** All faults are mended, and every suite has seen it for longer than anything is remembered. */
const heal = async (world: World): Promise<void> => {
  for (const faults of world.faults.values()) faults.clear();
  for (let healthy = 0; healthy < 10; healthy += 1) for (const one of SUITES) await world.run(one);
};

const expectQuiet = (world: World): void => {
  expect(openChecks(world)).toEqual([]);
  expect(world.board().open).toEqual([]);
  for (const message of world.sent) expect(message).toEqual(world.sent.find(({ id }) => id === message.id));
  expect([...world.store.items.values()].flatMap(({ value }) => value.due)).toEqual([]);
};

/** One or several openings, then one closing, of each key. */
const expectPairs = (world: World): void => {
  const byKey = Map.groupBy(world.told(), ({ incident }) => incident?.key ?? '');
  expect(byKey.has('')).toBe(false);
  for (const items of byKey.values()) {
    expect(items.length).toBeGreaterThan(1);
    expect(items.map(isEnd)).toEqual([...items.slice(1).map(() => false), true]);
  }
};

const play = async (world: World, { changes, suite: one, death: dies }: Step): Promise<void> => {
  for (const { endpoint, fault, on } of changes) set(world, endpoint, fault, on);
  await world.run(one, (ports) => (dies === null ? ports : dying(ports, dies)));
};

const openChecks = ({ store }: World) =>
  [...store.items.values()].flatMap(({ value: { key, checks } }) =>
    Object.values(checks).flatMap(({ announced }) =>
      announced === null || announced.level === 'ok' ? [] : [{ key, announced }],
    ),
  );

describe('whatever fails, and whichever report dies', () => {
  test('each opening has one closing of the same key, nothing comes after it, and nothing stays open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 14 }),
        fc.constantFrom(3, 1000),
        async (steps, remindAfter) => {
          const world = incidentWorld(ENDPOINTS, startOf(remindAfter));
          for (const each of steps) await play(world, each);
          await heal(world);
          expectQuiet(world);
          expectPairs(world);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('two reports at once, in any order of their calls: the same', async () => {
    const double = fc.record({
      changes: fc.array(change, { maxLength: 2 }),
      suite,
      other: suite,
      snsDown: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(double, { minLength: 1, maxLength: 6 }), fc.scheduler(), async (steps, scheduler) => {
        const world = incidentWorld(ENDPOINTS);
        const one = async ({ changes, suite: first, other, snsDown }: (typeof steps)[number]) => {
          for (const { endpoint, fault, on } of changes) set(world, endpoint, fault, on);
          const down = () => Promise.reject(new Error('SNS is down'));
          const held = (ports: AnnouncePorts) => slowly(snsDown ? { ...ports, publish: down } : ports, scheduler);
          await Promise.all([world.run(first, held), world.run(other, held)]);
        };
        for (const step of steps) await scheduler.waitFor(one(step));
        await heal(world);
        expectQuiet(world);
        expectPairs(world);
      }),
      { numRuns: 100 },
    );
  });

  test('after each report, what is not right is in an open incident at its endpoint', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const world = incidentWorld(ENDPOINTS);
        for (const { changes, suite: one } of steps) {
          for (const { endpoint, fault, on } of changes) set(world, endpoint, fault, on);
          await world.run(one);
          const named = new Set(world.board().open.flatMap(({ own, echoes }) => [...own, ...echoes]));
          for (const { key } of openChecks(world)) expect(named).toContain(key);
          const toldOpen = new Set(world.told().map(({ incident }) => incident?.key));
          for (const { key } of world.board().open) expect(toldOpen).toContain(key);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** What the first fault hides or explains of the second, at the same endpoint. */
const EXPLAINED: Readonly<Record<WorldFault, readonly WorldFault[]>> = {
  // Nothing else can be seen of an endpoint that is down.
  down: [...WORLD_FAULTS],
  refused: [],
  // Who verifies nothing admits every identity.
  unverified: ['foreign'],
  open: [],
  foreign: [],
  // One certificate has one worst fault.
  weak: ['expiring', 'ending', 'ended'],
  expiring: ['weak', 'ending', 'ended'],
  ending: ['weak', 'expiring'],
  ended: ['weak', 'expiring', 'ending'],
};

describe('while one incident is open, another one is still told', () => {
  const pairs = WORLD_FAULTS.flatMap((first) => WORLD_FAULTS.map((second) => [first, second] as const));

  test.each(pairs)('%s, then %s elsewhere', async (first, second) => {
    const world = incidentWorld(ENDPOINTS);
    set(world, 'a', first, true);
    for (const one of SUITES) for (let times = 0; times < 2; times += 1) await world.run(one);
    const before = world.told().length;
    set(world, 'b', second, true);
    for (const one of SUITES) for (let times = 0; times < 2; times += 1) await world.run(one);
    const news = world.told().slice(before);
    expect(news.flatMap(({ endpoints }) => endpoints)).toContain('b');
    expect(news.flatMap(({ endpoints }) => endpoints)).not.toContain('a');
    expect(news).toHaveLength(1);
  });

  test.each(pairs.filter(([first, second]) => first !== second && !EXPLAINED[first].includes(second)))(
    '%s, then %s at the same endpoint',
    async (first, second) => {
      const world = incidentWorld(ENDPOINTS);
      set(world, 'a', first, true);
      for (const one of SUITES) for (let times = 0; times < 2; times += 1) await world.run(one);
      const before = world.told().length;
      set(world, 'a', second, true);
      for (const one of SUITES) for (let times = 0; times < 2; times += 1) await world.run(one);
      expect(
        world
          .told()
          .slice(before)
          .filter((each) => !isEnd(each)),
      ).toHaveLength(1);
    },
  );
});
