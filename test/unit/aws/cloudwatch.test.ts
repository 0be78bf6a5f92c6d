import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { putMetrics } from '../../../shared/aws/cloudwatch.ts';
import type { Metric } from '../../../shared/pipeline/ports.ts';

const client = new CloudWatchClient({ region: 'eu-west-1' });
const aws = mockClient(client);
beforeEach(() => {
  aws.reset();
  aws.on(PutMetricDataCommand).resolves({});
});

const metric = (value: Metric['value'], endpoint = 'payments'): Metric => ({
  name: 'ProbeLatency',
  unit: 'Milliseconds',
  dimensions: { Endpoint: endpoint },
  timestamp: 1_700_000_000_000,
  value,
});
const sent = () => aws.commandCalls(PutMetricDataCommand).map((call) => call.args[0].input);

describe('putMetrics', () => {
  test('at most 1000 a call', async () => {
    await putMetrics(client, 'MtlsMonitor', { Monitor: 'prod' })(Array.from({ length: 2001 }, () => metric(1)));

    expect(sent().map(({ MetricData }) => MetricData?.length)).toEqual([1000, 1000, 1]);
  });

  test('below 1 MB a call', async () => {
    await putMetrics(client, 'MtlsMonitor', { Monitor: 'prod' })(
      Array.from({ length: 1000 }, () => metric(1, 'e'.repeat(2000))),
    );

    expect(sent().length).toBeGreaterThan(1);
    for (const input of sent()) expect(JSON.stringify(input).length).toBeLessThan(1_000_000);
  });

  test('a statistic set stays one, dimensions are named, the monitor’s first, and the namespace is the caller’s', async () => {
    await putMetrics(client, 'MtlsMonitor', { Monitor: 'prod' })([metric({ count: 2, sum: 30, min: 10, max: 20 })]);

    expect(sent()).toEqual([
      {
        Namespace: 'MtlsMonitor',
        MetricData: [
          {
            MetricName: 'ProbeLatency',
            Unit: 'Milliseconds',
            Dimensions: [
              { Name: 'Monitor', Value: 'prod' },
              { Name: 'Endpoint', Value: 'payments' },
            ],
            Timestamp: new Date(1_700_000_000_000),
            StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 },
          },
        ],
      },
    ]);
  });

  test('one value that is no number does not cost the others', async () => {
    await putMetrics(client, 'MtlsMonitor', { Monitor: 'prod' })([
      metric(Number.NaN),
      metric(7),
      metric(Number.POSITIVE_INFINITY),
    ]);

    expect(sent()[0]?.MetricData?.map(({ Value }) => Value)).toEqual([7]);
  });

  test('nothing to say, nothing sent', async () => {
    await putMetrics(client, 'MtlsMonitor', { Monitor: 'prod' })([]);

    expect(sent()).toEqual([]);
  });
});
