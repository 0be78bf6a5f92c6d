import { describe, expect, test } from 'vitest';
import { isOpen } from '../../../shared/model/open-state.ts';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import { closeGone } from '../../../shared/pipeline/run/close-gone.ts';
import { anUpdate, open, startOf } from '../../helpers/judged.ts';
import { memoryStateStore } from '../../helpers/memory-store.ts';
import { aWorld, type Shape } from './whole-runs.ts';

const ON = { in: true, schedule: 0, skips: false };
const OFF = { ...ON, in: false };
const BOTH: Shape = { a: ON, b: ON };
const ONE: Shape = { a: OFF, b: ON };
const ALL = { suite: 'all', schedule: null } as const;

/** Two open endpoints; then `a` leaves, and one more run of the request goes as far as it goes. */
const leaving = async (request: { suite: 'all' | 'enforcement'; schedule: string | null }, reaches = 99) => {
  const world = aWorld();
  world.deploy(BOTH);
  await world.plan('run-1', 1, ALL);
  await world.probe('run-1', 99);
  await world.report('run-1', 1, false);
  world.deploy(ONE);
  await world.plan('run-2', 2, request);
  await world.probe('run-2', reaches);
  await world.report('run-2', 2, false);
  const own = [...world.store.items.values()].filter(
    ({ value }) => value.key.startsWith('endpoint/a/') && isOpen(value),
  );
  return { kinds: world.sent.map(({ kind }) => kind), own: own.map(({ value }) => value.suite), world };
};

describe('an endpoint that left', () => {
  test('is closed with one message by the first whole run', async () => {
    const { kinds, own, world } = await leaving(ALL);
    expect({ kinds, own }).toEqual({ kinds: ['regression', 'closing'], own: [] });
    expect(world.sent[1]).toMatchObject({ severity: 'info', runId: 'run-2' });
    expect(world.sent[1]?.title).toContain('no longer in the registry');
    await world.report('run-2', 2, false);
    expect(world.sent).toHaveLength(2);
  });

  test('is closed in the suite of the run only', async () => {
    const { own } = await leaving({ suite: 'enforcement', schedule: 'critical' });
    expect(own.toSorted()).toEqual(['certificates', 'isolation']);
  });

  test('stays open while the run is not whole', async () => {
    expect((await leaving(ALL, 1)).own).toHaveLength(3);
    expect((await leaving(ALL, 0)).own).toHaveLength(3);
  });
});

describe('closeGone', () => {
  const KEY = 'endpoint/gone/default/enforcement';
  const RUN = { id: 'run-2', startedAt: startOf(2), suite: 'all', schedule: null } as const;
  const aStore = async () => {
    const store = memoryStateStore();
    await recordResults(store, anUpdate(1, [open()], { key: KEY }));
    return store;
  };
  const planned = { registry: 'r1', keys: [KEY, 'endpoint/never-there/default/enforcement'] };

  test('closes what the plan found, while its registry is deployed', async () => {
    const store = await aStore();
    const ports = { store, readGone: async () => planned, registry: 'r1' };
    expect(await closeGone(RUN, ports)).toEqual({ keys: planned.keys, failures: [] });
    expect(await store.withOpen()).toEqual([]);
  });

  test.each([
    ['another registry is deployed', { readGone: async () => planned, registry: 'r2' }],
    ['the deployment does not say its registry', { readGone: async () => planned }],
    ['the plan found nothing', { readGone: async () => null, registry: 'r1' }],
  ])('closes nothing where %s', async (_, ports) => {
    const store = await aStore();
    expect(await closeGone(RUN, { store, ...ports })).toEqual({ keys: [], failures: [] });
    expect(await store.withOpen()).toEqual([KEY]);
  });

  test('where it cannot be read it stays open, and the failure is told', async () => {
    const store = await aStore();
    const ports = { store, readGone: () => Promise.reject(new Error('denied')), registry: 'r1' };
    expect(await closeGone(RUN, ports)).toEqual({ keys: [], failures: [expect.stringContaining('denied')] });
    expect(await store.withOpen()).toEqual([KEY]);
  });
});
