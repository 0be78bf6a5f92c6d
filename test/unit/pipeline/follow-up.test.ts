/** Whole runs with rounds: what a batch leaves goes to the next round, and every endpoint has results once, or is named as missing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch, BatchResult, RunPlan } from '../../../shared/model/run.ts';
import type { Metric, OutgoingMessage } from '../../../shared/pipeline/ports.ts';
import { batchMetrics } from '../../../shared/pipeline/run/batch-metrics.ts';
import type { Checked } from '../../../shared/pipeline/run/checked.ts';
import { type ReportPorts, reportRun } from '../../../shared/pipeline/run/report-run.ts';
import { storeBatch } from '../../../shared/pipeline/run/run-batch.ts';
import { FOLLOW_UPS, roundOf } from '../../../shared/plan/follow-ups.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { open, pass, startOf } from '../../helpers/judged.ts';
import { memoryMessageStore, memoryStandingStore, memoryStateStore } from '../../helpers/memory-store.ts';
import { NO_ORIGIN } from '../../helpers/transition.ts';

const DAY = 86_400_000;
const RUN = { id: 'run-1', startedAt: startOf(1), suite: 'enforcement', schedule: 'default' } as const;
const EXECUTION = { id: RUN.id, arn: 'arn', startedAt: new Date(RUN.startedAt).toISOString() };
const aBatch = (names: readonly string[]): Batch => ({
  run: RUN,
  ...{ vantage: 'default', suites: ['enforcement'], identities: {}, health: [], trustBundles: {} },
  endpoints: names.map((name) => anEndpoint({ name })),
  defaults: { expiry: anEndpoint().expiry, settleAfter: 2, remindAfter: DAY },
});
const checkedAs = (names: readonly string[], rest: readonly string[] = [], check = pass): Checked => ({
  checks: names.map((endpoint) => check({ endpoint, id: `${endpoint}/valid-identity/checkout` })),
  ...{ servedChains: [], notCovered: [], rest },
  durations: Object.fromEntries(names.map((name) => [name, 10])),
});

/** What a probe function makes of its batch; null: it is killed before it stores anything. */
type Probe = (batch: Batch) => Checked | null;

/** Runs the rounds as the state machine does. */
const aRun = async (
  planned: readonly (readonly string[])[],
  probe: Probe,
  more: { readonly mapError?: object } = {},
  isDenied = false,
) => {
  const batches = new Map(planned.map((names, at) => [at, aBatch(names)]));
  const results = new Map<number, BatchResult>();
  const [sent, metrics, kept]: [OutgoingMessage[], Metric[], ReadonlyMap<string, number>[]] = [[], [], []];
  const store = memoryStateStore();
  const ports: ReportPorts = {
    ...{ store, messages: memoryMessageStore(), settings: { settleAfter: 2, remindAfter: DAY } },
    ...{ standings: memoryStandingStore(), level: 'fleet', locks: { release: async () => {} } },
    results: async function* (_, count) {
      for (let at = 0; at < count; at += 1) yield structuredClone(results.get(at) ?? null);
    },
    batchOf: async (_, at) => structuredClone(batches.get(at)) ?? Promise.reject(new Error(`no batch ${at}`)),
    putPlan: async (_, added, from) => {
      if (isDenied) throw new Error('denied');
      added.forEach((batch, at) => void batches.set(from + at, batch));
      return `items-${from}`;
    },
    putResult: async (_, at, result) => void results.set(at, result),
    keepDurations: async (_, durations) => void kept.push(durations),
    ...{ readGone: async () => null, adopt: async () => {} },
    putMetrics: async (some) => void metrics.push(...some),
    publish: async (message) => void sent.push(message),
    clock: () => RUN.startedAt + 700,
  };
  const round = async ({ from = 0, batches: count }: Pick<RunPlan, 'from' | 'batches'>) => {
    for (let at = from; at < count; at += 1) {
      const batch = batches.get(at) ?? aBatch([]);
      const checked = probe(batch);
      if (checked !== null)
        await storeBatch(batch, checked, { store, keep: async (result) => void results.set(at, result) });
    }
  };
  let input: RunPlan = { suite: 'enforcement', schedule: 'default', batches: planned.length, items: 'items' };
  for (let rounds = 1; ; rounds += 1) {
    await round(input);
    const reported = await reportRun(
      { execution: EXECUTION, carries: true, input: { ...input, ...more } },
      ports,
      NO_ORIGIN,
    );
    if (reported.followUp === undefined) {
      const text = sent.map(({ body }) => body).join();
      return { rounds, reported, batches, results, text, kept, store, sent, metrics: metrics.map(({ name }) => name) };
    }
    expect(sent, 'nothing is announced between rounds').toEqual([]);
    input = { ...input, ...reported.followUp };
  }
};

const namesOf = ({ endpoints }: Batch) => endpoints.map(({ name }) => name);
const sweptIn = (results: ReadonlyMap<number, BatchResult>) =>
  [...results.values()].flatMap(({ checks }) => checks.map(({ endpoint }) => endpoint));
const all: Probe = (batch) => checkedAs(namesOf(batch));

