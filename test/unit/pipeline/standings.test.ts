import { describe, expect, test } from 'vitest';
import type { EndpointStanding } from '../../../shared/model/endpoint-standing.ts';
import type { StandingStore } from '../../../shared/pipeline/ports.ts';
import {
  readStandings,
  type Sending,
  STANDINGS_PER_ITEM,
  settleStandings,
} from '../../../shared/pipeline/run/standings.ts';
import { startOf } from '../../helpers/judged.ts';
import { memoryStandingStore } from '../../helpers/memory-store.ts';

const PLACE = { vantage: 'default', schedule: 'default', suite: 'enforcement' } as const;
const aStanding = (endpoint: string, run: number, failures = 0): EndpointStanding => ({
  ...PLACE,
  ...{ endpoint, runId: `run-${run}`, startedAt: startOf(run), durationMs: 900 },
  verdicts: { pass: 5 - failures, fail: failures, inconclusive: 0, waived: 0 },
  figures: { EnforcementFailures: failures },
  unusual: failures > 0 ? ['EnforcementFailures'] : [],
});

const aWorld = (store: StandingStore = memoryStandingStore()) => {
  const sent: string[] = [];
  const send = async (sending: Sending) =>
    void sent.push(
      ...sending.flatMap(({ now, sent: names }) => names.map((name) => `${now.endpoint} ${now.figures[name]}`)),
    );
  return {
    sent,
    settle: (fresh: readonly EndpointStanding[], whole = true, sending = send) =>
      settleStandings(fresh, whole, { store, send: sending }),
    stored: async () => (await readStandings(store, PLACE)).map(({ endpoint, runId }) => `${endpoint} ${runId}`),
  };
};

describe('standings between runs', () => {
  test('a failure and its end are sent once each, across reports', async () => {
    const world = aWorld();

    await world.settle([aStanding('a', 1, 2), aStanding('b', 1)]);
    await world.settle([aStanding('a', 2), aStanding('b', 2)]);
    await world.settle([aStanding('a', 3), aStanding('b', 3)]);

    expect(world.sent).toEqual(['a 2', 'a 0']);
    expect(await world.stored()).toEqual(['a run-3', 'b run-3']);
  });

  test('an endpoint whose batch left no result keeps its standing; one that left the registry does not', async () => {
    const world = aWorld();
    await world.settle([aStanding('a', 1), aStanding('b', 1, 1)]);

    await world.settle([aStanding('a', 2)], false);
    expect(await world.stored()).toEqual(['a run-2', 'b run-1']);
    await world.settle([aStanding('a', 3)], true);
    expect(await world.stored()).toEqual(['a run-3']);
  });

  test('a late run drops nothing that a newer run has stored', async () => {
    const world = aWorld();
    await world.settle([aStanding('a', 2), aStanding('new', 2)]);

    await world.settle([aStanding('a', 1, 1)], true);

    expect(await world.stored()).toEqual(['a run-2', 'new run-2']);
    await world.settle([aStanding('a', 3), aStanding('new', 3)]);
    expect(world.sent).toEqual(['a 1', 'a 0']);
  });

  test('what could not be sent is sent by the next attempt: nothing was stored', async () => {
    const world = aWorld();
    await world.settle([aStanding('a', 1, 1)]);
    const fails = () => Promise.reject(new Error('throttled'));

    await expect(world.settle([aStanding('a', 2)], true, fails)).rejects.toThrow('throttled');
    await world.settle([aStanding('a', 2)]);

    expect(world.sent).toEqual(['a 1', 'a 0']);
  });

  test('another run that stored meanwhile: both are in the table, and the end is not lost', async () => {
    const store = memoryStandingStore();
    const world = aWorld(store);
    let met = false;
    const meet = async () => {
      if (met) return;
      met = true;
      // A run with a failure stores its standings between this run's reading and writing
      await aWorld(store).settle([aStanding('a', 1, 1), aStanding('c', 1)], false);
    };

    await settleStandings([aStanding('a', 2), aStanding('b', 2)], false, {
      store,
      send: async (sending) => {
        for (const each of sending) world.sent.push(...each.sent.map((name) => `${each.now.endpoint} ${name}`));
        await meet();
      },
    });

    expect(await world.stored()).toEqual(['a run-2', 'b run-2', 'c run-1']);
    expect(world.sent).toEqual(['a EnforcementFailures']);
  });

  test('writers that always come first are an error', async () => {
    const busy = { ...memoryStandingStore(), write: async () => false };
    await expect(aWorld(busy).settle([aStanding('a', 1)])).rejects.toThrow('10 times');
  });

  test('each suite and schedule is an item of its own', async () => {
    const store = memoryStandingStore();
    await aWorld(store).settle([
      aStanding('a', 1),
      { ...aStanding('a', 1), suite: 'isolation' },
      { ...aStanding('b', 1), schedule: 'critical' },
    ]);
    expect([...store.items.keys()].toSorted()).toEqual([
      'standing/default/critical/enforcement',
      'standing/default/default/enforcement',
      'standing/default/default/isolation',
    ]);
  });
});

describe('thousands of endpoints', () => {
  const many = (count: number, run: number, failing = -1) =>
    Array.from({ length: count }, (_, at) => aStanding(`e${String(at).padStart(6, '0')}`, run, at === failing ? 1 : 0));
  const MORE = 2 * STANDINGS_PER_ITEM + 1;

  test('a run writes one item for each thousand, not one for each endpoint', async () => {
    const store = memoryStandingStore();
    const world = aWorld(store);

    await world.settle(many(MORE, 1, MORE - 1));
    await world.settle(many(MORE, 2));

    expect(store.items.size).toBe(3);
    expect([...store.items.values()].map(({ version }) => version)).toEqual([2, 2, 2]);
    expect(await world.stored()).toHaveLength(MORE);
    expect(world.sent).toEqual([`e${String(MORE - 1).padStart(6, '0')} 1`, `e${String(MORE - 1).padStart(6, '0')} 0`]);
  });

  test('a registry that shrinks and grows again finds its old items', async () => {
    const store = memoryStandingStore();
    const world = aWorld(store);

    await world.settle(many(MORE, 1));
    await world.settle(many(3, 2));
    expect(await world.stored()).toHaveLength(3);
    await world.settle(many(MORE, 3));

    expect(await world.stored()).toHaveLength(MORE);
  });

  test('a report that died between two items: the newer standing counts', async () => {
    const store = memoryStandingStore();
    let writes = 0;
    const dies: StandingStore = {
      ...store,
      write: async (item, expected) => {
        writes += 1;
        if (writes > 1) throw new Error('killed');
        return store.write(item, expected);
      },
    };
    await aWorld(store).settle(many(MORE, 1));

    await expect(aWorld(dies).settle([aStanding('a-new-first', 2), ...many(MORE, 2)])).rejects.toThrow('killed');

    const found = await readStandings(store, PLACE);
    expect(new Set(found.map(({ endpoint }) => endpoint)).size).toBe(found.length);
    expect(found.filter(({ runId }) => runId === 'run-2')).toHaveLength(STANDINGS_PER_ITEM);
  });
});
