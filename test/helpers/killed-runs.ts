/**
 * Runs through the handlers of the functions, on AWS in memory, with functions that are killed at any call and executions that are started twice. The
 * sweep alone is simulated: what an endpoint shows is what the plan of the test says.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type fc from 'fast-check';
import { vi } from 'vitest';
import type { Notification } from '../../shared/model/notification.ts';
import type { BatchRef } from '../../shared/model/run.ts';
import { type EndpointName, REGISTRY, setEnvironment } from './killed-account.ts';
import { type Ended, type Invocation, type Invoked, type Machine, runThrough } from './machine-steps.ts';
import { type Around, memoryAws } from './memory-aws.ts';
import { sweepIn } from './simulated-sweep.ts';

vi.mock('../../shared/pipeline/run/check-endpoints.ts', async () => ({
  checkEndpoints: (await import('./simulated-sweep.ts')).simulatedSweep,
}));
// Its threads end in any order: the same seed has to give the same run.
vi.mock('node:zlib', async (original) => {
  const zlib = await original<typeof import('node:zlib')>();
  type Done = (error: Error | null, bytes: Uint8Array) => void;
  return {
    ...zlib,
    gzip: (text: string, done: Done) => done(null, zlib.gzipSync(text)),
    gunzip: (bytes: Uint8Array, done: Done) => done(null, zlib.gunzipSync(bytes)),
  };
});
// Nor is a report's text what these runs are about.
vi.mock('../../functions/report/packed-text.ts', () => ({ packedText: async () => new Uint8Array() }));

const MINUTE = 60_000;
/**
 * What befalls one invocation at its `at`-th call of AWS. `before`: it dies, and the call is not done. `after`: it dies once the call is done.
 * `abandoned`: whoever waits for it gives it up and tries again, while it goes on.
 */
export type Fate = { readonly kind: 'before' | 'after' | 'abandoned'; readonly at: number } | null;

type Own = { readonly run: string; readonly fate: Fate; calls: number; dead: boolean; readonly fail: () => void };
export type Publication = { readonly document: Notification; readonly body: string; readonly by: Own };

class Killed extends Error {
  override readonly name = 'Killed';
}

const invocation = new AsyncLocalStorage<Own>();
const seen = {
  publications: [] as Publication[],
  completed: new Set<string>(),
  marked: new Map<Own, Set<string>>(),
};
let turn: () => Promise<unknown> = async () => undefined;
let now = 0;
let fates: Fate[] = [];
let storm = false;

const nextFate = (name: Invocation['name']): Fate =>
  storm && name === 'probe' ? { kind: 'before', at: 1 } : (fates.shift() ?? null);

const note = (own: Own, name: string, input: unknown): void => {
  const {
    TopicArn,
    Message = '',
    MetricData = [],
    UpdateExpression = '',
    Key,
  } = input as {
    TopicArn?: string;
    Message?: string;
    MetricData?: readonly { MetricName?: string }[];
    UpdateExpression?: string;
    Key?: { readonly pk?: { readonly S: string } };
  };
  if (name === 'Publish' && TopicArn?.endsWith('topic'))
    seen.publications.push({ document: JSON.parse(JSON.parse(Message).default), body: Message, by: own });
  if (MetricData.some(({ MetricName }) => MetricName === 'RunCompleted')) seen.completed.add(own.run);
  if (UpdateExpression.includes('REMOVE message'))
    seen.marked.set(own, (seen.marked.get(own) ?? new Set()).add(Key?.pk?.S ?? ''));
};

/** Calls that an abandoned invocation is held up for. */
const HELD_UP = 30;

