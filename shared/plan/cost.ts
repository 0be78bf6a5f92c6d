/** Estimates the cost of a month on AWS before a deployment, from the schedules and the work of each run. */
import { SUITES } from '../model/names.ts';
import { type Cost, type CostInput, type CostLine, line } from './cost-types.ts';
import { callsPerBatch, callsPerReport, chargedMetrics } from './metric-cost.ts';
import { METRIC_TIERS, PRICES } from './prices.ts';
import { runLines, scheduledRuns } from './run-cost.ts';

/** Alarms on what is open: `infra/open-alarms.ts`. */
const OPEN_ALARMS = 3;
/** Alarms on failures, and those among them on errors and throttles of one function: `infra/failure-alarms.ts`. */
const FAILURE_ALARMS = 10;
const FUNCTION_ALARMS = 2;

/** Calls of the dashboard's widget in a month: somebody looks a hundred times a day. A look takes a second of a GB (`infra/monitor-widget.ts`), and reads three snapshots and two large items. */
const LOOKS = 3000;
const LOOK =
  PRICES.lambdaRequest + PRICES.lambdaGbSecond + PRICES.s3Put + 3 * PRICES.s3Get + 2 * 50 * PRICES.dynamoRead;

/** Returns an upper estimate: every run does all its work, and every metric that it sends is sent in every hour, but for those of unusual endpoints. */
export function monthlyCost(input: CostInput): Cost {
  const lines = [...runLines(input), ...putMetricLines(input), ...metricLines(input)].filter(
    ({ quantity }) => quantity > 0,
  );
  return { lines, total: lines.reduce((sum, { dollars }) => sum + dollars, 0) };
}

/** A batch sends its endpoints' metrics in as few calls as hold them; the report sends the fleet's, and those of unusual endpoints. */
const putMetricLines = (input: CostInput): readonly CostLine[] => {
  const calls = scheduledRuns(input).map(
    ({ runs, endpoints, work: { batches } }) =>
      runs * (callsPerReport(endpoints, input) + batches * callsPerBatch(endpoints / Math.max(1, batches), input)),
  );
  const total = calls.reduce((sum, each) => sum + each, 0);
  return [line('CloudWatch: PutMetricData requests', total, PRICES.putMetricData)];
};

function metricLines(input: CostInput): readonly CostLine[] {
  const scheduled = input.schedules.filter(({ endpoints }) => endpoints > 0).length * SUITES.length;
  const metrics = chargedMetrics(input);
  return [
    ...METRIC_TIERS.map(({ upTo, price }, at) => {
      const from = METRIC_TIERS[at - 1]?.upTo ?? 0;
      return line('CloudWatch: custom metrics', Math.min(Math.max(metrics - from, 0), upTo - from), price);
    }),
    // One alarm per schedule and suite, one for all runs, and those on failures.
    line(
      'CloudWatch: alarms',
      scheduled + 1 + FAILURE_ALARMS + OPEN_ALARMS + (input.vantages ?? 1) * FUNCTION_ALARMS,
      PRICES.alarm,
    ),
    line('CloudWatch: dashboard', 1, PRICES.dashboard),
    line('Lambda: the dashboard’s widget, each look', LOOKS, LOOK),
  ];
}
