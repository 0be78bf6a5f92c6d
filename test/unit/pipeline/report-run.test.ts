import { describe, expect, test } from 'vitest';
import type { MetricLevel } from '../../../shared/model/names.ts';
import { notificationSchema } from '../../../shared/model/notification.ts';
import type { Batch, BatchResult, Gone } from '../../../shared/model/run.ts';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import type { Metric, OutgoingMessage, StateStore } from '../../../shared/pipeline/ports.ts';
import { batchStandings } from '../../../shared/pipeline/run/batch-metrics.ts';
import { type ReportPorts, reportRun } from '../../../shared/pipeline/run/report-run.ts';
import { readStandings } from '../../../shared/pipeline/run/standings.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anUpdate, open, pass, startOf, unsure } from '../../helpers/judged.ts';
import { memoryMessageStore, memoryStandingStore, memoryStateStore } from '../../helpers/memory-store.ts';
import { NO_ORIGIN } from '../../helpers/transition.ts';

const PLACE = { vantage: 'default', schedule: 'default', suite: 'enforcement' } as const;
const aBatch = (...names: string[]): Batch => ({
  run: { id: 'run-1', startedAt: startOf(1), suite: 'enforcement', schedule: 'default' },
  ...{ vantage: 'default', suites: ['enforcement'], identities: {}, health: [], trustBundles: {} },
  endpoints: names.map((name) => anEndpoint({ name })),
  defaults: { expiry: anEndpoint().expiry, settleAfter: 2, remindAfter: 86_400_000 },
});
const aBatchResult = (own: Partial<BatchResult> = {}): BatchResult => ({
  ...{ checks: [], servedChains: [], notCovered: [], complete: true, due: [] },
  ...own,
});

/** A run of two batches, `a, b` and `c`, as far as it went. */
const aWorld = (...results: readonly (BatchResult | null)[]) => {
  const sent: OutgoingMessage[] = [];
  const metrics: Metric[] = [];
  const released: string[][] = [];
  const store: StateStore = memoryStateStore();
  const world = {
    ...{ store: { ...store }, messages: memoryMessageStore() },
    results: async function* () {
      yield* results;
    },
    batchOf: async (_: string, batch: number) => [aBatch('a', 'b'), aBatch('c')][batch] ?? aBatch(),
    putMetrics: async (some: readonly Metric[]) => {
      metrics.push(...some);
    },
    publish: async (message: OutgoingMessage) => {
      sent.push(message);
    },
    standings: memoryStandingStore(),
    level: 'sparse' as MetricLevel,
    settings: { settleAfter: 2, remindAfter: 86_400_000 },
    clock: () => startOf(1) + 700,
    putPlan: () => Promise.reject(new Error('this state machine maps no follow-up batches')),
    putResult: () => Promise.reject(new Error('this state machine maps no follow-up batches')),
    keepDurations: async () => undefined,
    ...{ readGone: async (): Promise<Gone | null> => null, adopt: async () => {} },
    locks: { release: async (...all: readonly string[]) => void released.push([...all]) },
  };
  const planned = {
    suite: 'enforcement',
    schedule: 'default',
    batches: results.length,
    items: 'runs/run-1/items.json',
  };
  return {
    ...world,
    documents: () => sent.map(({ body }) => notificationSchema.parse(JSON.parse(JSON.parse(body).default))),
    value: (name: string, ...dimensions: string[]) =>
      metrics.find((metric) => metric.name === name && Object.values(metric.dimensions).join() === dimensions.join())
        ?.value,
    metrics,
    released,
    report: (input: unknown = planned, run = 1, own: ReportPorts = world) => {
      const execution = { id: `run-${run}`, arn: 'arn', startedAt: new Date(startOf(run)).toISOString() };
      return reportRun({ execution, input }, own, NO_ORIGIN);
    },
  };
};

describe('the report of a run', () => {
  test('adds up the batches, says that the run lives, and has nothing to tell', async () => {
    const world = aWorld(aBatchResult({ checks: [pass(), open()] }), aBatchResult({ checks: [unsure()] }));

    expect(await world.report()).toEqual({ published: 0, pending: 0, failures: [] });

    expect(world.value('RunCompleted')).toBe(1);
    expect(world.value('RunCompleted', 'default', 'enforcement')).toBe(1);
    expect(world.released).toEqual([['running/default/enforcement', 'run-1']]);
    expect(world.value('ChecksFailed')).toBe(1);
    expect(world.value('ChecksInconclusive')).toBe(1);
    expect(world.value('RunDuration')).toBe(700);
  });

  test('announces what the batches left due', async () => {
    const world = aWorld(aBatchResult({ due: [anUpdate(1, []).key] }));
    await recordResults(world.store, anUpdate(1, [open()]));

    expect(await world.report()).toMatchObject({ published: 1 });
    expect(world.documents()).toMatchObject([{ kind: 'regression', endpoints: ['payments'] }]);
  });

  test('metrics that cannot be sent hold no later run up: all is told by then', async () => {
    const world = aWorld();
    const deaf = { ...world, putMetrics: () => Promise.reject(new Error('CloudWatch is down')) };

    await expect(world.report(undefined, 1, deaf)).rejects.toThrow('CloudWatch is down');

    expect(world.released).toEqual([['running/default/enforcement', 'run-1']]);
  });

  test('tried again as a whole, it tells nothing twice', async () => {
    const world = aWorld(null);

    await world.report();
    await world.report();

    expect(world.documents()).toHaveLength(1);
  });
});

