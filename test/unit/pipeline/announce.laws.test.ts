import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StateItem, Transition } from '../../../shared/model/state.ts';
import { DAY } from '../../../shared/model/time.ts';
import { type AnnouncePorts, announce, LEASE } from '../../../shared/pipeline/announce/announce.ts';
import type { OutgoingMessage, StateStore } from '../../../shared/pipeline/ports.ts';
import { memoryMessageStore, memoryStateStore } from '../../helpers/memory-store.ts';
import { aTransition, NO_ORIGIN } from '../../helpers/transition.ts';

/** A process that dies at its n-th call of a port, before that call acts or just after, and does nothing from then on. */
type Death = { readonly at: number; readonly acts: boolean } | null;
/** It may also be held up before a call, for as long as others need for a whole report. */
type Fate = { readonly death: Death; readonly heldUpAt: number | null };

const mortal = (
  ports: AnnouncePorts,
  { death, heldUpAt }: Fate,
  between: <T>(work: () => Promise<T>) => Promise<T>,
): AnnouncePorts => {
  let calls = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    const mine = calls;
    if (death !== null && mine > death.at) throw new Error('dead');
    if (mine === death?.at && !death.acts) throw new Error('dies');
    for (let step = 0; mine === heldUpAt && step < 40; step += 1) await between(async () => {});
    const result = await between(work);
    if (mine === death?.at) throw new Error('dies');
    return result;
  };
  const { store, messages, publish, clock, settings } = ports;
  return {
    settings,
    store: {
      read: (key) => call(() => store.read(key)),
      write: (item, expected) => call(() => store.write(item, expected)),
      withDue: () => call(() => store.withDue()),
      withOpen: () => call(() => store.withOpen()),
    },
    messages: {
      create: (message, until) => call(() => messages.create(message, until)),
      lease: (id, now, until) => call(() => messages.lease(id, now, until)),
      remove: (id) => call(() => messages.remove(id)),
      pending: () => call(() => messages.pending()),
    },
    publish: (message) => call(() => publish(message)),
    clock,
  };
};

const KEYS = ['k0', 'k1', 'k2'];
const CHECKS = ['c0', 'c1'];
const KINDS = ['regression', 'recovery', 'blind'] as const;

/** Two checks an item; runs come in order. */
const transition = fc.record({
  key: fc.constantFrom(...KEYS),
  check: fc.constantFrom(...CHECKS),
  kind: fc.constantFrom(...KINDS),
  owner: fc.constantFrom('x', null),
});
const found = fc.array(transition, { maxLength: 5 });
const death: fc.Arbitrary<Death> = fc.option(fc.record({ at: fc.integer({ min: 1, max: 40 }), acts: fc.boolean() }));
const report = fc.record({
  fate: fc.record({ death, heldUpAt: fc.option(fc.integer({ min: 1, max: 20 })) }),
  snsDown: fc.boolean(),
  sameRun: fc.boolean(),
});
const wave = fc.record({
  found,
  meanwhile: found,
  reports: fc.array(report, { minLength: 1, maxLength: 3 }),
  /** The clock moves while they work: a report may be held up for longer than its lease. */
  ticks: fc.array(fc.constantFrom(LEASE / 2, LEASE, LEASE), { maxLength: 5 }),
});

const append = async (store: StateStore, key: string, added: Transition): Promise<void> => {
  for (;;) {
    const stored = await store.read(key);
    const item: StateItem = stored?.value ?? { key, suite: null, checks: {}, chains: {}, due: [] };
    const due = [...item.due, { transition: added, claim: null }];
    if (await store.write({ ...item, due }, stored?.version ?? 0)) return;
  }
};

type Wave = typeof wave extends fc.Arbitrary<infer W> ? W : never;
type Found = Wave['found'][number];

