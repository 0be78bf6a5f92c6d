/** The last step of a run on AWS: sums up the batches' results, records the run's own outcome, announces due transitions, sends the fleet metrics. */
import type { Notification } from '../../model/notification.ts';
import type { Registry } from '../../model/registry.ts';
import { type Batch, type BatchResult, runPlan, runRequest } from '../../model/run.ts';
import { fleetMetrics } from '../../publish/metrics.ts';
import { addTo, EMPTY_TALLY, type Tally } from '../../publish/tally.ts';
import { type Announced, type AnnouncePorts, announce } from '../announce/announce.ts';
import { recordAll, recordRun } from '../announce/record-results.ts';
import type { PutMetrics } from '../ports.ts';
import { type RunEvent, runIdentity } from './run-event.ts';
import { noResult, outOfTime, stateNotWritten, stepProblems } from './run-problems.ts';
import { stateUpdates } from './state-updates.ts';

export type ReportPorts = AnnouncePorts & {
  /** Results in the order of the batches; null for a batch without a result. A result whose `state` is `pending` is not in the state yet. */
  readonly results: (runId: string, batches: number) => AsyncIterable<BatchResult | null>;
  readonly batchOf: (runId: string, batch: number) => Promise<Batch>;
  readonly putMetrics: PutMetrics;
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
};

const collect = async (runId: string, batches: number, ports: ReportPorts): Promise<Collected> => {
  let tally = EMPTY_TALLY;
  const due: string[] = [];
  const problems: string[] = [];
  let [batch, missing] = [0, 0];
  for await (const result of ports.results(runId, batches)) {
    const keys = result === null ? null : await dueOf(runId, batch, result, ports);
    if (result !== null) {
      tally = addTo(tally, result);
      if (!result.complete) problems.push(outOfTime(batch, result));
    }
    if (keys === null) {
      missing += 1;
      const planned = await ports.batchOf(runId, batch).catch(() => null);
      problems.push(result === null ? noResult(batch, planned) : stateNotWritten(batch, planned));
    } else due.push(...keys);
    batch += 1;
  }
  return { tally, due, problems, missing };
};

/** Returns the batch's keys with due transitions. Writes the state first if the batch stored its result but not the state; null if that fails too. */
const dueOf = async (
  runId: string,
  batch: number,
  result: BatchResult,
  { batchOf, store }: ReportPorts,
): Promise<readonly string[] | null> => {
  if (result.state !== 'pending') return result.due;
  try {
    return await recordAll(store, stateUpdates(await batchOf(runId, batch), result));
  } catch {
    return null;
  }
};
