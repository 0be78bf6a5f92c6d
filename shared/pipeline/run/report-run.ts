/**
 * The last step of a run on AWS: sums up the batches' results, records the run's own outcome, announces due transitions, stores the endpoints'
 * standings, and sends the metrics that the batches did not send. `RunCompleted` is sent last: if the unusual values of endpoints cannot be sent,
 * the alarm on missing runs is raised.
 */
import type { EndpointStanding } from '../../model/endpoint-standing.ts';
import type { MetricLevel } from '../../model/names.ts';
import type { Notification } from '../../model/notification.ts';
import type { Registry } from '../../model/registry.ts';
import { type Batch, type BatchResult, runPlan, runRequest } from '../../model/run.ts';
import { fleetMetrics } from '../../publish/metrics.ts';
import { sparseData } from '../../publish/sparse.ts';
import { addTo, EMPTY_TALLY, type Tally } from '../../publish/tally.ts';
import { type Announced, type AnnouncePorts, announce } from '../announce/announce.ts';
import { recordAll, recordRun } from '../announce/record-results.ts';
import type { Metric, PutMetrics, StandingStore } from '../ports.ts';
import { batchMetrics } from './batch-metrics.ts';
import { type RunEvent, runIdentity } from './run-event.ts';
import { noResult, outOfTime, stateNotWritten, stepProblems } from './run-problems.ts';
import { settleStandings } from './standings.ts';
import { stateUpdates } from './state-updates.ts';

export type ReportPorts = AnnouncePorts & {
  /** Results in the order of the batches; null for a batch without a result. A result whose `state` is `pending` is not in the state yet. */
  readonly results: (runId: string, batches: number) => AsyncIterable<BatchResult | null>;
  readonly batchOf: (runId: string, batch: number) => Promise<Batch>;
  readonly putMetrics: PutMetrics;
  readonly standings: StandingStore;
  readonly level: MetricLevel;
  readonly settings: Pick<Registry, 'settleAfter' | 'remindAfter'>;
};

/** Idempotent: may be tried again as a whole. */
export const reportRun = async (
  event: RunEvent,
  ports: ReportPorts,
  links: Notification['links'],
): Promise<Announced> => {
  const planned = runPlan.safeParse(event.input);
  const request = planned.success
    ? planned.data
    : runRequest.catch({ suite: 'all', schedule: null }).parse(event.input);
  const run = runIdentity(event, request);
  const seen = await collect(run.id, planned.success ? planned.data.batches : 0, ports);
  const problems = [...stepProblems(event.input), ...seen.problems];
  const { key } = await recordRun(ports.store, run, problems, ports.settings);
  const announced = await announce(ports, [...seen.due, key], run, links);
  await sendEndpointMetrics(seen, ports);
  const { suite, schedule } = run;
  const timestamp = ports.clock();
  await ports.putMetrics(
    fleetMetrics({
      ...{ suite, schedule, timestamp, tally: seen.tally },
      durationMs: timestamp - run.startedAt,
      completed: planned.success && seen.missing === 0,
      notificationsPending: announced.pending,
    }),
  );
  return announced;
};

type Collected = {
  readonly tally: Tally;
  readonly due: readonly string[];
  readonly problems: readonly string[];
  readonly missing: number;
  readonly standings: readonly EndpointStanding[];
  /** Whether every batch left its endpoints' standings. */
  readonly whole: boolean;
  /** Metrics of the batches that ended before they sent them. */
  readonly unsent: readonly Metric[];
};

/** At `sparse` the metrics come from the standings. At the finer levels the batches have sent them, except for `unsent`. */
const sendEndpointMetrics = async (
  { standings, whole, unsent }: Collected,
  { standings: store, putMetrics, level, clock }: ReportPorts,
): Promise<void> => {
  if (unsent.length > 0) await putMetrics(unsent);
  await settleStandings(standings, whole, {
    store,
    send: async (sending) => {
      const data = level === 'sparse' ? sparseData(sending, clock()) : [];
      if (data.length > 0) await putMetrics(data);
    },
  });
};

const collect = async (runId: string, batches: number, ports: ReportPorts): Promise<Collected> => {
  let tally = EMPTY_TALLY;
  const parts: SettledBatch[] = [];
  const standings: EndpointStanding[] = [];
  let whole = true;
  for await (const result of ports.results(runId, batches)) {
    parts.push(await settleBatch(runId, parts.length, result, ports));
    if (result !== null) tally = addTo(tally, result);
    standings.push(...(result?.standings ?? []));
    whole &&= result?.standings !== undefined;
  }
  return {
    ...{ tally, standings, whole },
    due: parts.flatMap(({ due }) => due ?? []),
    problems: parts.flatMap(({ problems }) => problems),
    missing: parts.filter(({ due }) => due === null).length,
    unsent: parts.flatMap(({ unsent }) => unsent),
  };
};

type SettledBatch = {
  /** The batch's keys with due transitions; null if it left no result, or its state could not be written. */
  readonly due: readonly string[] | null;
  readonly problems: readonly string[];
  /** Its metrics, if it ended before it sent them. */
  readonly unsent: readonly Metric[];
};

/** Writes the state of a batch that stored its result and ended before its state. */
const settleBatch = async (
  runId: string,
  number: number,
  result: BatchResult | null,
  { batchOf, store, level, clock }: ReportPorts,
): Promise<SettledBatch> => {
  const late = result === null || result.complete ? [] : [outOfTime(number, result)];
  if (result !== null && result.state !== 'pending') return { due: result.due, problems: late, unsent: [] };
  const batch = await batchOf(runId, number).catch(() => null);
  if (result === null) return { due: null, problems: [noResult(number, batch)], unsent: [] };
  const due = batch === null ? null : await recordAll(store, stateUpdates(batch, result)).catch(() => null);
  return {
    due,
    problems: due === null ? [...late, stateNotWritten(number, batch)] : late,
    unsent: batch === null ? [] : batchMetrics(batch, result, level, clock()),
  };
};
