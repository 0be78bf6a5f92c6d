/** Estimates the cost of a month on AWS before a deployment, from the schedules and the work of each run. */
import type { MetricLevel, Suite, SuiteRequest } from '../model/names.ts';
import { SUITES } from '../model/names.ts';
import type { Schedule } from '../model/registry.ts';
import { HOUR, MINUTE } from '../model/time.ts';
import { callsPerBatch, callsPerReport, chargedMetrics, standingUnits } from './metric-cost.ts';
import { METRIC_TIERS, PRICES } from './prices.ts';

export type CostInput = {
  /** The schedules; `endpoints` is the number of endpoints with that schedule. */
  readonly schedules: readonly { readonly every: Schedule; readonly endpoints: number }[];
  /** Average checks per endpoint in a run of each suite; `all`: in a run of all suites. */
  readonly checks: Readonly<Record<SuiteRequest, number>>;
  readonly metrics: MetricLevel;
  /** Seconds of the probe function per endpoint for all its checks, start-up included. A suite's share is its share of the checks. */
  readonly secondsPerSweep: number;
  readonly memoryMb: number;
  /** Endpoints of a batch. Default: 100. */
  readonly endpointsPerBatch?: number;
  /** Share of the endpoints that are unusual at a time, at the level `sparse`. Default: `UNUSUAL`. */
  readonly unusual?: number;
  /** Share of the endpoints whose state is written in a run. Default: 0.02. */
  readonly changed?: number;
  /** Secrets that a batch reads. Default: 10. */
  readonly secrets?: number;
  /** The controls' secrets among them. An enforcement run reads their other versions, at most once in fifteen minutes. Default: 1. */
  readonly controls?: number;
  /** Whether the secrets are encrypted with customer-managed keys (`secretKeys`), whose use is charged. Default: false. */
  readonly secretKeys?: boolean;
};

export type CostLine = {
  readonly what: string;
  /** Units per month. */
  readonly quantity: number;
  /** Dollars per unit. */
  readonly unitPrice: number;
  readonly dollars: number;
};
/** `total`: dollars per month. */
export type Cost = { readonly lines: readonly CostLine[]; readonly total: number };

/** A month has 730 hours in AWS's price pages. */
const MONTH = 730 * HOUR;
/** State transitions of a run: PlanRun, IsPlanned, ProbeBatches, ReportRun, IsDone, Done. */
const STATES = 6;
/** Seconds of the plan and report functions: per run, and per batch that they write and read. */
const RUN_SECONDS = 1;
const BATCH_SECONDS = 0.05;
const EXPRESS_GB = 64 / 1024;
/** Size of a state item with a dozen checks. */
const ITEM_KB = 4;
const LOG_GB_PER_CALL = 2 / 1024 ** 2;
const SECRETS_PER_CALL = 20;

/** Returns an upper estimate: every run does all its work, and every metric that it sends is sent in every hour, but for those of unusual endpoints. */
export function monthlyCost(input: CostInput): Cost {
  const lines = [...runLines(input), ...metricLines(input)].filter(({ quantity }) => quantity > 0);
  return { lines, total: lines.reduce((sum, { dollars }) => sum + dollars, 0) };
}

type Runs = {
  readonly runs: number;
  readonly endpoints: number;
  readonly batches: number;
  readonly probeSeconds: number;
  /** Calls per batch for other versions of secrets than the current one. */
  readonly stageCalls: number;
};

/** Staging labels that are read besides AWSCURRENT. A missing label is remembered for `STAGES_EVERY`, across runs. */
const STAGES = 2;
const STAGES_EVERY = 15 * MINUTE;

