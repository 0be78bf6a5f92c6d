/**
 * The monitor as AWS runs it, under a simulated clock: every run of the schedule is planned, judged, recorded and reported by the product. Servers are
 * probed when something changed, and when the last results are older than `fresh`; in between, a run has the results of the last one.
 */
import { Duration } from 'aws-cdk-lib';
import { scheduledRuns } from '../../../infra/monitor-schedules.ts';
import { spread } from '../../../infra/schedule-minutes.ts';
import { readSource } from '../../../shared/claims/read-source.ts';
import type { Reading } from '../../../shared/model/claim.ts';
import type { Origin } from '../../../shared/model/notification.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { Batch, BatchResult, TrustBundle } from '../../../shared/model/run.ts';
import { HOUR, type Instant, MINUTE, type Milliseconds, SECOND } from '../../../shared/model/time.ts';
import type { OutgoingMessage, SecretResult } from '../../../shared/pipeline/ports.ts';
import { checkEndpoints } from '../../../shared/pipeline/run/check-endpoints.ts';
import type { Checked } from '../../../shared/pipeline/run/checked.ts';
import { deployedSources } from '../../../shared/pipeline/run/deployed-sources.ts';
import { type ReportPorts, reportRun } from '../../../shared/pipeline/run/report-run.ts';
import { storeBatch } from '../../../shared/pipeline/run/run-batch.ts';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { goneFrom, plannedPlaces } from '../../../shared/plan/planned-places.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { digest } from '../../../shared/publish/groups.ts';
import { formatErrors } from '../../../shared/registry/format.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { memoryMessageStore, memoryStandingStore, memoryStateStore } from '../../helpers/memory-store.ts';

/** What the monitor is deployed with, and what its secrets hold. Changed in place, before `changed`. */
export type Deployment = {
  endpoints: readonly { readonly name: string; readonly [field: string]: unknown }[];
  identities: Readonly<Record<string, object>>;
  bundle: TrustBundle;
  /** The registry’s `sources`. Default: none. */
  sources?: Readonly<Record<string, object>>;
  /** What clusters have exported, by source; `at`: when, not later than now. Default: nothing. */
  exports?: Readonly<Record<string, { readonly text: string; readonly at: Instant }>>;
  /** By name; a string is a value, an object says why it cannot be read. */
  secrets: Readonly<Record<string, string | { readonly reason: string }>>;
};

export type Told = { readonly at: Instant; readonly message: OutgoingMessage };
export type Done = { readonly at: Instant; readonly what: string };

const MONITOR = 'payments-monitor';
/** A run's plan and the functions are of one registry: nobody deploys while a run lasts. */
const REGISTRY = 'deployed';
const ORIGIN: Origin = {
  ...{ monitor: MONITOR, account: '111122223333', region: 'eu-west-1' },
  links: { dashboard: null, run: null, runbook: null },
};

const registryOf = ({ endpoints, identities, sources }: Deployment): Registry => {
  const text = JSON.stringify({
    version: 1,
    trustBundles: { corp: { file: 'corp.pem' } },
    identities,
    ...(sources !== undefined && { sources }),
    endpoints: endpoints.map((endpoint) => ({ trustBundle: 'corp', admits: ['checkout'], timeout: '4s', ...endpoint })),
  });
  const parsed = parseRegistry(text, '/registry.yaml');
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors, text, 'registry.yaml'));
  return parsed.value.registry;
};

