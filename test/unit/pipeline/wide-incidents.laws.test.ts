import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isShared } from '../../../shared/model/incident.ts';
import { SUITES, type Suite } from '../../../shared/model/names.ts';
import { openIn } from '../../../shared/model/open-state.ts';
import type { AnnouncePorts } from '../../../shared/pipeline/announce/announce.ts';
import { isExplainedBy, readAbout, topicOf } from '../../../shared/regression/about.ts';
import { isEnd, placeOf, rank } from '../../../shared/regression/arrival.ts';
import { desk } from '../../helpers/desk.ts';
import { dying, slowly } from '../../helpers/dying-ports.ts';
import { startOf } from '../../helpers/judged.ts';
import { CHECK_NAMES, PLACES, UNUSABLE, WIDE_FAULTS, wideRun } from '../../helpers/wide-world.ts';

/** Some thousands found nothing further. */
const RUNS = 150;

const suite = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Suite>('enforcement') },
  { weight: 1, arbitrary: fc.constantFrom<Suite>('isolation', 'certificates') },
);
const checks = (prefix: string) => fc.constantFrom(...CHECK_NAMES).map((name) => `${prefix} ${name}`);
const change = fc.record({
  place: fc.nat(PLACES.length - 1),
  mark: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<string>(...WIDE_FAULTS) },
    { weight: 1, arbitrary: fc.constantFrom(...UNUSABLE) },
    { weight: 2, arbitrary: checks('waived') },
    { weight: 1, arbitrary: checks('gone') },
  ),
  on: fc.boolean(),
});
const death = fc.option(fc.record({ at: fc.integer({ min: 1, max: 80 }), acts: fc.boolean() }), { freq: 3 });
const step = fc.record({ changes: fc.array(change, { maxLength: 3 }), suite, death });
const steps = fc.array(step, { minLength: 1, maxLength: 16 });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const wide = (remindAfter?: number) => {
  const world = desk(remindAfter);
  const marks = PLACES.map(() => new Set<string>());
  const at = (place: number) => marks[place] ?? new Set<string>();
  const mark = (changes: Step['changes']): void => {
    for (const { place, mark: name, on } of changes) {
      const where = name.startsWith('unusable') ? marks : [at(place)];
      for (const each of where) on ? each.add(name) : each.delete(name);
    }
  };
  return {
    ...world,
    play: async ({ changes, suite: one, death: dies }: Step) => {
      mark(changes);
      await world.runWith((ports) => (dies === null ? ports : dying(ports, dies)), ...wideRun(one, at));
    },
    /** Two runs, the second a while after the first; their calls in any order. */
    both: async ({ changes, suite: one }: Step, next: Step, scheduler: fc.Scheduler, isDown: boolean) => {
      const down = () => Promise.reject(new Error('SNS is down'));
      const held = (ports: AnnouncePorts) => slowly(isDown ? { ...ports, publish: down } : ports, scheduler);
      mark(changes);
      const first = world.runWith(held, ...wideRun(one, at));
      const second = scheduler.schedule(Promise.resolve()).then(() => {
        mark(next.changes);
        return world.runWith(held, ...wideRun(next.suite, at));
      });
      await Promise.all([first, second]);
    },
    again: async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) for (const one of SUITES) await world.run(...wideRun(one, at));
    },
    heal: () => {
      for (const each of marks) each.clear();
    },
  };
};
type Wide = ReturnType<typeof wide>;

const openChecks = ({ store }: Pick<Wide, 'store'>) =>
  [...store.items.values()].flatMap(({ value: { key, checks: all, owner } }) =>
    Object.entries(all).flatMap(([id, state]) => {
      const announced = openIn(state);
      return announced === null ? [] : [{ key, id, announced, owner }];
    }),
  );

/** Who of the open incidents tells of an open check, or explains it, to its owner. */
const covers = (world: Wide, { key, id, announced, owner }: ReturnType<typeof openChecks>[number]) => {
  const { about = '', code, level, severity } = announced;
  return world.board().open.filter((incident) => {
    const tells = incident.own.includes(key) && incident.abouts.includes(about);
    const isHere = [...incident.own].some((own) => placeOf(own) === placeOf(key)) || isShared(incident.thing);
    const finding = { ...readAbout(about, id), code, blind: level === 'blind' };
    const explains = isHere && (incident.abouts.includes(about) || isExplainedBy(topicOf(incident), finding));
    const isToOwner = owner === undefined || incident.owners.includes(owner);
    return (tells || explains) && isToOwner && rank(incident.severity) >= rank(severity);
  });
};

/** Everything is mended: each opening has one closing, for each owner, and nothing is open or due. */
const expectPaired = async (world: Wide): Promise<void> => {
  world.heal();
  await world.again(10);
  expect(openChecks(world)).toEqual([]);
  expect(world.board().open).toEqual([]);
  expect([...world.store.items.values()].flatMap(({ value }) => value.due)).toEqual([]);
  for (const items of Map.groupBy(world.told(), ({ incident }) => incident?.key).values()) {
    const owners = new Set(items.map(({ owner }) => owner));
    for (const owner of owners) {
      const own = items.filter((item) => item.owner === owner);
      expect(own.length).toBeGreaterThan(1);
      expect(own.map(isEnd)).toEqual([...own.slice(1).map(() => false), true]);
    }
  }
};

describe('several owners, vantages, identities, waivers, and checks that leave', () => {
  test('each opening has one closing, and nothing stays open', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(startOf(3), startOf(1000)), async (all, remindAfter) => {
        const world = wide(remindAfter);
        for (const each of all) await world.play(each);
        await expectPaired(world);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  test('two reports at once: the same', async () => {
    const pairs = fc.array(fc.tuple(step, step, fc.boolean()), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pairs, fc.scheduler(), async (all, scheduler) => {
        const world = wide();
        for (const [one, next, isDown] of all) await scheduler.waitFor(world.both(one, next, scheduler, isDown));
        await expectPaired(world);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  test('whatever stays as it is is told to its owner, or explained by what was', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const world = wide();
        for (const each of all) await world.play(each);
        await world.again(4);
        for (const check of openChecks(world)) expect([check, covers(world, check).length > 0]).toEqual([check, true]);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  test('what is right again is right', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const world = wide();
        for (const each of all) {
          const before = world.board().open;
          await world.play({ ...each, death: null });
          const right = world.told().filter(({ incident }) => incident?.closedBecause === 'right');
          const over = before.filter(({ key }) => right.some(({ incident }) => incident?.key === key));
          for (const { abouts, own, left, openedAt } of over) {
            const still = openChecks(world).filter(
              ({ key, announced }) =>
                [...own, ...left].includes(key) && abouts.includes(announced.about ?? '') && announced.at >= openedAt,
            );
            expect(still).toEqual([]);
          }
        }
      }),
      { numRuns: RUNS },
    );
  }, 300_000);
});
