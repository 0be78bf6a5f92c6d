/** The schedules of killed runs, and the laws that hold for all of them. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { ENDPOINTS, type EndpointName } from './killed-account.ts';
import {
  type Fate,
  freshAccount,
  hasMarked,
  LATER,
  type Outcome,
  type Publication,
  playWave,
  publications,
  type Wave,
  waiting,
} from './killed-runs.ts';

const MINUTE = 60_000;
/** A probe makes six calls or so, a report with something to tell some thirty. */
const at = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 30 }));
const fate: fc.Arbitrary<Fate> = fc.option(fc.record({ kind: fc.constantFrom('before', 'after', 'abandoned'), at }), {
  freq: 4,
});
const wave = fc.record({
  executions: fc.array(fc.boolean(), { minLength: 1, maxLength: 2 }),
  fates: fc.array(fate, { maxLength: 30, size: 'max' }),
  storm: fc.constantFrom(false, false, false, false, true),
  pause: fc.constantFrom(MINUTE, 5 * MINUTE, LATER),
  room: fc.constantFrom(1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
});
/** An endpoint is opened in one wave, and closed in a later one or not at all: more changes would be flapping. */
const life = fc.record({ opened: fc.nat({ max: 5 }), lasts: fc.integer({ min: 1, max: 6 }) });
export const schedules = fc.record({
  waves: fc.array(wave, { minLength: 2, maxLength: 5 }),
  lives: fc.tuple(life, life, life),
});
type Schedule = typeof schedules extends fc.Arbitrary<infer S> ? S : never;

const openAt = ({ lives }: Schedule, at: number): ReadonlySet<EndpointName> =>
  new Set(
    ENDPOINTS.filter((_, each) => {
      const { opened, lasts } = lives[each] ?? { opened: 99, lasts: 0 };
      return opened <= at && at < opened + lasts;
    }),
  );

const quiet = (id: string, open: Wave['open']): Wave => ({
  ...{
    open,
    executions: [{ id, scheduled: false }],
    fates: [],
    storm: false,
    pause: LATER,
    room: Number.POSITIVE_INFINITY,
  },
});

type Lived = { readonly open: Wave['open']; readonly outcomes: readonly Outcome[] };

const live = async (schedule: Schedule): Promise<readonly Lived[]> => {
  const lived: Lived[] = [];
  const add = async (own: Wave) => void lived.push({ open: own.open, outcomes: await playWave(own) });
  await add(quiet('first', new Set()));
  for (const [at, { executions, ...own }] of schedule.waves.entries()) {
    const ids = executions.map((scheduled, each) => ({ id: `run-${at}-${each}`, scheduled }));
    await add({ ...own, open: openAt(schedule, at), executions: ids });
    spoken(lived.at(-1) as Lived);
  }
  const last = openAt(schedule, schedule.waves.length - 1);
  for (let each = 0; each < 3; each += 1) await add(quiet(`healthy-${each}`, last));
  return lived;
};

/** Incomplete runs that people know of: announced as `blind`, and not recovered since. */
const blindNow = (): number =>
  publications()
    .filter(({ document: { id } }, at, all) => all.findIndex((each) => each.document.id === id) === at)
    .reduce((sum, { document: { kind, items } }) => {
      if (!items.some(({ endpoint }) => endpoint === null)) return sum;
      return kind === 'blind' ? sum + 1 : kind === 'recovery' ? sum - 1 : sum;
    }, 0);

/** Nothing is silent: a run that was not completed fails, or is announced, or its announcement is in the hands of a report that was given up and goes on. */
const spoken = ({ outcomes }: Lived): void => {
  const silent = outcomes.filter(({ as, completed }) => as === 'SUCCEEDED' && !completed);
  if (silent.length > 0 && outcomes.length === 1) expect(blindNow() + waiting().length).toBeGreaterThan(0);
};

const firsts = () =>
  publications().filter(({ document: { id } }, at, all) => all.findIndex((each) => each.document.id === id) === at);

/** What people were told of an endpoint, in order: whether it is open. */
const toldOf = (name: EndpointName): readonly boolean[] =>
  firsts().flatMap(({ document: { kind, items } }) =>
    items.flatMap(({ endpoints }) =>
      endpoints.includes(name) && (kind === 'regression' || kind === 'recovery') ? [kind === 'regression'] : [],
    ),
  );

const changes = (levels: readonly boolean[]): readonly boolean[] =>
  levels.filter((level, at) => level !== (levels[at - 1] ?? false));

const isPartOf = (part: readonly boolean[], whole: readonly boolean[]): boolean => {
  let at = 0;
  for (const each of whole) if (at < part.length && part[at] === each) at += 1;
  return at === part.length;
};

/** An incident stays open for as long as one of its endpoints is: in it, an endpoint may come back to right and open again, and nobody is told. */
const toldInOrder = (lived: readonly Lived[], name: EndpointName): void => {
  const levels = lived.map(({ open }) => open.has(name));
  const completed = lived.filter(({ outcomes }) => outcomes.some((own) => own.completed));
  const told = toldOf(name);
  expect(told, `${name} alternates`).toEqual(changes(told));
  expect(isPartOf(told, changes(levels)), `${name}: ${levels} was there, ${told} was told`).toBe(true);
  if (completed.some(({ open }) => open.has(name))) expect(told, `${name} is told`).toContain(true);
  const last = lived.at(-1)?.open ?? new Set();
  if (last.has(name)) expect(told.at(-1), `${name} is open`).toBe(true);
  if (last.size === 0) expect(told.at(-1) ?? false, `${name} is closed`).toBe(false);
};

/** Whether the fate of an invocation came before its end. */
const wasStruck = ({ fate, calls }: Publication['by']): boolean => fate !== null && fate.at <= calls;

/** A message comes again only from a report that was killed, or given up, between its publication and its mark. */
const repeatedWithReason = (): void => {
  for (const [id, all] of Map.groupBy(publications(), ({ document }) => document.id)) {
    expect(new Set(all.map(({ body }) => body)).size, id).toBe(1);
    const whole = all.filter(
      (each) => each.by.fate === null || (hasMarked(each) && each.by.fate.kind !== 'abandoned') || !wasStruck(each.by),
    );
    expect(whole.length, `${id} was published ${all.length} times`).toBeLessThanOrEqual(1);
  }
};

export const hold = async (schedule: Schedule, scheduler: fc.Scheduler): Promise<void> => {
  freshAccount(scheduler);
  const lived = await scheduler.waitFor(live(schedule));
  for (const name of ENDPOINTS) toldInOrder(lived, name);
  repeatedWithReason();
  expect(waiting()).toEqual([]);
  expect(lived.slice(-3).map(({ outcomes }) => outcomes.map(({ as, completed }) => [as, completed]))).toEqual(
    Array.from({ length: 3 }, () => [['SUCCEEDED', true]]),
  );
};