const around: Around = async (name, input, work) => {
  const own = invocation.getStore();
  if (own === undefined) throw new Error(`A call of nobody: ${name}`);
  if (own.dead) throw new Killed();
  own.calls += 1;
  const mine = own.calls === own.fate?.at ? own.fate.kind : null;
  if (mine === 'abandoned') {
    own.fail();
    for (let held = 0; held < HELD_UP; held += 1) await turn();
  }
  await turn();
  if (mine === 'before') own.dead = true;
  if (own.dead) {
    own.fail();
    throw new Killed();
  }
  const done = work();
  note(own, name, input);
  if (mine === 'after') {
    own.dead = true;
    own.fail();
    throw new Killed();
  }
  return done;
};

const aws = memoryAws(around);
vi.spyOn(Date, 'now').mockImplementation(() => now);
setEnvironment();

type Handler = (event: never, context: never) => Promise<unknown>;
const handlers: Readonly<Record<Invocation['name'], Handler>> = {
  plan: (await import('../../functions/plan/handler.ts')).handler,
  probe: (await import('../../functions/probe/handler.ts')).handler,
  report: (await import('../../functions/report/handler.ts')).handler,
};

const runOf = ({ key, execution }: { readonly key?: string; readonly execution?: { readonly id: string } }): string =>
  execution?.id ?? key?.split('/')[1] ?? '';

const invoke = ({ name, event, remaining }: Invocation): Promise<Invoked> =>
  new Promise((resolve) => {
    const fail = () => resolve({ ok: false, error: 'Killed', message: 'killed' });
    const own: Own = { run: runOf(event as object), fate: nextFate(name), calls: 0, dead: false, fail };
    const context = { getRemainingTimeInMillis: () => remaining };
    invocation
      .run(own, () => handlers[name](event as never, context as never))
      .then(
        (value) => resolve({ ok: true, value }),
        (error: Error) => resolve({ ok: false, error: error.name, message: error.message }),
      );
  });

const machine: Machine = {
  invoke,
  readItems: async (key) => JSON.parse(Buffer.from(aws.objects.get(key) ?? []).toString()) as readonly BatchRef[],
  each: (refs, work) => Promise.all(refs.map(work)),
};

export type Execution = { readonly id: string; readonly scheduled: boolean };
export type Wave = {
  readonly open: ReadonlySet<EndpointName>;
  readonly executions: readonly Execution[];
  readonly fates: readonly Fate[];
  /** Whether each probe function dies at its first call. */
  readonly storm: boolean;
  /** Until the next wave, milliseconds. */
  readonly pause: number;
  /** Endpoints of a batch that a sweep has time for. */
  readonly room: number;
};

/** Begins with an empty account in which the registry is deployed. */
export const freshAccount = (scheduler: fc.Scheduler | null): void => {
  aws.clear();
  aws.objects.set('registry.json', Buffer.from(JSON.stringify(REGISTRY)));
  seen.publications.length = 0;
  seen.completed.clear();
  seen.marked.clear();
  now = Date.UTC(2026, 0, 1);
  turn = scheduler === null ? async () => undefined : () => scheduler.schedule(Promise.resolve());
};

export type Outcome = Ended & { readonly id: string; readonly completed: boolean };

export const playWave = async (wave: Wave): Promise<readonly Outcome[]> => {
  fates = [...wave.fates];
  storm = wave.storm;
  sweepIn.open = wave.open;
  sweepIn.room = wave.room;
  const startedAt = now;
  const ended = await Promise.all(
    wave.executions.map(async ({ id, scheduled }) => ({
      ...(await runThrough(machine, { id, startedAt, schedule: scheduled ? 'default' : null })),
      id,
    })),
  );
  now += wave.pause;
  return ended.map((each) => ({ ...each, completed: seen.completed.has(each.id) }));
};

export const publications = (): readonly Publication[] => seen.publications;
/** Whether an invocation marked a message as published. */
export const hasMarked = ({ by, document }: Publication): boolean =>
  seen.marked.get(by)?.has(`message/${document.id}`) === true;
/** Keys of the items that still wait. */
export const waiting = (): readonly string[] =>
  [...aws.items].flatMap(([key, { pending }]) => (pending === undefined ? [] : [key]));
export const LATER = 11 * MINUTE;
