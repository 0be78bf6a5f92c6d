import { describe, expect, test } from 'vitest';
import { notificationSchema } from '../../../shared/model/notification.ts';
import type { Batch, BatchResult } from '../../../shared/model/run.ts';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import type { Metric, OutgoingMessage, StateStore } from '../../../shared/pipeline/ports.ts';
import { reportRun } from '../../../shared/pipeline/run/report-run.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anUpdate, open, pass, startOf, unsure } from '../../helpers/judged.ts';
import { memoryMessageStore, memoryStateStore } from '../../helpers/memory-store.ts';

const LINKS = { dashboard: null, run: null, runbook: null };
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
    settings: { settleAfter: 2, remindAfter: 86_400_000 },
    clock: () => startOf(1) + 700,
    putPlan: () => Promise.reject(new Error('this state machine maps no follow-up batches')),
    putResult: () => Promise.reject(new Error('this state machine maps no follow-up batches')),
    keepDurations: async () => undefined,
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
    report: (input: unknown = planned, run = 1) => {
      const execution = { id: `run-${run}`, arn: 'arn', startedAt: new Date(startOf(run)).toISOString() };
      return reportRun({ execution, input }, world, LINKS);
    },
  };
};

describe('the report of a run', () => {
  test('adds up the batches, says that the run lives, and has nothing to tell', async () => {
    const world = aWorld(aBatchResult({ checks: [pass(), open()] }), aBatchResult({ checks: [unsure()] }));

    expect(await world.report()).toEqual({ published: 0, pending: 0, failures: [] });

    expect(world.value('RunCompleted')).toBe(1);
    expect(world.value('RunCompleted', 'default', 'enforcement')).toBe(1);
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

  test('tried again as a whole, it tells nothing twice', async () => {
    const world = aWorld(null);

    await world.report();
    await world.report();

    expect(world.documents()).toHaveLength(1);
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
      LINKS,
    );

    expect(sent.map(({ attributes }) => attributes['kind']?.value)).toEqual(['recovery']);
  });
});
