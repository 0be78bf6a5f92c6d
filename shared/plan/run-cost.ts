/** The cost of a month's runs: everything but metrics, alarms and the dashboard. */
import { SUITES, type Suite } from '../model/names.ts';
import { HOUR, MINUTE, SECOND } from '../model/time.ts';
import { type CostInput, type CostLine, line } from './cost-types.ts';
import { ASSUMED, documentsMs } from './measured.ts';
import { standingUnits } from './metric-cost.ts';
import { PRICES } from './prices.ts';
import type { RunWork } from './run-work.ts';

/** A month has 730 hours in AWS's price pages. */
const HOURS = 730;
const MONTH = HOURS * HOUR;
/** State transitions of a run: PlanRun, IsPlanned, ProbeBatches, ReportRun, IsDone, Done. */
const STATES = 6;
/**
 * Seconds of the plan and report functions: per run, per batch that they write and read, and per endpoint in them. 10,000 endpoints are planned in 2 s of CPU
 * (`npm run bench`); reading their results takes less.
 */
const RUN_SECONDS = 1;
const BATCH_SECONDS = 0.1;
const ENDPOINT_SECONDS = 0.0008;
const EXPRESS_GB = 64 / 1024;
/** The run's own state item, the indices of due and of open items, one due item, and the item that says that all state has its form. */
const RUN_READS = 5;
const LOG_GB_PER_CALL = 2 / 1024 ** 2;
/**
 * PUTs of a batch: its plan, its results before its state and after it. Those of a run: the map's items, the durations, the report's two documents and the dashboard's snapshot; it lists
 * the results twice, too, and what has left.
 */
const BATCH_PUTS = 3;
const RUN_PUTS = 8;
/** GETs of a batch: by its probe function and, of its results, twice by the report. Those of a run: the map's items and the durations. */
const BATCH_GETS = 3;
const RUN_GETS = 2;
/** The bucket empties itself after thirty days (`infra/monitor-storage.ts`). */
const KEPT = 30 / (730 / 24);

/** Staging labels that are read besides AWSCURRENT. A missing label is remembered for `STAGES_EVERY`, across runs. */
const STAGES = 2;
const STAGES_EVERY = 15 * MINUTE;

export type ScheduledRuns = {
  /** Runs in a month. */
  readonly runs: number;
  readonly endpoints: number;
  /** Calls per control for other versions of its secret than the current one. */
  readonly stageCalls: number;
  readonly work: RunWork;
};

/** A month's runs of each schedule and suite. */
export const scheduledRuns = ({ schedules }: Pick<CostInput, 'schedules'>): readonly ScheduledRuns[] =>
  schedules
    .filter(({ endpoints }) => endpoints > 0)
    .flatMap(({ every, endpoints, runs }) =>
      SUITES.map((suite: Suite) => ({
        runs: MONTH / every[suite],
        endpoints,
        stageCalls: suite === 'enforcement' ? STAGES * Math.min(1, every[suite] / STAGES_EVERY) : 0,
        work: runs[suite],
      })),
    );

export const runLines = (input: CostInput): readonly CostLine[] => {
  const { memoryMb, secretKeys = false } = input;
  const all = scheduledRuns(input);
  const sum = (of: (each: ScheduledRuns) => number): number =>
    all.reduce((total, each) => total + each.runs * of(each), 0);
  const [runs, batches, seconds] = [
    sum(() => 1),
    sum(({ work }) => work.batches),
    sum(({ work }) => work.probeSeconds),
  ];
  const documents = sum(({ work, endpoints }) => documentsMs(work.checks, endpoints, memoryMb) / SECOND);
  const around =
    runs * RUN_SECONDS + batches * BATCH_SECONDS + sum(({ endpoints }) => endpoints) * ENDPOINT_SECONDS + documents;
  const secretCalls = sum(({ work, stageCalls }) => work.secretCalls + work.controls * stageCalls);
  return [
    line('EventBridge Scheduler: invocations', runs, PRICES.schedulerInvocation),
    line('Step Functions: state transitions', runs * STATES + batches, PRICES.stateTransition),
    line('Step Functions: express requests', batches, PRICES.expressRequest),
    line('Step Functions: express GB-seconds', seconds * EXPRESS_GB, PRICES.expressGbSecond),
    line('Lambda: requests', runs * 2 + batches, PRICES.lambdaRequest),
    line('Lambda: GB-seconds (arm64)', ((seconds + around) * memoryMb) / 1024, PRICES.lambdaGbSecond),
    line('S3: PUT and LIST', batches * BATCH_PUTS + runs * RUN_PUTS, PRICES.s3Put),
    line('S3: GET', batches * BATCH_GETS + runs * RUN_GETS, PRICES.s3Get),
    line('S3: GB-months', (sum(({ work }) => work.storedBytes) * KEPT) / 1024 ** 3, PRICES.s3GbMonth),
    line(
      'DynamoDB: read units',
      sum(({ work, endpoints }) => work.readUnits + RUN_READS + Math.ceil(standingUnits(endpoints) / 4)),
      PRICES.dynamoRead,
    ),
    line(
      'DynamoDB: write units',
      sum(({ work, endpoints }) => work.writeUnits * ASSUMED.changed + 1 + standingUnits(endpoints)),
      PRICES.dynamoWrite,
    ),
    line('Secrets Manager: secrets', input.secrets ?? 0, PRICES.secret),
    line('Secrets Manager: calls', secretCalls, PRICES.secretsCall),
    line('VPC: hours of interface endpoints', (input.interfaces ?? 0) * HOURS, PRICES.interfaceHour),
    line('KMS: requests', runs + (secretKeys ? sum(({ work }) => work.secrets) : 0), PRICES.keyRequest),
    line('KMS: keys', 1, PRICES.key),
    line('CloudWatch: GB of logs', (runs * 2 + batches) * LOG_GB_PER_CALL, PRICES.logGb),
  ];
};
