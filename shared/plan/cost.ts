/** Estimates the cost of a month on AWS before a deployment, from the schedules and the work of each run. */
import { SUITES } from '../model/names.ts';
import { type Cost, type CostInput, type CostLine, line } from './cost-types.ts';
import { METRIC_TIERS, PRICES } from './prices.ts';
import { runLines, scheduledRuns } from './run-cost.ts';

const METRICS_PER_CALL = 1000;
const PER_ENDPOINT = 6;
const FLEET = 7;
const PER_SCHEDULED_RUN = 5;

/** Returns an upper estimate: every run does all its work, and every metric is sent in every hour. */
export function monthlyCost(input: CostInput): Cost {
  const lines = [...runLines(input), ...putMetricLines(input), ...metricLines(input)].filter(
    ({ quantity }) => quantity > 0,
  );
  return { lines, total: lines.reduce((sum, { dollars }) => sum + dollars, 0) };
}

const perEndpoint = ({ metrics, checks }: CostInput): number =>
  ({ fleet: 0, endpoint: PER_ENDPOINT, check: PER_ENDPOINT + checks.all })[metrics];

/** A batch sends its endpoints' metrics in as few calls as hold them. */
const putMetricLines = (input: CostInput): readonly CostLine[] => {
  const all = scheduledRuns(input);
  const calls = all.map(({ runs, endpoints, work: { batches } }) => {
    const metrics = (endpoints / Math.max(1, batches)) * perEndpoint(input);
    return runs * (1 + batches * Math.ceil(metrics / METRICS_PER_CALL));
  });
  const total = calls.reduce((sum, each) => sum + each, 0);
  return [line('CloudWatch: PutMetricData requests', total, PRICES.putMetricData)];
};

function metricLines(input: CostInput): readonly CostLine[] {
  const used = input.schedules.filter(({ endpoints }) => endpoints > 0);
  const endpoints = used.reduce((sum, each) => sum + each.endpoints, 0);
  const scheduled = used.length * SUITES.length;
  const metrics = FLEET + PER_SCHEDULED_RUN * scheduled + endpoints * perEndpoint(input);
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