/** What a batch of the endpoint `c` leaves, as `storeBatch` stores it. */
const resultOf = (check: typeof open, run = 1, own: Partial<BatchResult> = {}): BatchResult => {
  const checks = [check({ endpoint: 'c', id: 'c/no-certificate', scenario: 'no-certificate' })];
  const batch = { ...aBatch('c'), run: { ...aBatch().run, id: `run-${run}`, startedAt: startOf(run) } };
  return aBatchResult({ checks, standings: batchStandings(batch, { checks, servedChains: [] }), ...own });
};

describe('the metrics of endpoints', () => {
  const C = ['c', 'default'] as const;
  const names = ({ metrics }: ReturnType<typeof aWorld>) =>
    metrics.flatMap(({ name, dimensions }) => ('Endpoint' in dimensions ? [name] : []));

  test('sparse: a failure while it lasts, its end in the run after it, and RunCompleted last of all', async () => {
    const first = aWorld(aBatchResult({ standings: [] }), resultOf(open));
    await first.report();
    expect(first.value('EnforcementFailures', ...C)).toBe(1);
    expect(first.metrics.findLastIndex(({ name }) => name === 'EnforcementFailures')).toBeLessThan(
      first.metrics.findIndex(({ name }) => name === 'RunCompleted'),
    );

    const second = { ...aWorld(resultOf(pass, 2)), standings: first.standings };
    await second.report(undefined, 2, second);
    expect(second.value('EnforcementFailures', ...C)).toBe(0);

    const third = { ...aWorld(resultOf(pass, 3)), standings: first.standings };
    await third.report(undefined, 3, third);
    expect(names(third)).toEqual([]);
  });

  test('sparse: a batch that ended before its state has its metrics and its standing all the same', async () => {
    const world = aWorld(aBatchResult({ standings: [] }), resultOf(open, 1, { state: 'pending' }));

    await world.report();

    expect(world.value('EnforcementFailures', ...C)).toBe(1);
    expect(await readStandings(world.standings, PLACE)).toMatchObject([{ endpoint: 'c', runId: 'run-1' }]);
  });

  test('endpoint: the report sends those of a batch that ended before it sent them, and no others', async () => {
    const written = aBatchResult({ checks: [open({ endpoint: 'a' })], standings: [], state: 'written' });
    const late = { ...aWorld(written, resultOf(open, 1, { state: 'pending' })), level: 'endpoint' as const };
    await late.report(undefined, 1, late);
    expect(names(late).toSorted()).toEqual(['EnforcementFailures', 'Inconclusive']);
    expect(late.value('EnforcementFailures', ...C)).toBe(1);

    const sent = { ...aWorld(written, resultOf(open, 1, { state: 'written' })), level: 'endpoint' as const };
    await sent.report(undefined, 1, sent);
    expect(names(sent)).toEqual([]);
    expect(await readStandings(sent.standings, PLACE)).toMatchObject([{ endpoint: 'c' }]);
  });

  test('fleet: none, and the standings are kept', async () => {
    const world = { ...aWorld(aBatchResult({ standings: [] }), resultOf(open)), level: 'fleet' as const };
    await world.report(undefined, 1, world);
    expect(names(world)).toEqual([]);
    expect(await readStandings(world.standings, PLACE)).toMatchObject([{ endpoint: 'c' }]);
  });

  test('a batch without a result, or one of an older version, drops no standing', async () => {
    for (const other of [null, aBatchResult()]) {
      const world = aWorld(resultOf(open));
      await world.report();
      const next = { ...aWorld({ ...resultOf(pass, 2), standings: [] }, other), standings: world.standings };
      await next.report(undefined, 2, next);
      expect(await readStandings(world.standings, PLACE)).toMatchObject([{ endpoint: 'c', runId: 'run-1' }]);
    }
  });

  test('metrics of endpoints that cannot be sent: no RunCompleted, so that the alarm on missing runs is raised', async () => {
    const world = aWorld(aBatchResult({ standings: [] }), resultOf(open));
    const put = world.putMetrics;
    const putMetrics = async (some: readonly Metric[]) =>
      some.some(({ dimensions }) => 'Endpoint' in dimensions) ? Promise.reject(new Error('throttled')) : put(some);

    await expect(world.report(undefined, 1, { ...world, putMetrics })).rejects.toThrow('throttled');

    expect(world.value('RunCompleted')).toBeUndefined();
    // The next attempt at the same report sends both
    await world.report();
    expect(world.value('EnforcementFailures', ...C)).toBe(1);
    expect(world.value('RunCompleted')).toBe(1);
  });
});

