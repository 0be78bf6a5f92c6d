/** What a month of CloudWatch metrics and of the standings behind them asks of AWS. */
import { type MetricLevel, SUITES } from '../model/names.ts';

/** The fields of the cost's input that the metrics depend on. */
export type MetricInput = {
  readonly schedules: readonly { readonly endpoints: number }[];
  readonly checks: { readonly all: number };
  readonly metrics: MetricLevel;
  /** Share of the endpoints that are unusual at a time, at the level `sparse`. Default: `UNUSUAL`. */
  readonly unusual?: number;
};

/** An assumption, which `plan` states: one endpoint in a hundred is failing, blind or near its end, averaged over all hours of a month. */
export const UNUSUAL = 0.01;
/** Metrics of an unusual endpoint: an unreachable one sends `ControlAccepted` and `Inconclusive`; an open one, or one near its end, sends one. */
const PER_UNUSUAL = 2;
const PER_ENDPOINT = 6;
const FLEET = 8;
const PER_SCHEDULED_RUN = 5;
/** API_PutMetricData. */
const METRICS_PER_CALL = 1000;
/** Measured with realistic names and values: 1,000 standings, deflated, have 23 KB, 100 have 2.8 KB, one has 0.3 KB. */
const STANDING_KB = 0.028;
const STANDINGS_KB = 0.3;

/** Metrics of an endpoint that CloudWatch charges, on an average: it charges a metric for the hours in which it is sent. */
const perEndpoint = ({ metrics, checks, unusual = UNUSUAL }: MetricInput): number =>
  ({
    fleet: 0,
    sparse: Math.min(1, unusual) * PER_UNUSUAL,
    endpoint: PER_ENDPOINT,
    check: PER_ENDPOINT + checks.all,
  })[metrics];

/** Metrics charged for a whole month. */
export const chargedMetrics = (input: MetricInput): number => {
  const used = input.schedules.filter(({ endpoints }) => endpoints > 0);
  const endpoints = used.reduce((sum, each) => sum + each.endpoints, 0);
  return FLEET + PER_SCHEDULED_RUN * used.length * SUITES.length + endpoints * perEndpoint(input);
};

/** PutMetricData requests of a batch of so many endpoints: it sends what every run sends of each. */
export const callsPerBatch = (endpoints: number, input: MetricInput): number =>
  input.metrics === 'sparse' ? 0 : Math.ceil((endpoints * perEndpoint(input)) / METRICS_PER_CALL);

/** PutMetricData requests of one report: the fleet's metrics, and those of the unusual endpoints among the run's. */
export const callsPerReport = (endpoints: number, input: MetricInput): number =>
  1 + (input.metrics === 'sparse' ? Math.ceil((endpoints * perEndpoint(input)) / METRICS_PER_CALL) : 0);

/** DynamoDB write units of one run's standings; a consistent read takes a quarter. */
export const standingUnits = (endpoints: number): number => Math.ceil(STANDINGS_KB + endpoints * STANDING_KB);
