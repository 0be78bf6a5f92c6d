/**
 * One cell of docs/reliability.md: a hundred endpoints, of which fifty are opened and fifty closed since the last run, and one kind of call that meets one
 * fault. Runs are made until all is told; the proxy, the queue and the table say what became of it.
 */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readRegistry } from '../../../infra/monitor-registry.ts';
import { type Ended, runThrough } from '../../helpers/machine-steps.ts';
import { type BareMonitor, bareMonitor } from './bare-monitor.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { ProxyFault } from './fault-proxy.ts';

import { configOf } from './monitor.ts';
import { type RelyingParty, relyingParty } from './relying-party.ts';
import { storeIdentity, type World } from './world.ts';

const HALF = 50;
const MINUTE = 60_000;
/** Runs are five minutes apart. */
const EVERY = 5 * MINUTE;
/** The least that the probe function begins with: where a table fails all through a run, the function tries until its end. */
const SHORT_PROBE = 62_000;
/** Runs after the fault, at the most. */
const HEALING = 4;

const named = (from: number) => Array.from({ length: HALF }, (_, at) => `e${from + at}`);
const [OPENED, CLOSED] = [named(0), named(HALF)];

/** A kind of call of a function. `given`: faults without which the function does not make it. */
export type Row = { readonly by: string; readonly call: string; readonly given?: readonly ProxyFault[] };

type Deployment = ReturnType<typeof readRegistry>['deployment'];
export type Fleet = {
  readonly world: Pick<World, 'emulator' | 'pki'>;
  readonly deployment: Deployment;
  /** The state after a run in which the second half was open. */
  readonly before: readonly Record<string, AttributeValue>[];
  readonly began: number;
  readonly stop: () => Promise<void>;
};

const SKIPPED = ['plaintext', 'untrusted-issuer', 'self-signed', 'lookalike-issuer', 'leaf-as-issuer', 'wrong-usage'];
const ALSO_SKIPPED = [
  'expired',
  'not-yet-valid',
  'sni-bypass',
  'resumption',
  'resumed-identity',
  'missing-intermediate',
];

const registryOf = ({ pki: { files } }: Pick<World, 'pki'>, parties: readonly RelyingParty[]) => ({
  version: 1,
  defaults: { timeout: '2s', settleAfter: 1 },
  trustBundles: { lab: { file: files.ca } },
  identities: { payments: { secret: 'monitor/identity/payments' } },
  endpoints: [OPENED, CLOSED].flatMap((names, at) =>
    names.map((name) => ({
      ...{
        name,
        url: `https://127.0.0.1:${parties[at]?.port}/`,
        trustBundle: 'lab',
        admits: ['payments'],
        refuses: [],
      },
      tlsVersions: ['1.2'],
      limits: { perAddress: 20 },
      skip: [...SKIPPED, ...ALSO_SKIPPED].map((scenario) => ({ scenario, reason: 'one check is enough here' })),
    })),
  ),
});

/** Makes the fleet's first run, then opens one half of it and closes the other. */
export const startFleet = async (world: Fleet['world']): Promise<Fleet> => {
  const parties = [await relyingParty(world.pki.files), await relyingParty(world.pki.files)] as const;
  const [first, second] = parties;
  await Promise.all([first.become('strict'), second.become('open'), storeIdentity(world, 'payments')]);
  const { deployment } = readRegistry(registryOf(world, parties));
  const began = Date.now();
  const monitor = await bareMonitor(world.emulator, 'first', deployment);
  const ended = await runThrough(monitor.machine, { id: 'first', startedAt: began, schedule: 'default' });
  const before = await monitor.items();
  await monitor.stop();
  if (ended.as !== 'SUCCEEDED' || ended.failed.length > 0) throw new Error(`The first run: ${JSON.stringify(ended)}`);
  await Promise.all([first.become('open'), second.become('strict')]);
  const stop = async () => void (await Promise.all(parties.map((party) => party.become('down'))));
  return { world, deployment, before, began, stop };
};

type Message = {
  readonly id: string;
  readonly kind: string;
  readonly items: readonly {
    readonly code: string;
    readonly checks: readonly string[];
    readonly incident?: { readonly key: string } | null | undefined;
    readonly endpoints: readonly string[];
  }[];
};
export type Run = Ended & {
  readonly messages: readonly Message[];
  readonly chat: number;
  readonly completed: boolean;
};