describe('a run that is incomplete', () => {
  test('a batch without a result: blind at once, its endpoints named, no heartbeat', async () => {
    const world = aWorld(aBatchResult(), null);

    await world.report();

    expect(world.documents()).toMatchObject([
      {
        kind: 'blind',
        items: [{ code: 'RUN_INCOMPLETE', message: expect.stringContaining('Batch 1 left no result: c.') }],
      },
    ]);
    expect(world.value('RunCompleted')).toBeUndefined();
    expect(world.value('RunDuration')).toBe(700);
  });

  test('a batch that did not get to its state: the report moves it, tells it, and the run is complete', async () => {
    const seen = aBatchResult({ checks: [open({ endpoint: 'c', id: 'c/valid-identity/checkout' })], state: 'pending' });
    const world = aWorld(aBatchResult(), seen);

    await world.report();
    await world.report();

    expect(world.documents()).toMatchObject([{ kind: 'regression', endpoints: ['c'] }]);
    expect(world.value('RunCompleted')).toBe(1);
  });

  test('a batch whose state cannot be written: blind with its own words, what it saw is counted, no heartbeat', async () => {
    const seen = aBatchResult({ checks: [open({ endpoint: 'c', id: 'c/valid-identity/checkout' })], state: 'pending' });
    const world = aWorld(aBatchResult(), seen);
    const read = world.store.read;
    world.store.read = (key) => (key.startsWith('endpoint/c/') ? Promise.reject(new Error('no')) : read(key));

    await world.report();

    const message = world.documents()[0]?.items[0]?.message;
    expect(world.documents()).toMatchObject([{ kind: 'blind', items: [{ code: 'RUN_INCOMPLETE' }] }]);
    expect(message).toMatch(/batch 1 .*state could not be written.*: c\./);
    expect(message).not.toContain('no result');
    expect(world.value('RunCompleted')).toBeUndefined();
    expect(world.value('ChecksFailed')).toBe(1);
  });

  test('a batch that ran out of time names what it did not reach', async () => {
    const late = unsure('NOT_RUN', { endpoint: 'ledger' });
    const world = aWorld(aBatchResult({ checks: [late, late], complete: false }));

    await world.report();

    expect(world.documents()[0]?.items[0]?.message).toContain('Batch 0 had no time for 2 checks: ledger.');
  });

  test('a plan that failed is announced under the run that was asked for', async () => {
    const Cause = JSON.stringify({ errorMessage: 'no such bucket', trace: ['secret stack'] });
    const world = aWorld();

    await world.report({ suite: 'isolation', schedule: 'critical', planError: { Error: 'NoSuchBucket', Cause } });

    const [message] = world.documents();
    expect(message?.items[0]).toMatchObject({ check: 'run/critical/isolation', code: 'RUN_INCOMPLETE' });
    expect(message?.items[0]?.message).toContain('could not be planned: NoSuchBucket (no such bucket).');
    expect(JSON.stringify(message)).not.toContain('secret stack');
    expect(world.value('RunCompleted')).toBeUndefined();
  });

  test('a map that failed is told beside the batches it lost', async () => {
    const world = aWorld(null);
    const planned = { suite: 'all', schedule: null, batches: 1, items: 'x' };

    await world.report({ ...planned, mapError: { Error: 'States.ItemReaderFailed', Cause: 'access denied' } });

    expect(world.documents()[0]?.items[0]?.message).toMatch(/map over the batches failed: States\.ItemReaderFailed/);
  });

  test('the next complete run is its recovery', async () => {
    const world = aWorld(null);
    await world.report();
    const next = { ...aWorld(aBatchResult()), store: world.store };
    const execution = { id: 'run-2', arn: 'arn', startedAt: new Date(startOf(2)).toISOString() };
    const sent: OutgoingMessage[] = [];
    const publish = async (message: OutgoingMessage) => void sent.push(message);

    await reportRun(
      { execution, input: { suite: 'enforcement', schedule: 'default', batches: 1, items: 'x' } },
      { ...next, publish },
      NO_ORIGIN,
    );

    expect(sent.map(({ attributes }) => attributes['kind']?.value)).toEqual(['recovery']);
  });
});
