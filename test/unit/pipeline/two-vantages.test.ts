/** One endpoint from two vantages is two facts: two states, two standings, two items of one message. */
import { describe, expect, test } from 'vitest';
import type { Notification } from '../../../shared/model/notification.ts';
import type { Batch, BatchResult } from '../../../shared/model/run.ts';
import type { Metric, OutgoingMessage } from '../../../shared/pipeline/ports.ts';
import { type ReportPorts, reportRun } from '../../../shared/pipeline/run/report-run.ts';
import { storeBatch } from '../../../shared/pipeline/run/run-batch.ts';
import { noResult } from '../../../shared/pipeline/run/run-problems.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { open, pass, startOf } from '../../helpers/judged.ts';
import { memoryMessageStore, memoryStandingStore, memoryStateStore } from '../../helpers/memory-store.ts';
import { NO_ORIGIN } from '../../helpers/transition.ts';

const [store, messages, standings] = [memoryStateStore(), memoryMessageStore(), memoryStandingStore()];

/** One run whose endpoint is open from the vantages in `openFrom`. */
const runOf = async (number: number, openFrom: readonly string[]) => {
  const run = { id: `run-${number}`, startedAt: startOf(number), suite: 'enforcement', schedule: 'default' } as const;
  const batches = ['default', 'prod-vpc'].map(
    (vantage): Batch => ({
      ...{ run, vantage, suites: ['enforcement'], identities: {}, health: [], trustBundles: {} },
      endpoints: [anEndpoint({ from: ['default', 'prod-vpc'] })],
      defaults: { expiry: anEndpoint().expiry, settleAfter: 2, remindAfter: 86_400_000 },
    }),
  );
  const results: BatchResult[] = [];
  for (const [at, batch] of batches.entries()) {
    const { vantage } = batch;
    const seen = openFrom.includes(vantage) ? open : pass;
    const checks = [seen({ endpoint: 'payments', id: 'payments/no-certificate', vantage })];
    const durations = { payments: at + 10 };
    await storeBatch(
      batch,
      { checks, servedChains: [], notCovered: [], durations },
      {
        store,
        keep: async (result) => void results.splice(at, 1, result),
      },
    );
  }
  const [sent, metrics, kept]: [OutgoingMessage[], Metric[], ReadonlyMap<string, number>[]] = [[], [], []];
  const ports: ReportPorts = {
    ...{ store, messages, standings, settings: { settleAfter: 2, remindAfter: 86_400_000 }, level: 'sparse' },
    results: async function* () {
      yield* results;
    },
    batchOf: async (_, at) => batches[at] ?? Promise.reject(new Error(`no batch ${at}`)),
    putPlan: () => Promise.reject(new Error('nothing is left')),
    locks: { release: async () => {} },
    putResult: async () => undefined,
    keepDurations: async (_, durations) => void kept.push(durations),
    ...{ readGone: async () => null, adopt: async () => {} },
    putMetrics: async (some) => void metrics.push(...some),
    publish: async (message) => void sent.push(message),
    clock: () => run.startedAt + 700,
  };
  const execution = { id: run.id, arn: 'arn', startedAt: new Date(run.startedAt).toISOString() };
  const input = { suite: 'enforcement', schedule: 'default', batches: 2, items: 'items' };
  await reportRun({ execution, carries: true, input }, ports, NO_ORIGIN);
  const failures = metrics.filter(({ name }) => name === 'EnforcementFailures');
  return {
    titles: sent.map(({ subject }) => subject),
    told: sent
      .map(({ body }) => JSON.parse(JSON.parse(body).default ?? body) as Notification)
      .flatMap(({ kind, items }) => items.map(({ vantage }) => [kind, vantage])),
    failing: failures.map(({ dimensions, value }) => [dimensions['Vantage'], value]),
    kept,
  };
};

describe('an endpoint that is right from one vantage and open from another', () => {
  test('is announced for the one that sees it open, and recovers there alone', async () => {
    expect((await runOf(1, [])).told).toEqual([]);

    const opened = await runOf(2, ['prod-vpc']);
    expect(opened.told).toEqual([['regression', 'prod-vpc']]);
    expect(opened.failing).toEqual([['prod-vpc', 1]]);

    // Open from both: what is new is announced, what is known is not.
    expect((await runOf(3, ['default', 'prod-vpc'])).told).toEqual([['regression', 'default']]);
    // The title says where it is right again: from the other vantage it is still open.
    const recovered = await runOf(4, ['default']);
    expect(recovered.told).toEqual([['recovery', 'prod-vpc']]);
    expect(recovered.titles).toEqual([
      'mTLS recovery, info: payments from prod-vpc: accepted no certificate: right again',
    ]);
  });

  test('has a state of each, and what its sweep took from each', async () => {
    const { kept } = await runOf(5, []);

    expect([...store.items.keys()].filter((key) => key.startsWith('endpoint/'))).toEqual([
      'endpoint/payments/default/enforcement',
      'endpoint/payments/prod-vpc/enforcement',
    ]);
    expect(kept).toEqual([
      new Map([
        ['payments', 10],
        ['payments@prod-vpc', 11],
      ]),
    ]);
  });
});

test('a batch that left nothing is named with its vantage: its function may not reach AWS', () => {
  const planned = { vantage: 'prod-vpc', endpoints: [anEndpoint()], health: [] } as unknown as Batch;
  expect(noResult(3, planned)).toBe('Batch 3 left no result, from vantage prod-vpc: payments.');
  expect(noResult(3, { ...planned, vantage: 'default' })).toBe('Batch 3 left no result: payments.');
});