const aWorld = (scheduler: fc.Scheduler) => {
  const store = memoryStateStore();
  const messages = memoryMessageStore();
  const sent: OutgoingMessage[] = [];
  const put: string[] = [];
  let now = 0;
  const publish = async (message: OutgoingMessage) => {
    sent.push(message);
  };
  const ports: AnnouncePorts = { store, messages, publish, clock: () => now, settings: { remindAfter: DAY } };
  const between = <T>(work: () => Promise<T>) => scheduler.schedule(Promise.resolve()).then(work);
  const add = async ({ key, ...own }: Found) => {
    const runStartedAt = put.length;
    const added = aTransition({ ...own, runId: `run-${runStartedAt}`, runStartedAt });
    put.push(`${key} ${added.id}`);
    await append(store, key, added);
  };
  const pass = async (ms: number) => {
    now += ms;
  };
  const report = (id: string, snsDown: boolean, fate: Fate) => {
    const down = { ...ports, publish: () => Promise.reject(new Error('SNS is down')) };
    return announce(mortal(snsDown ? down : ports, fate, between), KEYS, { id }, NO_ORIGIN).catch(() => null);
  };
  return { ...ports, store, sent, put, between, add, pass, report };
};

const play = async (world: ReturnType<typeof aWorld>, { found, meanwhile, reports, ticks }: Wave): Promise<void> => {
  for (const one of found) await world.add(one);
  const finding = async () => {
    for (const one of meanwhile) await world.between(() => world.add(one));
  };
  const runs = world.put.length;
  await Promise.all([
    finding(),
    ...ticks.map((ms) => world.between(() => world.pass(ms))),
    ...reports.map(({ fate, snsDown, sameRun }, index) =>
      world.report(`report-${runs}-${sameRun ? 0 : index}`, snsDown, fate),
    ),
  ]);
};

test('whatever dies and however they interleave: all is told, in order, and only ever under one id', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(wave, { minLength: 1, maxLength: 3 }), fc.scheduler(), async (waves, scheduler) => {
      const world = aWorld(scheduler);
      for (const one of waves) await scheduler.waitFor(play(world, one));
      for (let healthy = 0; healthy < 3; healthy += 1) {
        await world.pass(LEASE);
        await announce(world, [], { id: `healthy-${healthy}` }, NO_ORIGIN);
      }

      const { sent, put } = world;
      const tellings = sent.flatMap(({ id, members }) =>
        members.map((one) => ({ id, what: `${one.key} ${one.transition}` })),
      );
      const told = [...new Set(tellings.map(({ what }) => what))];
      expect(told.toSorted()).toEqual(put.toSorted());
      for (const one of put) {
        expect(new Set(tellings.filter(({ what }) => what === one).map(({ id }) => id)).size).toBe(1);
      }
      for (const check of KEYS.flatMap((key) => CHECKS.map((name) => new RegExp(`^${key} [^/]*/${name}/`)))) {
        expect(told.filter((one) => check.test(one))).toEqual(put.filter((one) => check.test(one)));
      }
      for (const message of sent) expect(message).toEqual(sent.find(({ id }) => id === message.id));
      expect([...world.store.items.values()].flatMap(({ value }) => value.due)).toEqual([]);
      expect(await world.messages.pending()).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

test('a report that dies is made again by the same run at once: nothing waits for a lease', async () => {
  const dying = fc.record({ at: fc.integer({ min: 1, max: 40 }), acts: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(found, dying, fc.scheduler(), async (all, death, scheduler) => {
      const world = aWorld(scheduler);
      await scheduler.waitFor(
        (async () => {
          for (const one of all) await world.add(one);
          await world.report('run', false, { death, heldUpAt: null });
          // The transitions of one check are announced one after the other: two of them need two reports.
          for (let again = 0; again < all.length + 1; again += 1) {
            await world.report('run', false, { death: null, heldUpAt: null });
          }
        })(),
      );
      const told = world.sent.flatMap(({ members }) => members.map((one) => `${one.key} ${one.transition}`));
      expect([...new Set(told)].toSorted()).toEqual(world.put.toSorted());
      expect([...world.store.items.values()].flatMap(({ value }) => value.due)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
