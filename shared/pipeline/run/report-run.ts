/**
 * The last step of a run on AWS: sums up the batches' results, records the run's own outcome, announces due transitions, sends the fleet metrics. While
 * something is left for a follow-up batch it plans these instead, and is called again after them.
 */
import type { Notification } from '../../model/notification.ts';
import type { Registry } from '../../model/registry.ts';
import { type RunIdentity, runPlan, runRequest } from '../../model/run.ts';
import type { Milliseconds } from '../../model/time.ts';
import { fleetMetrics } from '../../publish/metrics.ts';
import { type Announced, type AnnouncePorts, announce } from '../announce/announce.ts';
import { recordRun } from '../announce/record-results.ts';
import type { PutMetrics } from '../ports.ts';
import { type CarryPorts, carryOn, type FollowUp } from './carry-on.ts';
import { type CollectPorts, collectResults } from './collect-results.ts';
import { carriesOf, type RunEvent, runIdentity } from './run-event.ts';
import { stepProblems } from './run-problems.ts';

export type ReportPorts = AnnouncePorts &
  CarryPorts &
  CollectPorts & {
    readonly putMetrics: PutMetrics;
    /** Keeps what each endpoint's sweep took, for the next run of this schedule and suite. Never rejects. */
    readonly keepDurations: (run: RunIdentity, durations: ReadonlyMap<string, Milliseconds>) => Promise<void>;
    readonly settings: Pick<Registry, 'settleAfter' | 'remindAfter'>;
  };

/** `followUp`: the map has to run over these items, and this step once more; nothing was announced yet. */
export type Reported = Announced & { readonly followUp?: FollowUp };

/** Idempotent: may be tried again as a whole. */
export const reportRun = async (
  event: RunEvent,
  ports: ReportPorts,
  links: Notification['links'],
): Promise<Reported> => {
  const planned = runPlan.safeParse(event.input);
  const request = planned.success
    ? planned.data
    : runRequest.catch({ suite: 'all', schedule: null }).parse(event.input);
  const run = runIdentity(event, request);
  const seen = await collectResults(run.id, planned.success ? planned.data : { batches: 0 }, ports);
  const followUp = planned.success && carriesOf(event) ? await carryOn(run.id, planned.data, seen.left, ports) : null;
  if (followUp !== null) return { published: 0, pending: 0, failures: [], followUp };
  const problems = [...stepProblems(event.input), ...seen.problems];
  const { key } = await recordRun(ports.store, run, problems, ports.settings);
  const announced = await announce(ports, [...seen.due, key], run, links);
  const { suite, schedule } = run;
  const timestamp = ports.clock();
  if (seen.durations.size > 0) await ports.keepDurations(run, seen.durations);
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
