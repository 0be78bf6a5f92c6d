/**
 * The last step of a run on AWS: sums up the batches' results, records the run's own outcome, announces due transitions, stores the endpoints'
 * standings, and sends the metrics that the batches did not send. `RunCompleted` is sent last: if the unusual values of endpoints cannot be sent,
 * the alarm on missing runs is raised. While something is left for a follow-up batch it plans these instead, and is called again after them.
 */
import { INCIDENTS, type Incident } from '../../model/incident.ts';
import type { Origin } from '../../model/notification.ts';
import type { Registry } from '../../model/registry.ts';
import { type RunIdentity, runPlan, runRequest } from '../../model/run.ts';
import type { ShownSilence } from '../../model/silence.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { fleetMetrics } from '../../publish/metrics.ts';
import { sparseData } from '../../publish/sparse.ts';
import { type Announced, type AnnouncePorts, announce } from '../announce/announce.ts';
import { shownNow } from '../announce/keep-silences.ts';
import { recordRun } from '../announce/record-results.ts';
import type { PutMetrics, RunLocks, StandingStore } from '../ports.ts';
import { type CarryPorts, carryOn, type FollowUp } from './carry-on.ts';
import { closeGone, type GonePorts, NONE_CLOSED } from './close-gone.ts';
import { type Collected, type CollectPorts, collectResults } from './collect-results.ts';
import { lockKey } from './overlap.ts';
import { carriesOf, type RunEvent, runIdentity } from './run-event.ts';
import { stepProblems } from './run-problems.ts';
import { settleStandings } from './standings.ts';

export type ReportPorts = AnnouncePorts &
  CarryPorts &
  CollectPorts &
  GonePorts & {
    readonly putMetrics: PutMetrics;
    readonly standings: StandingStore;
    /** Keeps what each endpoint's sweep took, for the next run of this schedule and suite. Never rejects. */
    readonly keepDurations: (run: RunIdentity, durations: ReadonlyMap<string, Milliseconds>) => Promise<void>;
    /** Keeps the report of a planned run, as far as its batches came. Never rejects. Default: none is kept. */
    readonly keepReport?: (run: RunIdentity, kept: KeptRun) => Promise<void>;
    readonly locks: Pick<RunLocks, 'release'>;
    /** Brings the state of older versions to this one's form: only then does the index have what is open of it. Never rejects. */
    readonly adopt: () => Promise<void>;
    readonly settings: Pick<Registry, 'settleAfter' | 'remindAfter'>;
  };

/** What a report's keeper has to know of a run. */
export type KeptRun = {
  readonly batches: number;
  /** Whether every batch left all its results. */
  readonly whole: boolean;
  readonly finishedAt: Instant;
  /** URL of the runbook's page; null: there is none. */
  readonly runbook: string | null;
  /** Silences that hold. */
  readonly silences: readonly ShownSilence[];
};

/** `followUp`: the map has to run over these items, and this step once more; nothing was announced yet. */
export type Reported = Announced & { readonly followUp?: FollowUp };

/** Idempotent: may be tried again as a whole. */
export const reportRun = async (event: RunEvent, ports: ReportPorts, origin: Origin): Promise<Reported> => {
  const planned = runPlan.safeParse(event.input);
  const request = planned.success
    ? planned.data
    : runRequest.catch({ suite: 'all', schedule: null }).parse(event.input);
  const run = runIdentity(event, request);
  const seen = await collectResults(run.id, planned.success ? planned.data : { batches: 0 }, ports);
  // If the next round cannot be written, this is the last one: what is left is a problem of the run, and what was seen is announced now.
  const followUp =
    planned.success && carriesOf(event)
      ? await carryOn(run.id, planned.data, seen.left, ports).catch(() => null)
      : null;
  if (followUp !== null) return { published: 0, pending: 0, failures: [], followUp };
  const problems = [...stepProblems(event.input), ...seen.problems];
  const { key } = await recordRun(
    ports.store,
    run,
    problems,
    ports.settings,
    planned.success ? seen.notChecked : undefined,
  );
  const whole = planned.success && problems.length === 0 && seen.missing === 0;
  const closed = whole ? await closeGone(run, ports) : NONE_CLOSED;
  const told = await announce(ports, [...seen.due, key, ...closed.keys], run, origin);
  const announced = { ...told, failures: [...closed.failures, ...told.failures] };
  // All is told: the next run need not wait for metrics that cannot be sent. A lock that cannot be released ends by itself.
  const { suite, schedule } = run;
  if (schedule !== null) await ports.locks.release(lockKey({ schedule, suite }), run.id).catch(() => {});
  const finishedAt = await sendRunMetrics(run, seen, announced, planned.success, ports);
  await ports.adopt();
  if (planned.success && ports.keepReport !== undefined) {
    const silences = await shownNow(ports.store, ports.clock()).catch(() => []);
    const { runbook } = origin.links;
    await ports.keepReport(run, { ...planned.data, whole: seen.missing === 0, finishedAt, runbook, silences });
  }
  return announced;
};

/** Returns when the run ended. */
const sendRunMetrics = async (
  run: RunIdentity,
  seen: Collected,
  { pending }: Announced,
  planned: boolean,
  ports: ReportPorts,
): Promise<Instant> => {
  await sendEndpointMetrics(seen, ports);
  const timestamp = ports.clock();
  const { suite, schedule, startedAt } = run;
  if (seen.durations.size > 0) await ports.keepDurations(run, seen.durations);
  await ports.putMetrics(
    fleetMetrics({
      ...{ suite, schedule, timestamp, tally: seen.tally },
      durationMs: timestamp - startedAt,
      completed: planned && seen.missing === 0,
      notificationsPending: pending,
      notChecked: planned ? seen.notChecked : null,
      open: await openNow(ports),
    }),
  );
  return timestamp;
};

/** The incidents that are open; null where they cannot be read: the run is complete all the same. */
const openNow = async ({ store }: Pick<ReportPorts, 'store'>): Promise<readonly Incident[] | null> => {
  try {
    return (await store.read(INCIDENTS))?.value.incidents?.open ?? [];
  } catch {
    return null;
  }
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