/** What became of one fault. */
export type Told = {
  readonly row: Row;
  readonly fault: FaultKind;
  /** The runs, the first with the fault. */
  readonly runs: readonly Run[];
  /** Number of runs with the fault. */
  readonly faulty: number;
  /** Endpoints whose opening or closing nobody was told of. */
  readonly lost: readonly string[];
  /** States or messages that still wait. */
  readonly waiting: number;
  readonly seen: BareMonitor['proxy']['seen'];
  /** Calls whose fault was never met: the cell shows nothing. */
  readonly unmet: readonly string[];
};

export const isBlind = (run: Run): boolean => run.messages.some(({ kind }) => kind === 'blind');

/** How many runs of this monitor said that they are complete. */
const completions = async ({ world: { emulator }, began }: Fleet, MonitorName: string): Promise<number> => {
  const command = new GetMetricStatisticsCommand({
    Namespace: 'MtlsMonitor',
    MetricName: 'RunCompleted',
    Dimensions: [{ Name: 'Monitor', Value: MonitorName }],
    StartTime: new Date(began - 60 * MINUTE),
    EndTime: new Date(began + 120 * MINUTE),
    Period: 4 * 60 * 60,
    Statistics: ['Sum'],
  });
  const { Datapoints = [] } = await new CloudWatchClient(configOf(emulator)).send(command);
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
};

const toldOf = (runs: readonly Run[], kind: string): ReadonlySet<string> =>
  new Set(
    runs.flatMap(({ messages }) =>
      messages.filter((each) => each.kind === kind).flatMap(({ items }) => items.flatMap(({ endpoints }) => endpoints)),
    ),
  );

export const untold = (runs: readonly Run[]): readonly string[] => [
  ...OPENED.filter((name) => !toldOf(runs, 'regression').has(name)),
  ...CLOSED.filter((name) => !toldOf(runs, 'recovery').has(name)),
];

const isWell = ({ as, failed, completed }: Run): boolean => as === 'SUCCEEDED' && failed.length === 0 && completed;

export const tellOf = async (fleet: Fleet, name: string, row: Row, fault: FaultKind): Promise<Told> => {
  const { world, deployment, before, began } = fleet;
  const monitor = await bareMonitor(world.emulator, name, deployment, before);
  const [service = ''] = row.call.split(' ');
  const own: ProxyFault = {
    ...{ by: row.by, call: row.call, effect: fault.effect(service) },
    ...{ times: fault.times, after: fault.after?.(row.call) ?? 0 },
  };
  const isEndless = row.by === 'probe' && service === 'dynamodb' && fault.name === '5xx';
  const runs: Run[] = [];
  let completed = 0;
  const oneMore = async () => {
    const at = runs.length + 1;
    const ended = await runThrough(monitor.machine, {
      ...{ id: `${name}-${at}`, startedAt: began + at * EVERY, schedule: 'default' },
      ...(isEndless && runs.length === 0 && { probing: SHORT_PROBE }),
    });
    const messages = (await monitor.inbox.receive()).map(({ document }) => document);
    const now = await completions(fleet, name);
    runs.push({ ...ended, messages, chat: (await monitor.chat.raw()).length, completed: now > completed });
    completed = now;
  };
  try {
    monitor.proxy.fail([...(row.given ?? []), own]);
    await oneMore();
    if (fault.lasts) await oneMore();
    const unmet = monitor.proxy.unmet().map(({ call }) => call);
    monitor.proxy.fail([]);
    const faulty = runs.length;
    const isQuiet = () => runs.every((run) => isWell(run) && !isBlind(run)) && untold(runs).length === 0;
    const isOver = () => runs.slice(faulty).some(isWell) || isQuiet();
    while (runs.length < faulty + HEALING && !isOver()) await oneMore();
    const items = await monitor.items();
    const waiting = items.filter(({ pending }) => pending !== undefined).length;
    return { row, fault, runs, faulty, lost: untold(runs), waiting, seen: monitor.proxy.seen, unmet };
  } finally {
    await monitor.stop();
  }
};
