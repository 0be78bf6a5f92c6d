import { describe, expect, test } from 'vitest';
import { INCIDENTS } from '../../../shared/model/incident.ts';
import { notificationSchema } from '../../../shared/model/notification.ts';
import { SILENCES } from '../../../shared/model/silence.ts';
import type { StateItem, Transition } from '../../../shared/model/state.ts';
import { DAY } from '../../../shared/model/time.ts';
import { announce, LEASE } from '../../../shared/pipeline/announce/announce.ts';
import type { OutgoingMessage } from '../../../shared/pipeline/ports.ts';
import { memoryMessageStore, memoryStateStore } from '../../helpers/memory-store.ts';
import { aTransition, at, NO_ORIGIN } from '../../helpers/transition.ts';

const origin = { ...NO_ORIGIN, links: { dashboard: null, run: 'https://console.test/run-1', runbook: null } };

/** A topic that can be down, a clock that is moved by hand. */
const aWorld = () => {
  const store = memoryStateStore();
  const messages = memoryMessageStore();
  const sent: OutgoingMessage[] = [];
  const world = {
    store,
    messages,
    sent,
    now: 1_000_000,
    settings: { remindAfter: DAY },
    down: (_: OutgoingMessage) => false,
    publish: async (message: OutgoingMessage) => {
      if (world.down(message)) throw new Error('SNS is down');
      sent.push(message);
    },
    clock: () => world.now,
    put: async (key: string, ...transitions: Transition[]) => {
      const stored = await store.read(key);
      const empty: StateItem = { key, suite: 'enforcement', checks: {}, chains: {}, due: [] };
      const before = stored?.value ?? empty;
      const due = [...before.due, ...transitions.map((transition) => ({ transition, claim: null }))];
      await store.write({ ...before, due }, stored?.version ?? 0);
    },
    due: () => [...store.items.values()].flatMap(({ value }) => value.due),
    report: (run = 'run-1', keys: readonly string[] = []) => announce(world, keys, { id: run }, origin),
    documents: () => sent.map(({ body }) => notificationSchema.parse(JSON.parse(JSON.parse(body).default))),
  };
  return world;
};

describe('a report', () => {
  test('tells what is due, once, in one message per kind and owner, and leaves nothing behind', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'), at('a', 'expired'));
    await world.put('b', at('b', 'plaintext'), at('b', 'valid-identity', { kind: 'blind', code: 'UNREACHABLE' }));
    await world.put('c', at('c', 'plaintext', { owner: 'team-c' }));
    expect(await world.report()).toEqual({ published: 3, pending: 0, failures: [] });
    expect(world.documents().map(({ kind, owner, endpoints }) => [kind, owner, endpoints.join(' ')])).toEqual([
      ['regression', 'team-payments', 'a b'],
      ['regression', 'team-c', 'c'],
      ['blind', 'team-payments', 'b'],
    ]);
    expect([world.due(), await world.messages.pending()]).toEqual([[], []]);
    expect(await world.report('run-2')).toEqual({ published: 0, pending: 0, failures: [] });
  });

  test('tells at once what it has claimed, though the answer to the claim was lost', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    let isFirst = true;
    const write: typeof world.store.write = async (item, expected) => {
      const done = await world.store.write(item, expected);
      // The SDK repeats the call, and finds its own version stored.
      if (!isFirst) return done;
      isFirst = false;
      return false;
    };

    expect(await announce({ ...world, store: { ...world.store, write } }, [], { id: 'run-1' }, origin)).toEqual({
      ...{ published: 1, pending: 0, failures: [] },
    });
  });

  test('tells what its own results left due, though the index lags', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    const lagging = { ...world, store: { ...world.store, withDue: async () => [] } };
    expect(await announce(lagging, ['a'], { id: 'run-1' }, origin)).toMatchObject({ published: 1 });
  });

  test('the link to a run stands only under what that run found', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'), at('a', 'expired', { runId: 'run-0', runStartedAt: 0 }));
    await world.report('run-1');
    expect(world.documents().map(({ runId, links: { run } }) => [runId, run])).toEqual([
      ['run-0', null],
      ['run-1', origin.links.run],
    ]);
  });

  test('one check, seen from two vantages: both are told', async () => {
    const world = aWorld();
    await world.put('a/default', at('a', 'plaintext'));
    await world.put('a/vpc', at('a', 'plaintext', { vantage: 'vpc' }));
    await world.report();
    expect(world.documents().flatMap(({ items }) => items.map(({ vantage }) => vantage))).toEqual(['default', 'vpc']);
    expect(world.due()).toEqual([]);
  });

  test('an outage and its end, both due: told in that order', async () => {
    const world = aWorld();
    const check = { check: 'a/plaintext' };
    await world.put(
      'a',
      aTransition({ ...check, runId: 'run-1', runStartedAt: 1 }),
      aTransition({ ...check, runId: 'run-2', runStartedAt: 2, kind: 'recovery' }),
    );
    expect(await world.report('run-3')).toMatchObject({ published: 2 });
    expect(world.documents().map(({ kind, runId }) => `${kind} ${runId}`)).toEqual([
      'regression run-1',
      'recovery run-2',
    ]);
  });
});

