/** Converts one batch's results to metrics. `now` is their timestamp. */
import type { MetricLevel } from '../../model/names.ts';
import type { Batch, BatchResult } from '../../model/run.ts';
import type { Instant } from '../../model/time.ts';
import { checkMetrics, endpointMetrics } from '../../publish/metrics.ts';
import type { Metric } from '../ports.ts';
import { sweptOf } from './run-batch.ts';

export const batchMetrics = (
  batch: Batch,
  result: BatchResult,
  level: MetricLevel,
  now: Instant,
): readonly Metric[] => {
  const { endpoints, vantage, suites } = sweptOf(batch, result);
  const { checks, servedChains } = result;
  return [
    ...endpoints.flatMap(({ name }) =>
      endpointMetrics(
        {
          endpoint: name,
          vantage,
          suites,
          checks: checks.filter(({ endpoint }) => endpoint === name),
          servedChains: servedChains.filter(({ endpoint }) => endpoint === name),
          timestamp: now,
        },
        level,
      ),
    ),
    ...(level === 'check'
      ? checkMetrics(
          checks.filter(({ endpoint }) => endpoint === null),
          now,
        )
      : []),
  ];
};
