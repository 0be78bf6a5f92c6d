/** Reads the results of a run's batches, one after the other, and adds them up. */
import type { EndpointStanding } from '../../model/endpoint-standing.ts';
import type { MetricLevel } from '../../model/names.ts';
import { DEFAULT_VANTAGE } from '../../model/registry.ts';
import type { Batch, BatchResult, RunPlan } from '../../model/run.ts';
import type { Milliseconds } from '../../model/time.ts';
import { durationName } from '../../plan/durations.ts';
import { addTo, EMPTY_TALLY, type Tally } from '../../publish/tally.ts';
import { recordAll } from '../announce/record-results.ts';
import type { Clock, Metric, StateStore } from '../ports.ts';
import { batchMetrics } from './batch-metrics.ts';
import type { Left } from './carry-on.ts';
import { mayClose } from './leavers.ts';
import { noResult, notReached, outOfTime, stateNotWritten } from './run-problems.ts';
import { stateUpdates } from './state-updates.ts';
import { sweptOf } from './swept.ts';

export type CollectPorts = {
  readonly store: StateStore;
  /** Results in the order of the batches; null for a batch without a result. A result whose `state` is `pending` is not in the state yet. */
  readonly results: (runId: string, batches: number) => AsyncIterable<BatchResult | null>;
  readonly batchOf: (runId: string, batch: number) => Promise<Batch>;
  readonly level: MetricLevel;
  readonly clock: Clock;
  /** The registry of this deployment, as a plan names it. Default: nothing is closed. */
  readonly registry?: string;
};

export type Collected = {
  readonly tally: Tally;
  readonly due: readonly string[];
  /** Sentences: why the run would be incomplete if this were its last round. */
  readonly problems: readonly string[];
  /** Endpoints that no batch checked in whole; of a batch that cannot be read, one. */
  readonly notChecked: number;
  /** Batches without a result, without state, or with a rest. */
  readonly missing: number;
  /** By `durationName`. */
  readonly durations: ReadonlyMap<string, Milliseconds>;
  /** What the batches of this round did not get to. What an earlier round left is in this round's batches. */
  readonly left: readonly Left[];
  readonly standings: readonly EndpointStanding[];
  /** Whether every batch left its endpoints' standings. */
  readonly whole: boolean;
  /** Metrics of the batches that ended before they sent them. */
  readonly unsent: readonly Metric[];
};

export const collectResults = async (
  runId: string,
  { batches, from = 0 }: Pick<RunPlan, 'batches' | 'from'>,
  ports: CollectPorts,
): Promise<Collected> => {
  let tally = EMPTY_TALLY;
  const [due, problems, left]: [string[], string[], Left[]] = [[], [], []];
  const [standings, unsent]: [EndpointStanding[], Metric[]] = [[], []];
  let whole = true;
  const durations = new Map<string, Milliseconds>();
  let [batch, missing, notChecked] = [0, 0, 0];
  for await (const result of ports.results(runId, batches)) {
    if (result !== null) tally = addTo(tally, result);
    for (const [name, took] of tookOf(result)) durations.set(name, took);
    standings.push(...(result?.standings ?? []));
    whole &&= result?.standings !== undefined;
    const settled = result === null ? NOT_SETTLED : await settle(runId, batch, result, ports);
    const keys = settled.due;
    due.push(...(keys ?? []));
    unsent.push(...settled.unsent);
    const open = leftOf(batch, result, from);
    if (open !== null) left.push(open);
    if (keys === null || open !== null) missing += 1;
    const seen = await problemsOf(runId, { batch, result, written: keys !== null, open }, ports);
    problems.push(...seen.problems);
    notChecked += seen.notChecked;
    batch += 1;
  }
  return { tally, due, problems, notChecked, missing, durations, left, standings, whole, unsent };
};

const tookOf = (result: BatchResult | null): readonly (readonly [string, Milliseconds])[] => {
  const { durations = {}, vantage = DEFAULT_VANTAGE } = result ?? {};
  return Object.entries(durations).map(([name, took]) => [durationName(name, vantage), took]);
};

const leftOf = (batch: number, result: BatchResult | null, from: number): Left | null => {
  if (batch < from) return null;
  if (result === null) return { batch, names: null };
  const { rest = [] } = result;
  return rest.length === 0 ? null : { batch, names: rest };
};

type Seen = {
  readonly batch: number;
  readonly result: BatchResult | null;
  readonly written: boolean;
  readonly open: Left | null;
};

const problemsOf = async (
  runId: string,
  { batch, result, written, open }: Seen,
  { batchOf }: CollectPorts,
): Promise<Pick<Collected, 'problems' | 'notChecked'>> => {
  const planned = written ? null : await batchOf(runId, batch).catch(() => null);
  if (result === null) return { problems: [noResult(batch, planned)], notChecked: planned?.endpoints.length ?? 1 };
  const rest = open?.names ?? [];
  const problems = [
    ...(result.complete ? [] : [outOfTime(batch, result)]),
    ...(written ? [] : [stateNotWritten(batch, planned)]),
    ...(rest.length === 0 ? [] : [notReached(batch, rest)]),
  ];
  const late = result.complete ? [] : result.checks.filter(({ code }) => code === 'NOT_RUN');
  return { problems, notChecked: new Set([...late.flatMap(({ endpoint }) => endpoint ?? []), ...rest]).size };
};

type Settled = {
  /** The batch's keys with due transitions; null if its state could not be written. */
  readonly due: readonly string[] | null;
  /** Its metrics, if it ended before it sent them. */
  readonly unsent: readonly Metric[];
};
const NOT_SETTLED: Settled = { due: null, unsent: [] };

/** Writes the state of a batch that stored its result and ended before its state. */
const settle = async (
  runId: string,
  number: number,
  result: BatchResult,
  { batchOf, store, level, clock, registry }: CollectPorts,
): Promise<Settled> => {
  if (result.state !== 'pending') return { due: result.due, unsent: [] };
  const batch = await batchOf(runId, number).catch(() => null);
  if (batch === null) return NOT_SETTLED;
  const scope = { ...sweptOf(batch, result), closes: mayClose(batch.run, registry) };
  const due = await recordAll(store, stateUpdates(scope, result)).catch(() => null);
  return { due, unsent: batchMetrics(batch, result, level, clock()) };
};
