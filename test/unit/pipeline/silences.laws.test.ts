import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SUITES } from '../../../shared/model/names.ts';
import { notificationSchema } from '../../../shared/model/notification.ts';
import { activeSilences, SILENCES, type Silence } from '../../../shared/model/silence.ts';
import { announce } from '../../../shared/pipeline/announce/announce.ts';
import { isEnd } from '../../../shared/regression/arrival.ts';
import { dying } from '../../helpers/dying-ports.ts';
import { change, ENDPOINTS, suite } from '../../helpers/incident-steps.ts';
import { incidentWorld, WORLD_FAULTS, type WorldFault } from '../../helpers/incident-world.ts';
import { startOf } from '../../helpers/judged.ts';
import { at, NO_ORIGIN } from '../../helpers/transition.ts';

const CAUSES = [
  'CLIENT_CERTIFICATE_OPTIONAL',
  'ENDPOINT_DOWN',
  'CONTROL_REFUSED',
  'SERVED_KEY_WEAK',
  'SERVED_CHAIN_EXPIRES_SOON',
  'ACCEPTED_FOREIGN_IDENTITY',
];
const act = fc.oneof(
  fc.record({
    act: fc.constant('silence' as const),
    what: fc.oneof(
      fc.record({ endpoint: fc.constantFrom(...ENDPOINTS) }),
      fc.record({ cause: fc.constantFrom(...CAUSES) }),
      fc.record({ owner: fc.constantFrom('team-a', 'team-b') }),
      fc.record({ cause: fc.constantFrom(...CAUSES), endpoint: fc.constantFrom(...ENDPOINTS) }),
    ),
    runs: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ act: fc.constant('ack' as const), which: fc.nat(5) }),
  fc.record({ act: fc.constant('end' as const), which: fc.nat(5) }),
);
const death = fc.option(fc.record({ at: fc.integer({ min: 1, max: 60 }), acts: fc.boolean() }), { freq: 3 });
const step = fc.record({
  changes: fc.array(change, { maxLength: 2 }),
  acts: fc.array(act, { maxLength: 1 }),
  suite,
  death,
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Act = Step['acts'][number];
type World = ReturnType<typeof incidentWorld>;

const stored = (world: World): readonly Silence[] =>
  (world.store.items.get(SILENCES)?.value.silences ?? []) as readonly Silence[];

const doAct = async (world: World, each: Act): Promise<void> => {
  const all = stored(world);
  const common = { id: `s${all.length}`, since: world.now(), reason: 'known', by: 'me' };
  if (each.act === 'end') {
    const at = each.which % Math.max(1, all.length);
    return world.silence(all.map((one, index) => (index === at ? { ...one, until: world.now() } : one)));
  }
  if (each.act === 'silence')
    return world.silence([...all, { ...common, ...each.what, until: world.now() + startOf(each.runs) }]);
  const told = new Set(world.told().map(({ incident }) => incident?.key));
  const open = world.board().open.filter(({ key }) => told.has(key));
  const incident = open[each.which % Math.max(1, open.length)]?.key;
  return incident === undefined ? undefined : world.silence([...all, { ...common, incident, until: null }]);
};

const play = async (world: World, { changes, acts, suite: one, death: dies }: Step): Promise<void> => {
  for (const { endpoint, fault, on } of changes) {
    const faults = world.faults.get(endpoint);
    if (on) faults?.add(fault);
    else faults?.delete(fault);
  }
  for (const each of acts) await doAct(world, each);
  await world.run(one, (ports) => (dies === null ? ports : dying(ports, dies)));
};

const rounds = async (world: World, count: number): Promise<void> => {
  for (let times = 0; times < count; times += 1) for (const one of SUITES) await world.run(one);
};

const checksOf = ({ store }: World) =>
  [...store.items.values()].flatMap(({ value: { key, checks } }) =>
    Object.entries(checks).map(([id, state]) => ({ key, id, ...state })),
  );

/** All silences are over, for longer than anything is remembered. Acknowledgements stay. */
const lapse = async (world: World): Promise<void> => {
  await world.silence(stored(world).map((each) => (each.until === null ? each : { ...each, until: world.now() })));
  await rounds(world, 10);
};

const steps = fc.array(step, { minLength: 1, maxLength: 14 });
const remindAfter = fc.constantFrom(3, 1000);

describe('whatever is silenced, for however long, and whichever report dies', () => {
  test('once the silences are over, what is not right is told, in an incident that was told', async () => {
    await fc.assert(
      fc.asyncProperty(steps, remindAfter, async (all, after) => {
        const world = incidentWorld(ENDPOINTS, startOf(after));
        for (const each of all) await play(world, each);
        await lapse(world);
        const { open } = world.board();
        expect(open.filter(({ silence }) => silence !== undefined)).toEqual([]);
        const told = new Set(
          world
            .told()
            .filter((each) => !isEnd(each))
            .map(({ incident }) => incident?.key),
        );
        for (const { key } of open) expect(told).toContain(key);
        const named = new Set(open.flatMap(({ own, echoes }) => [...own, ...echoes]));
        for (const { key, id, candidate, announced } of checksOf(world)) {
          // `resumption` has a result only while the endpoint is down: else its last one says nothing.
          if (candidate === 'pass' || id.endsWith('/resumption')) continue;
          expect([id, announced?.level]).not.toEqual([id, 'ok']);
          expect([id, announced]).not.toEqual([id, null]);
          expect(named).toContain(key);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('each closing follows an opening of the same key, each opening has one closing, and nothing stays open', async () => {
    await fc.assert(
      fc.asyncProperty(steps, remindAfter, fc.boolean(), async (all, after, lapsed) => {
        const world = incidentWorld(ENDPOINTS, startOf(after));
        for (const each of all) await play(world, each);
        if (lapsed) await lapse(world);
        for (const faults of world.faults.values()) faults.clear();
        await rounds(world, 10);
        expect(world.board().open).toEqual([]);
        expect(checksOf(world).filter(({ announced }) => announced !== null && announced.level !== 'ok')).toEqual([]);
        expect([...world.store.items.values()].flatMap(({ value }) => value.due)).toEqual([]);
        const byKey = Map.groupBy(world.told(), ({ incident }) => incident?.key ?? '');
        expect(byKey.has('')).toBe(false);
        for (const items of byKey.values()) {
          expect(items.length).toBeGreaterThan(1);
          expect(items.map(isEnd)).toEqual([...items.slice(1).map(() => false), true]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('what a silence names is not told while it holds, and neither is an acknowledged incident', async () => {
    await fc.assert(
      fc.asyncProperty(steps, remindAfter, async (all, after) => {
        const world = incidentWorld(ENDPOINTS, startOf(after));
        for (const each of all) {
          const before = world.told().length;
          await play(world, { ...each, death: null });
          const holding = activeSilences(stored(world), world.now());
          const news = world
            .told()
            .slice(before)
            .filter((item) => !isEnd(item));
          for (const { endpoint, cause, owner, incident } of holding) {
            const covered = news.filter(
              (item) =>
                (endpoint === undefined || item.endpoints.every((name) => name === endpoint)) &&
                (cause === undefined || cause === item.cause || cause === item.code) &&
                (owner === undefined || owner === item.owner),
            );
            // Another endpoint of an acknowledged incident is news.
            if (incident === undefined) expect(covered).toEqual([]);
            else
              expect(news.filter(({ kind, incident: of }) => of?.key === incident && kind === 'reminder')).toEqual([]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** What the first fault hides or explains of the second, at the same endpoint; as in `incidents.laws.test.ts`. */
const CAUSE_OF: Partial<Readonly<Record<WorldFault, string>>> = {
  down: 'ENDPOINT_DOWN',
  refused: 'CONTROL_REFUSED',
  open: 'CLIENT_CERTIFICATE_OPTIONAL',
  unverified: 'ASKS_BUT_DOES_NOT_VERIFY',
  foreign: 'ANY_IDENTITY_ACCEPTED',
  weak: 'SERVED_KEY_WEAK',
};
const EXPLAINED: Partial<Readonly<Record<WorldFault, readonly WorldFault[]>>> = {
  down: [...WORLD_FAULTS],
  unverified: ['foreign'],
  weak: ['expiring', 'ending', 'ended'],
};
const pairs = WORLD_FAULTS.flatMap((first) => WORLD_FAULTS.map((second) => [first, second] as const)).filter(
  ([first, second]) => CAUSE_OF[first] !== undefined && first !== second && !EXPLAINED[first]?.includes(second),
);

describe('a silence of one cause', () => {
  const silenced = async (first: WorldFault, own: Partial<Silence> = {}) => {
    const world = incidentWorld(ENDPOINTS);
    const cause = CAUSE_OF[first] ?? '';
    await world.silence([{ id: 's', since: 0, until: startOf(10_000), reason: 'known', by: 'me', cause, ...own }]);
    world.faults.get('a')?.add(first);
    await rounds(world, 3);
    return world;
  };

  test.each(Object.keys(CAUSE_OF) as WorldFault[])('%s is silent with all that follows from it', async (first) => {
    const world = await silenced(first);
    // Who verifies nothing admits another identity, too: in this world that is a cause of its own.
    expect(world.told().filter(({ cause }) => cause !== 'ANY_IDENTITY_ACCEPTED')).toEqual([]);
    expect(world.board().open.map(({ silence }) => silence)).toContain('s');
  });

  test.each(pairs)('%s does not silence %s at the same endpoint', async (first, second) => {
    const world = await silenced(first);
    const before = world.told().length;
    world.faults.get('a')?.add(second);
    await rounds(world, 3);
    expect(world.told().slice(before)).toHaveLength(1);
  });

  test('at one endpoint does not silence the same cause at another one', async () => {
    const world = await silenced('open', { endpoint: 'a' });
    world.faults.get('b')?.add('open');
    await rounds(world, 2);
    expect(world.told().map(({ endpoints }) => endpoints)).toEqual([['b']]);
  });
});

test('a record of silences that nobody can read silences nothing', async () => {
  const world = incidentWorld(ENDPOINTS);
  const bad = [null, 7, {}, { id: 'all', since: 0, until: startOf(9999), reason: 'x', by: 'y' }] as never;
  await world.silence(bad);
  world.faults.get('a')?.add('open');
  await rounds(world, 1);
  expect(world.told()).toHaveLength(1);
});

test('a change that is silenced waits, holds nothing up, and is told when the silence is over', async () => {
  const world = incidentWorld(['a']);
  const silence = { id: 's', since: 0, reason: 'renewal', by: 'me', cause: 'SERVED_CHAIN_CHANGED' };
  await world.silence([{ ...silence, until: startOf(1000) }]);
  await world.run('certificates');
  const key = 'endpoint/a/default/certificates';
  const change = at('a', 'served-certificate', { kind: 'change', code: 'SERVED_CHAIN_CHANGED', cause: null });
  const { incident: _, ...transition } = { ...change, check: 'a/served-certificate' };
  const stored = world.store.items.get(key);
  if (stored === undefined) throw new Error('no item');
  world.store.items.set(key, { ...stored, value: { ...stored.value, due: [{ transition, claim: null }] } });
  expect(await announce(world.ports, [key], { id: 'again' }, NO_ORIGIN)).toEqual({
    ...{ published: 0, pending: 0, failures: [] },
  });
  world.faults.get('a')?.add('ended');
  await world.run('certificates');
  expect(world.told().map(({ code }) => code)).toEqual(['SERVED_CHAIN_EXPIRED']);
  await world.silence([{ ...silence, until: world.now() }]);
  await world.run('enforcement');
  expect(world.told().map(({ code }) => code)).toEqual(['SERVED_CHAIN_EXPIRED', 'SERVED_CHAIN_CHANGED']);
});

test('each message lists what is silenced, in its document and in its mail', async () => {
  const world = incidentWorld(ENDPOINTS);
  const silence = { id: 's', since: 0, until: startOf(1000), reason: 'new \u202egateway', by: 'ada', endpoint: 'a' };
  await world.silence([silence, { ...silence, id: 'over', until: 1 }]);
  world.faults.get('a')?.add('open');
  await rounds(world, 1);
  expect(world.sent).toEqual([]);
  world.faults.get('b')?.add('open');
  await rounds(world, 1);
  const body = JSON.parse(world.sent[0]?.body ?? '');
  expect(notificationSchema.parse(JSON.parse(body.default)).silences).toMatchObject([{ id: 's', incidents: 1 }]);
  expect(body.email).toMatch(/^Silenced: endpoint a, until 1970-01-\d\d \d\d:\d\d UTC: new .*gateway \(by ada\)$/m);
  expect(body.email).not.toContain('\u202e');
});

describe('an incident that is known', () => {
  const acknowledged = async (fault: WorldFault) => {
    const world = incidentWorld(ENDPOINTS, startOf(3));
    world.faults.get('a')?.add(fault);
    await rounds(world, 2);
    const [incident = ''] = world.told().map((item) => item.incident?.key ?? '');
    await world.silence([{ id: 'k', since: world.now(), until: null, reason: 'known', by: 'me', incident }]);
    return { world, told: world.told().length, incident };
  };

  test('is not told of again until its closing, not even when it has come', async () => {
    const { world, told, incident } = await acknowledged('ending');
    await rounds(world, 6);
    world.faults.get('a')?.delete('ending');
    world.faults.get('a')?.add('ended');
    await rounds(world, 6);
    expect(world.told()).toHaveLength(told);
    world.faults.get('a')?.clear();
    await rounds(world, 3);
    expect(world.told().slice(told)).toMatchObject([{ kind: 'recovery', incident: { key: incident } }]);
  });

  test('is told of again at another endpoint, and when it is no longer acknowledged', async () => {
    const { world, told, incident } = await acknowledged('ended');
    world.faults.get('b')?.add('ended');
    await rounds(world, 1);
    expect(world.told().slice(told)).toMatchObject([{ endpoints: ['b'], incident: { key: incident } }]);
    await world.silence([]);
    await rounds(world, 3);
    expect(world.told()[told + 1]).toMatchObject({ kind: 'reminder', incident: { key: incident } });
  });
});