/** A month's runs of each schedule and suite. `batches` and `probeSeconds` are those of one run. */
const scheduledRuns = ({
  schedules,
  checks,
  secondsPerSweep,
  endpointsPerBatch = 100,
  controls = 1,
}: CostInput): readonly Runs[] =>
  schedules
    .filter(({ endpoints }) => endpoints > 0)
    .flatMap(({ every, endpoints }) =>
      SUITES.map((suite: Suite) => ({
        runs: MONTH / every[suite],
        endpoints,
        // The identities' own health is a further batch.
        batches: Math.ceil(endpoints / endpointsPerBatch) + (suite === 'certificates' ? 1 : 0),
        stageCalls: suite === 'enforcement' ? controls * STAGES * Math.min(1, every[suite] / STAGES_EVERY) : 0,
        probeSeconds: checks.all === 0 ? 0 : (endpoints * secondsPerSweep * checks[suite]) / checks.all,
      })),
    );

function runLines(input: CostInput): readonly CostLine[] {
  const { memoryMb, changed = 0.02, secrets = 10, secretKeys = false } = input;
  const all = scheduledRuns(input);
  const sum = (of: (each: Runs) => number): number => all.reduce((total, each) => total + each.runs * of(each), 0);
  const [runs, batches, seconds] = [sum(() => 1), sum((run) => run.batches), sum((run) => run.probeSeconds)];
  const around = runs * RUN_SECONDS + batches * BATCH_SECONDS;
  return [
    line('EventBridge Scheduler: invocations', runs, PRICES.schedulerInvocation),
    line('Step Functions: state transitions', runs * STATES + batches, PRICES.stateTransition),
    line('Step Functions: express requests', batches, PRICES.expressRequest),
    line('Step Functions: express GB-seconds', seconds * EXPRESS_GB, PRICES.expressGbSecond),
    line('Lambda: requests', runs * 2 + batches, PRICES.lambdaRequest),
    line('Lambda: GB-seconds (arm64)', ((seconds + around) * memoryMb) / 1024, PRICES.lambdaGbSecond),
    line('S3: PUT and LIST', batches * 2 + runs * 2, PRICES.s3Put),
    line('S3: GET', batches * 2 + runs, PRICES.s3Get),
    // Per run, besides its endpoints' items: its own item, the index of due items, and one due item.
    line(
      'DynamoDB: read units',
      sum((run) => (run.endpoints + 3) * (ITEM_KB / 4) + Math.ceil(standingUnits(run.endpoints) / 4)),
      PRICES.dynamoRead,
    ),
    line(
      'DynamoDB: write units',
      sum((run) => (run.endpoints * changed + 1) * ITEM_KB + standingUnits(run.endpoints)),
      PRICES.dynamoWrite,
    ),
    line(
      'Secrets Manager: calls',
      batches * Math.ceil(secrets / SECRETS_PER_CALL) + sum((run) => run.batches * run.stageCalls),
      PRICES.secretsCall,
    ),
    line('KMS: requests', runs + (secretKeys ? batches * secrets : 0), PRICES.keyRequest),
    line('KMS: keys', 1, PRICES.key),
    line('CloudWatch: GB of logs', (runs * 2 + batches) * LOG_GB_PER_CALL, PRICES.logGb),
    line(
      'CloudWatch: PutMetricData requests',
      sum((run) => callsPerReport(run.endpoints, input)) + batches * callsPerBatch(input),
      PRICES.putMetricData,
    ),
  ];
}

function metricLines(input: CostInput): readonly CostLine[] {
  const scheduled = input.schedules.filter(({ endpoints }) => endpoints > 0).length * SUITES.length;
  const metrics = chargedMetrics(input);
  return [
    ...METRIC_TIERS.map(({ upTo, price }, at) => {
      const from = METRIC_TIERS[at - 1]?.upTo ?? 0;
      return line('CloudWatch: custom metrics', Math.min(Math.max(metrics - from, 0), upTo - from), price);
    }),
    // One alarm per schedule and suite, and one for all runs.
    line('CloudWatch: alarms', scheduled + 1, PRICES.alarm),
    line('CloudWatch: dashboard', 1, PRICES.dashboard),
  ];
}

const line = (what: string, quantity: number, unitPrice: number): CostLine => ({
  what,
  quantity,
  unitPrice,
  dollars: quantity * unitPrice,
});
