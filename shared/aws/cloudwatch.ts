/** Sends metrics to CloudWatch. */
import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Metric, PutMetrics } from '../pipeline/ports.ts';
import { chunks } from './chunks.ts';

/** API_PutMetricData: at most 1000 metrics and 1 MB a call. The rest of the 1 MB is for the fields around the data. */
const METRICS_PER_CALL = 1000;
const BYTES_PER_CALL = 900 * 1024;

/** `common`: dimensions of every metric. Leaves out a metric whose value is not a finite number: CloudWatch would refuse the whole call. Rejects if CloudWatch refuses a call. */
export const putMetrics =
  (client: CloudWatchClient, namespace: string, common: Readonly<Record<string, string>>): PutMetrics =>
  async (metrics) => {
    const data = metrics.filter(isANumber).map((metric) => datumOf(metric, common));
    const calls = chunks(data, METRICS_PER_CALL, { size: BYTES_PER_CALL, of: (datum) => JSON.stringify(datum).length });
    for (const MetricData of calls) {
      await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: [...MetricData] }));
    }
  };

const isANumber = ({ value }: Metric): boolean =>
  (typeof value === 'number' ? [value] : Object.values(value)).every(Number.isFinite);

const datumOf = (
  { name, unit, dimensions, timestamp, value }: Metric,
  common: Readonly<Record<string, string>>,
): MetricDatum => ({
  MetricName: name,
  Unit: unit,
  Dimensions: Object.entries({ ...common, ...dimensions }).map(([Name, Value]) => ({ Name, Value })),
  Timestamp: new Date(timestamp),
  ...(typeof value === 'number'
    ? { Value: value }
    : {
        StatisticValues: { SampleCount: value.count, Sum: value.sum, Minimum: value.min, Maximum: value.max },
      }),
});