describe('SNS is down', () => {
  test('nothing is marked; the next report sends the same message, lease or not', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    let refused: OutgoingMessage | null = null;
    world.down = (message) => {
      refused = message;
      return true;
    };
    expect(await world.report('run-1')).toEqual({ published: 0, pending: 1, failures: ['SNS is down'] });
    expect(await world.report('run-2')).toMatchObject({ published: 0, pending: 1 });
    world.down = () => false;
    expect(await world.report('run-3')).toMatchObject({ published: 1, pending: 0 });
    expect(world.sent).toEqual([refused]);
  });

  test('for one message: the others go out; what came later for its checks waits', async () => {
    const world = aWorld();
    await world.put(
      'a',
      at('a', 'plaintext'),
      at('a', 'plaintext', { kind: 'recovery', runId: 'run-2', runStartedAt: Date.UTC(2027, 0) }),
    );
    await world.put('b', at('b', 'plaintext', { kind: 'expiry' }));
    world.down = ({ attributes }) => attributes['kind']?.value === 'regression';
    expect(await world.report('run-2')).toMatchObject({ published: 1, pending: 2 });
    expect(world.documents().map(({ kind }) => kind)).toEqual(['expiry']);
  });
});

describe('another report', () => {
  test('that claimed and died before it made its message: free once the claim is over', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    const dies = { ...world, messages: { ...world.messages, create: () => Promise.reject(new Error('died')) } };
    await announce(dies, [], { id: 'run-1' }, origin);
    expect(world.due()[0]?.claim).not.toBeNull();
    expect(await world.report('run-2')).toMatchObject({ published: 0, pending: 1 });
    world.now += LEASE;
    expect(await world.report('run-1')).toMatchObject({ published: 1, pending: 0 });
  });

  test('that claimed, was held up, and wakes when its claim has been given up: does not tell it again', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    const heldUp = {
      ...world,
      messages: {
        ...world.messages,
        create: async (message: OutgoingMessage, until: number) => {
          world.now += LEASE;
          await world.report('run-2');
          return world.messages.create(message, until);
        },
      },
    };
    expect(await announce(heldUp, [], { id: 'run-1' }, origin)).toMatchObject({ published: 0 });
    expect(world.sent).toHaveLength(1);
  });

  test('that published and died before it marked: the same message again, then marked', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    let publishing = false;
    const dies = {
      ...world,
      publish: async (message: OutgoingMessage) => {
        await world.publish(message);
        publishing = true;
      },
      store: {
        ...world.store,
        write: async (item: StateItem, expected: number) => {
          if (publishing) throw new Error('died');
          return world.store.write(item, expected);
        },
      },
    };
    await announce(dies, [], { id: 'run-1' }, origin);
    world.now += LEASE;
    await world.report('run-2');
    expect(world.sent).toHaveLength(2);
    expect(world.sent[0]).toEqual(world.sent[1]);
    expect(world.due()).toEqual([]);
  });

  test('that marked and died before it removed the message: not told again', async () => {
    const world = aWorld();
    await world.put('a', at('a', 'plaintext'));
    const dies = { ...world, messages: { ...world.messages, remove: () => Promise.reject(new Error('died')) } };
    await announce(dies, [], { id: 'run-1' }, origin);
    world.now += LEASE;
    expect(await world.report('run-2')).toEqual({ published: 0, pending: 0, failures: [] });
    expect([world.sent.length, await world.messages.pending()]).toEqual([1, []]);
  });
});

test('two reports that saw the same: each tells what it could claim, at once', async () => {
  const world = aWorld();
  await world.put('a', at('a', 'plaintext'));
  await world.put('b', at('b', 'plaintext'));
  const seen = Promise.withResolvers<void>();
  const claimed = Promise.withResolvers<void>();
  let reads = 0;
  const second = {
    ...world,
    store: {
      ...world.store,
      read: async (key: string) => {
        const read = await world.store.read(key);
        // What was decided before is not decided again.
        if (key === INCIDENTS || key === SILENCES) return read;
        reads += 1;
        if (reads === 2) seen.resolve();
        await claimed.promise;
        return read;
      },
    },
  };
  const first = {
    ...world,
    store: {
      ...world.store,
      write: async (item: StateItem, expected: number) => {
        if (item.key === 'b') return false;
        const written = await world.store.write(item, expected);
        claimed.resolve();
        return written;
      },
    },
  };
  const telling = announce(second, [], { id: 'run-2' }, origin);
  await seen.promise;
  await Promise.all([telling, announce(first, [], { id: 'run-1' }, origin)]);
  expect(world.sent.flatMap(({ members }) => members.map(({ key }) => key)).toSorted()).toEqual(['a', 'b']);
});

test('a transition that arrives while a message is published survives the mark', async () => {
  const world = aWorld();
  await world.put('a', at('a', 'plaintext'));
  const later = at('a', 'expired', { runId: 'run-2' });
  const busy = {
    ...world,
    publish: async (message: OutgoingMessage) => {
      await world.publish(message);
      await world.put('a', later);
    },
  };
  await announce(busy, [], { id: 'run-1' }, origin);
  expect(world.due()).toEqual([{ transition: later, claim: null }]);
});

test('more than are read at a time: one report tells them all', async () => {
  const world = aWorld();
  for (let n = 0; n < 5100; n += 1) await world.put(`k${n}`, at(`e${n}`, 'valid-identity', { cause: 'ENDPOINT_DOWN' }));
  expect((await world.report('run-1')).pending).toBe(0);
  expect(new Set(world.sent.flatMap(({ members }) => members.map(({ key }) => key))).size).toBe(5100);
});