describe('a run with follow-up batches', () => {
  test('nothing left: one round, and what each sweep took is kept', async () => {
    const { rounds, kept, metrics } = await aRun([['a', 'b'], ['c']], all);

    expect(rounds).toBe(1);
    expect(kept).toEqual([
      new Map([
        ['a', 10],
        ['b', 10],
        ['c', 10],
      ]),
    ]);
    expect(metrics).toContain('RunCompleted');
  });

  test('what did not fit is swept in the next round, and then the run is complete', async () => {
    const { rounds, results, text, batches, metrics, kept } = await aRun([['a', 'b'], ['c']], (batch) =>
      roundOf(batch) === 0 && batch.endpoints.length > 1 ? checkedAs(['a'], ['b']) : all(batch),
    );

    expect([rounds, sweptIn(results).toSorted(), text]).toEqual([2, ['a', 'b', 'c'], '']);
    expect(namesOf(batches.get(2) ?? aBatch([]))).toEqual(['b']);
    expect(metrics).toContain('RunCompleted');
    expect([...(kept[0]?.keys() ?? [])].toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('a function that was killed loses nothing: its endpoints are swept in halves', async () => {
    const { rounds, results, batches, text, metrics } = await aRun([['a', 'b', 'c'], ['d']], (batch) =>
      batch.endpoints.length > 2 ? null : all(batch),
    );

    expect([rounds, sweptIn(results).toSorted(), text]).toEqual([2, ['a', 'b', 'c', 'd'], '']);
    expect([batches.get(2), batches.get(3)].map((batch) => batch && namesOf(batch))).toEqual([['a', 'b'], ['c']]);
    expect(metrics).toContain('RunCompleted');
  });

  test('one that is killed in every round is named, costs its neighbours nothing, and the heart does not beat', async () => {
    const { rounds, results, text, metrics } = await aRun([['a', 'b', 'poison', 'd']], (batch) =>
      namesOf(batch).includes('poison') ? null : all(batch),
    );

    expect(rounds).toBe(1 + FOLLOW_UPS);
    expect(sweptIn(results).toSorted()).toEqual(['a', 'b', 'd']);
    expect(text).toMatch(/left no result: poison\./);
    expect(metrics).not.toContain('RunCompleted');
  });

  test('batches that cannot be written delay no announcement: what was seen is announced, and what was left is named', async () => {
    const { rounds, text, metrics, sent } = await aRun([['a', 'b']], () => checkedAs(['a'], ['b'], open), {}, true);

    expect(rounds).toBe(1);
    expect(sent.map(({ attributes }) => attributes['kind']?.value).toSorted()).toEqual(['blind', 'regression']);
    expect(text).toMatch(/Batch 0 had no time for 1 endpoints: b\./);
    expect(metrics).not.toContain('RunCompleted');
  });

  test('a map that failed is not mapped again: what was left is named', async () => {
    const mapError = { Error: 'States.ItemReaderFailed', Cause: 'denied' };
    const { rounds, text, metrics } = await aRun([['a', 'b']], () => checkedAs(['a'], ['b']), { mapError });

    expect(rounds).toBe(1);
    expect(text).toMatch(/Batch 0 had no time for 1 endpoints: b\./);
    expect(metrics).not.toContain('RunCompleted');
  });

  test('an endpoint that waits for the next round says nothing: no state, no metric', async () => {
    const batch = aBatch(['a', 'b']);
    const kept: BatchResult[] = [];
    const store = memoryStateStore();
    const result = await storeBatch(batch, checkedAs(['a'], ['b'], open), {
      store,
      keep: async (each) => void kept.push(each),
    });

    expect([...store.items.keys()]).toEqual(['endpoint/a/default/enforcement']);
    expect(kept.map(({ rest }) => rest)).toEqual([['b'], ['b']]);
    const named = batchMetrics(batch, result, 'endpoint', 0).map(({ dimensions }) => dimensions['Endpoint']);
    expect(new Set(named)).toEqual(new Set(['a']));
  });

  test('whatever is left or killed: every endpoint is swept once or named, in a bounded number of rounds', async () => {
    const fates = fc.array(fc.constantFrom('swept', 'late', 'killed'), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fates, fc.integer({ min: 1, max: 7 }), async (some, size) => {
        let at = 0;
        const next = () => some[at++ % some.length];
        const names = Array.from({ length: 20 }, (_, index) => `e${index}`);
        const planned = Array.from({ length: Math.ceil(20 / size) }, (_, index) =>
          names.slice(index * size, (index + 1) * size),
        );
        const { rounds, results, text } = await aRun(planned, (batch) => {
          if (next() === 'killed') return null;
          const late = roundOf(batch) < FOLLOW_UPS ? namesOf(batch).filter(() => next() === 'late') : [];
          return checkedAs(
            namesOf(batch).filter((name) => !late.includes(name)),
            late,
          );
        });
        const swept = sweptIn(results);
        expect(new Set(swept).size).toBe(swept.length);
        expect(rounds).toBeLessThanOrEqual(1 + FOLLOW_UPS);
        // A message names five endpoints of a batch; a batch has seven at the most, and is halved twice before it is given up.
        expect(names.filter((name) => !swept.includes(name) && !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
