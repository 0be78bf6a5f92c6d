/** Metrics of a monitor for alarms and dashboards of the user's own, checked against the catalogue, the level and the registry. */
import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_LEVELS, type MetricLevel, SUITES, type Suite, type SuiteRequest } from '../shared/model/names.ts';
import { DEFAULT_VANTAGE, type Endpoint, type Registry } from '../shared/model/registry.ts';
import { identityCheck, planEndpoint, sourceCheck } from '../shared/plan/plan.ts';
import { usedVantages } from '../shared/plan/vantages.ts';
import {
  METRICS,
  type MetricDefinition,
  type MetricName,
  MONITOR,
  NAMESPACE,
} from '../shared/publish/metric-catalogue.ts';
import { dimensionValue } from '../shared/publish/metrics.ts';
import { advise } from '../shared/registry/nearest.ts';
import { DeploymentError } from './deployment-error.ts';

/** Which series of a metric, and how it is read. `metrics.md` in docs/reference has the dimensions of each metric. */
export type MonitorMetricOptions = Omit<MetricOptions, 'dimensionsMap'> & {
  /** Of metrics of an endpoint: its name. */
  readonly endpoint?: string;
  /** @default - the only one that the endpoint is probed from */
  readonly vantage?: string;
  /** Of `CheckFailed`: the check's id, such as `payments/no-certificate`. */
  readonly check?: string;
  /** Of metrics of a run: only the runs of this schedule and suite, both of which must be given then. `all`: runs that a person started. */
  readonly schedule?: string;
  readonly suite?: SuiteRequest;
};

export type MeasuredMonitor = {
  readonly monitor: string;
  readonly registry: Registry;
  readonly level: MetricLevel;
};

/** Suites that do not measure the others' failures. */
const SUITE_OF: Partial<Readonly<Record<MetricName, Suite>>> = {
  EnforcementFailures: 'enforcement',
  IsolationFailures: 'isolation',
};

/** A series that nothing is sent to would never raise an alarm: each fault is a `DeploymentError`. `what` begins its message. */
export const monitorMetric = (
  monitor: MeasuredMonitor,
  name: MetricName,
  options: MonitorMetricOptions = {},
  what = `The metric ${String(name)}`,
): Metric => {
  const definition: MetricDefinition | undefined = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined;
  if (definition === undefined)
    throw new DeploymentError(`A metric: unknown metric ${String(name)}${advise(String(name), Object.keys(METRICS))}`);
  if (METRIC_LEVELS.indexOf(monitor.level) < METRIC_LEVELS.indexOf(definition.level))
    throw new DeploymentError(
      `${what}: with metrics: ${monitor.level} it is not sent; it needs metrics: ${definition.level}.`,
    );
  const { endpoint, vantage, check, schedule, suite, ...rest } = options;
  const { dimensions, every } = seriesOf(monitor, definition, { endpoint, vantage, check, schedule, suite }, what);
  return new Metric({
    namespace: NAMESPACE,
    metricName: definition.name,
    statistic: definition.statistic,
    period: every,
    ...rest,
    dimensionsMap: { [MONITOR]: monitor.monitor, ...dimensions },
  });
};

type Chosen = { readonly [Name in 'endpoint' | 'vantage' | 'check' | 'schedule' | 'suite']: string | undefined };
type Series = { readonly dimensions: Readonly<Record<string, string>>; readonly every: Duration };

const seriesOf = (
  { registry }: MeasuredMonitor,
  { name, dimensions }: MetricDefinition,
  chosen: Chosen,
  what: string,
): Series => {
  const possible = dimensions.flat().map((each) => each.toLowerCase());
  for (const [option, value] of Object.entries(chosen))
    if (value !== undefined && !possible.includes(option))
      throw new DeploymentError(`${what}: it has no dimension ${option}.`);
  if (possible.includes('check')) return ofCheck(registry, chosen, what);
  if (possible.includes('endpoint')) return ofEndpoint(registry, chosen, SUITE_OF[name as MetricName], what);
  return ofRun(registry, chosen, what);
};

