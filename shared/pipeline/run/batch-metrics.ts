/** One batch's results → its endpoints' metrics and standings. */
import type { EndpointStanding } from '../../model/endpoint-standing.ts';
import type { MetricLevel } from '../../model/names.ts';
import type { Batch, BatchResult } from '../../model/run.ts';
import type { Instant } from '../../model/time.ts';
import type { EndpointRun } from '../../publish/figures.ts';
import { standingsOf } from '../../publish/figures.ts';
import { checkMetrics, endpointMetrics } from '../../publish/metrics.ts';
import type { Metric } from '../ports.ts';
import type { Checked } from './checked.ts';
import { sweptOf } from './swept.ts';

/** The metrics that a batch sends by itself: none at the levels `fleet` and `sparse`. `now` is their timestamp. */
export const batchMetrics = (
  batch: Batch,
  result: BatchResult,
  level: MetricLevel,
  now: Instant,
): readonly Metric[] => [
  ...endpointRuns(sweptOf(batch, result), result).flatMap((run) => endpointMetrics(run, level, now)),
  ...(level === 'check'
    ? checkMetrics(
        result.checks.filter(({ endpoint }) => endpoint === null),
        now,
      )
    : []),
];

export const batchStandings = (batch: Batch, checked: Measured): readonly EndpointStanding[] =>
  endpointRuns(batch, checked).flatMap(standingsOf);

type Measured = Pick<Checked, 'checks' | 'servedChains' | 'durations'>;

const endpointRuns = (
  { endpoints, vantage, suites, run }: Batch,
  { checks, servedChains, durations }: Measured,
): readonly EndpointRun[] => {
  const own = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const chains = Map.groupBy(servedChains, ({ endpoint }) => endpoint);
  return endpoints.map(({ name, schedule }) => ({
    endpoint: name,
    vantage,
    schedule,
    run,
    suites,
    checks: own.get(name) ?? [],
    servedChains: chains.get(name) ?? [],
    durationMs: durations?.[name] ?? null,
  }));
};
