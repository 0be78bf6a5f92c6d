/** Whole runs over small registries: planned, probed and reported by the program's own steps, with AWS in memory and servers at which every check fails. */
import { SUITES, type SuiteRequest } from '../../../shared/model/names.ts';
import type { Notification } from '../../../shared/model/notification.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { Batch, BatchResult, Gone, RunPlan } from '../../../shared/model/run.ts';
import { planRun } from '../../../shared/pipeline/run/plan-run.ts';
import { type ReportPorts, reportRun } from '../../../shared/pipeline/run/report-run.ts';
import { storeBatch } from '../../../shared/pipeline/run/run-batch.ts';
import { identityCheck, planEndpoint } from '../../../shared/plan/plan.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { fail, startOf } from '../../helpers/judged.ts';
import { memoryMessageStore, memoryStandingStore, memoryStateStore } from '../../helpers/memory-store.ts';
import { NO_ORIGIN } from '../../helpers/transition.ts';

export const NAMES = ['a', 'b', 'c', 'd'];
export const SCHEDULES = ['default', 'critical'];
/** What each endpoint is: whether it is in the registry, its schedule, and whether it skips a scenario that fails. */
export type Shape = Readonly<
  Record<string, { readonly in: boolean; readonly schedule: number; readonly skips: boolean }>
>;

const registryOf = (shape: Shape): Registry => {
  const own = Object.entries(shape).filter(([, { in: isIn }]) => isIn);
  const endpoints = own.map(([name, { schedule, skips }]) => ({
    ...{ name, url: `https://${name}.example/`, admits: ['client'], refuses: [], schedule: SCHEDULES[schedule] },
    ...(skips && { skip: [{ scenario: 'no-certificate', reason: 'by design' }] }),
  }));
  // One that always stays: a registry has an endpoint, and each schedule is used.
  const stays = SCHEDULES.map((schedule) => ({
    ...{ name: `stays-${schedule}`, url: 'https://stays.example/', admits: ['client'], refuses: [], schedule },
  }));
  const parsed = parseRegistry(
    JSON.stringify({
      ...{ version: 1, schedules: { default: {}, critical: {} }, identities: { client: { secret: 'client' } } },
      endpoints: [...endpoints, ...stays],
    }),
    '/registry.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value.registry;
};

/** Ids of all checks that its registry asks for. */
export const askedBy = (shape: Shape): ReadonlySet<string> => {
  const { endpoints, identities } = registryOf(shape);
  const planned = endpoints.flatMap((endpoint) => planEndpoint(endpoint, identities, SUITES).checks);
  return new Set([...planned, ...Object.keys(identities).map(identityCheck)].map(({ id }) => id));
};

/** `pause`: how long after its run's start, and after the last report, a report comes. AWS as the functions see it, and what was told. */
export const aWorld = (pause = 200_000) => {
  const store = memoryStateStore();
  const sent: Notification[] = [];
  const [plans, gones] = [new Map<string, RunPlan>(), new Map<string, Gone>()];
  const batches = new Map<string, readonly Batch[]>();
  const results = new Map<string, BatchResult>();
  const messages = memoryMessageStore();
  let deployed: { readonly registry: Registry; readonly digest: string } | null = null;
  let now = 0;
  const event = (id: string, at: number, input: unknown) => ({
    execution: { id, arn: 'arn', startedAt: new Date(startOf(at)).toISOString() },
    input,
  });
  return {
    ...{ store, sent },
    deploy: (shape: Shape) => {
      deployed = { registry: registryOf(shape), digest: JSON.stringify(shape) };
    },
    plan: async (id: string, at: number, input: { readonly suite: SuiteRequest; readonly schedule: string | null }) => {
      if (deployed === null) return;
      const own = deployed;
      const planned = await planRun(event(id, at, input), {
        loadRegistry: async () => ({ ...own, bundles: { public: { kind: 'system' } as const } }),
        putPlan: async (run, all) => {
          batches.set(run, all);
          return 'items';
        },
        readDurations: async () => null,
        inventory: { load: async () => [] },
        locks: { take: async () => true },
        leavers: {
          withOpen: store.withOpen,

          putGone: async (run, gone) => void gones.set(run, gone),
        },
        warn: (message) => {
          throw new Error(message);
        },
      });
      if (!('batches' in planned)) throw new Error(JSON.stringify(planned));
      plans.set(id, planned);
    },
    /** Every check fails. `reaches`: how many batches are probed. */
    probe: async (id: string, reaches: number) => {
      for (const [at, batch] of (batches.get(id) ?? []).slice(0, reaches).entries()) {
        const checks = batch.endpoints.flatMap((endpoint) =>
          planEndpoint(endpoint, batch.identities, batch.suites).checks.map(({ id: check, scenario }) =>
            fail('ACCEPTED_NO_CERTIFICATE', { id: check, endpoint: endpoint.name, scenario, vantage: batch.vantage }),
          ),
        );
        const stores = { store, keep: async (each: BatchResult) => void results.set(`${id}/${at}`, each) };
        await storeBatch(
          batch,
          { checks, servedChains: [], notCovered: [] },
          { ...stores, ...(deployed !== null && { registry: deployed.digest }) },
        );
      }
    },
    /** `refuses`: SNS refuses every message, as if the report had died. */
    report: async (id: string, at: number, refuses: boolean) => {
      const plan = plans.get(id);
      if (plan === undefined) return;
      now = Math.max(now, startOf(at)) + pause;
      const ports: ReportPorts = {
        ...{ store, messages, settings: { settleAfter: 2, remindAfter: Number.MAX_SAFE_INTEGER } },
        ...{ standings: memoryStandingStore(), level: 'fleet', locks: { release: async () => {} } },
        results: async function* (_, count) {
          for (let each = 0; each < count; each += 1) yield results.get(`${id}/${each}`) ?? null;
        },
        batchOf: async (_, each) => batches.get(id)?.[each] ?? Promise.reject(new Error('none')),
        putPlan: () => Promise.reject(new Error('no follow-up')),
        putResult: () => Promise.reject(new Error('no follow-up')),
        adopt: async () => {},
        readGone: async (run) => gones.get(run) ?? null,
        ...(deployed !== null && { registry: deployed.digest }),
        keepDurations: async () => {},
        putMetrics: async () => {},
        publish: async ({ body }) => {
          if (refuses) throw new Error('refused');
          sent.push(JSON.parse(JSON.parse(body).default));
        },
        clock: () => now,
      };
      await reportRun(event(id, at, plan), ports, NO_ORIGIN);
    },
  };
};