const ofEndpoint = (registry: Registry, chosen: Chosen, suite: Suite | undefined, what: string): Series => {
  const endpoint = endpointNamed(registry, chosen.endpoint, what);
  const every = registry.schedules[endpoint.schedule];
  if (every === undefined) throw new DeploymentError(`${what} of ${endpoint.name}: it has no schedule.`);
  const vantage = vantageOf(endpoint, chosen.vantage, what);
  return {
    dimensions: { Endpoint: endpoint.name, Vantage: vantage },
    every: Duration.millis(suite === undefined ? Math.min(...Object.values(every)) : every[suite]),
  };
};

const endpointNamed = ({ endpoints }: Registry, name: string | undefined, what: string): Endpoint => {
  const names = endpoints.map((each) => each.name);
  if (name === undefined) throw new DeploymentError(`${what}: name an endpoint${advise('', names)}`);
  const endpoint = endpoints.find((each) => each.name === name);
  if (endpoint === undefined) throw new DeploymentError(`${what}: unknown endpoint ${name}${advise(name, names)}`);
  return endpoint;
};

/** A vantage that sends nothing has no series. */
const vantageOf = (
  { name, from: [first, ...others], from }: Endpoint,
  wanted: string | undefined,
  what: string,
): string => {
  if (wanted === undefined && others.length === 0) return first;
  if (wanted !== undefined && from.includes(wanted)) return wanted;
  throw new DeploymentError(`${what} of ${name}: it is probed from ${from.join(', ')}: name one of them.`);
};

const ofCheck = (registry: Registry, chosen: Chosen, what: string): Series => {
  const { check } = chosen;
  const of = chosen.endpoint === undefined ? null : endpointNamed(registry, chosen.endpoint, what);
  const checks =
    of === null
      ? [
          ...Object.keys(registry.identities).map(identityCheck),
          ...Object.keys(registry.sources ?? {}).map(sourceCheck),
        ]
      : planEndpoint(of, registry.identities, SUITES).checks;
  const ids = checks.map(({ id }) => id);
  const found = checks.find(({ id }) => id === check);
  if (check === undefined || found === undefined)
    throw new DeploymentError(`${what}: unknown check ${check ?? ''}${advise(check ?? '', ids)}`);
  const [first = DEFAULT_VANTAGE] = usedVantages(registry.endpoints);
  const vantage = of === null ? first : vantageOf(of, chosen.vantage, what);
  // The identities are checked by the runs of every schedule.
  const schedules = of === null ? Object.values(registry.schedules) : [registry.schedules[of.schedule]];
  const intervals = schedules.flatMap((each) => each?.[found.suite] ?? []);
  return {
    dimensions: { ...(of !== null && { Endpoint: of.name }), Vantage: vantage, Check: dimensionValue(check) },
    every: Duration.millis(Math.min(...intervals)),
  };
};

const ALL = 'all';
const ofRun = ({ schedules, endpoints }: Registry, { schedule, suite }: Chosen, what: string): Series => {
  const used = [...new Set(endpoints.map((each) => each.schedule))];
  if ((schedule === undefined) !== (suite === undefined))
    throw new DeploymentError(`${what}: schedule and suite belong together: give both, or neither for all runs.`);
  if (schedule !== undefined && schedule !== ALL && !used.includes(schedule))
    throw new DeploymentError(`${what}: unknown schedule ${schedule}${advise(schedule, [...used, ALL])}`);
  const suites: readonly string[] = [...SUITES, ALL];
  if (suite !== undefined && !suites.includes(suite))
    throw new DeploymentError(`${what}: unknown suite ${suite}${advise(suite, suites)}`);
  const of = schedule === undefined || schedule === ALL ? used : [schedule];
  const intervals = of.flatMap((name) =>
    Object.entries(schedules[name] ?? {}).flatMap(([each, every]) =>
      suite === undefined || suite === ALL || each === suite ? [every] : [],
    ),
  );
  return {
    dimensions: schedule === undefined || suite === undefined ? {} : { Schedule: schedule, Suite: suite },
    every: Duration.millis(Math.min(...intervals)),
  };
};