/** In which minutes which suite starts. */
const minutesOf = (registry: Registry) => {
  const runs = scheduledRuns(registry);
  return spread(runs, MONITOR).map(({ expressionString }, index) => {
    const [, from = '', every = '60'] = /^cron\((\d+)(?:\/(\d+))? /.exec(expressionString) ?? [];
    if (from === '') throw new Error(`${expressionString} names no minute`);
    const { suite = 'enforcement', every: interval = Duration.hours(1) } = runs[index] ?? {};
    if (interval.toMinutes() !== Number(every)) throw new Error(`${expressionString} is not every ${interval}`);
    return { suite, from: Number(from), every: Number(every) };
  });
};

export type Stage = ReturnType<typeof openStage>;

/** `fresh`: how old results may be at the most while nothing changed; dates are judged by the run that probed. */
export const openStage = (begun: Instant, deployment: Deployment, fresh: Milliseconds = Number.POSITIVE_INFINITY) => {
  const [store, messages, standings] = [memoryStateStore(), memoryMessageStore(), memoryStandingStore()];
  const told: Told[] = [];
  const done: Done[] = [];
  const seen = new Map<string, { readonly checked: Checked; readonly at: Instant }>();
  let [now, runs, probed] = [begun, 0, 0];
  let registry = registryOf(deployment);
  const minutes = minutesOf(registry);
  let started = Date.now();
  const common = {
    ...{ store, messages, standings, level: 'sparse' as const, clock: () => now + 20 * SECOND },
    publish: async (message: OutgoingMessage) => void told.push({ at: now, message }),
    ...{ putMetrics: async () => {}, keepDurations: async () => {}, locks: { release: async () => {} } },
    putPlan: () => Promise.reject(new Error('nothing is carried over')),
    putResult: () => Promise.reject(new Error('nothing is carried over')),
  };
  const ports = {
    readSecrets: async (names: readonly string[]) =>
      new Map(names.map((name) => [name, secretOf(deployment.secrets[name])])),
    readStage: async () => null,
    readFile: async () => ({ ok: false as const, reason: 'files are not deployed' }),
    readEnv: () => undefined,
    limits: connectionLimits(32),
    clock: () => now + (Date.now() - started),
    deadline: () => now + HOUR,
  };
  const checkedOf = async (name: string, batch: Batch): Promise<Checked> => {
    const last = seen.get(name);
    if (last !== undefined && now - last.at < fresh) return last.checked;
    probed += 1;
    started = Date.now();
    const checked = await checkEndpoints(batch, ports);
    seen.set(name, { checked, at: now });
    return checked;
  };
  const runSuite = async (suite: Batch['run']['suite']): Promise<void> => {
    runs += 1;
    const run = {
      id: `run-${String(runs).padStart(6, '0')}`,
      startedAt: now,
      suite,
      schedule: 'default',
      registry: REGISTRY,
    };
    const gone = goneFrom(plannedPlaces(registry), run, await store.withOpen());
    const sources = await deployedSources(registry, { load: async () => readingsOf(deployment, now) });
    const batches = makeBatches(registry, run, { corp: deployment.bundle }, new Map(), sources);
    const results: BatchResult[] = [];
    for (const [index, batch] of batches.entries()) {
      const checked = await checkedOf(`${suite}/${index}`, batch);
      results.push(await storeBatch(batch, checked, { store, keep: async () => {}, registry: REGISTRY }));
    }
    const own: ReportPorts = {
      ...common,
      ...{ registry: REGISTRY, adopt: async () => {} },
      readGone: async () => (gone.length === 0 ? null : { registry: REGISTRY, keys: gone }),
      settings: registry,
      results: async function* () {
        yield* results;
      },
      batchOf: async (_run, index) => batches[index] as Batch,
    };
    const execution = { id: run.id, arn: 'arn', startedAt: new Date(now).toISOString() };
    const input = { suite, schedule: 'default', batches: batches.length, items: 'items.json' };
    const { failures, pending } = await reportRun({ execution, input }, own, ORIGIN);
    if (failures.length > 0 || pending > 0) throw new Error(`${pending} pending: ${failures.join('; ')}`);
  };
  return {
    ...{ told, done, deployment },
    open: () => (store.items.get('incidents')?.value.incidents?.open ?? []).map(({ key }) => key),
    now: () => now,
    probed: () => probed,
    /** Something was done at a server, in a secret or in the registry. An empty text is not shown. */
    changed: (what: string): void => {
      if (what !== '') done.push({ at: now, what });
      seen.clear();
      registry = registryOf(deployment);
    },
    /** Lets the schedule run on. */
    pass: async (time: Milliseconds): Promise<void> => {
      for (const until = now + time; now < until; now += MINUTE) {
        const minute = Math.round(((now - begun) % HOUR) / MINUTE);
        for (const { suite, from, every } of minutes) {
          if (minute >= from && (minute - from) % every === 0) await runSuite(suite);
        }
      }
    },
  };
};

/** As the inventory keeps them. */
const readingsOf = ({ exports = {} }: Deployment, now: Instant): readonly Reading[] =>
  Object.entries(exports).map(([source, { text, at }]) =>
    readSource([{ name: `exports/${source}/mesh.json`, text }], { source, readAt: Math.min(at, now), now }),
  );

const secretOf = (found: Deployment['secrets'][string] | undefined): SecretResult => {
  // A version that was read before is not read again.
  if (typeof found === 'string') return { ok: true, value: found, versionId: digest([found]), createdAt: null };
  return { ok: false, reason: found?.reason ?? 'does not exist' };
};
