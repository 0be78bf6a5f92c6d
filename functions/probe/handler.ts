/** One item of the map: probes its batch, writes the result to S3 and the metrics to CloudWatch. May run twice for the same batch. */
import { Logger } from '@aws-lambda-powertools/logger';
import { metricsClient, storageClient } from '../../shared/aws/clients.ts';
import { putMetrics } from '../../shared/aws/cloudwatch.ts';
import { required } from '../../shared/aws/environment.ts';
import { runStore } from '../../shared/aws/run-store.ts';
import type { MetricLevel } from '../../shared/model/names.ts';
import type { BatchRef } from '../../shared/model/run.ts';
import { batchMetrics } from '../../shared/pipeline/run/batch-metrics.ts';
import { runBatch } from '../../shared/pipeline/run/run-batch.ts';
import { MONITOR, NAMESPACE } from '../../shared/publish/metric-catalogue.ts';
import { keepSmall } from '../process/keep-small.ts';
import { portsOf } from './ports.ts';
import { timesOf } from './times.ts';
import { refuseOtherVantage } from './vantage.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-probe' });
const runs = runStore(storageClient(), required('RUN_BUCKET'));
const publish = putMetrics(metricsClient(), NAMESPACE, { [MONITOR]: required('MONITOR') });
const level = required('METRICS') as MetricLevel;

/** The map does not retry this error: the rest of the batch is done. */
class MetricsNotSent extends Error {
  override readonly name = 'MetricsNotSent';
}

type Context = { getRemainingTimeInMillis(): number };

/** A warm function is as large as its largest batch was, not as all its batches together. Bytes: one collection in several small batches. */
const tidy = keepSmall(30_000_000);

export const handler = (ref: BatchRef, context: Context) => probe(ref, context).finally(tidy);

const probe = async (ref: BatchRef, context: Context) => {
  const times = timesOf(Date.now(), context.getRemainingTimeInMillis(), ref.enteredAt);
  const batch = await runs.readBatch(ref.key);
  refuseOtherVantage(batch, process.env['VANTAGE']);
  const { id: run } = batch.run;
  const result = await runBatch(batch, {
    ...portsOf(run, times),
    carries: ref.carries === true,
    keep: (seen) => runs.putResult(run, ref.batch, seen),
  });
  const { checks, complete, due, rest = [] } = result;
  const counts = { checks: checks.length, due: due.length, rest: rest.length };
  logger.info('probed', { run, batch: ref.batch, complete, ...counts });
  await publish(batchMetrics(batch, result, level, Date.now())).catch((cause: unknown) => {
    throw new MetricsNotSent(`The metrics of batch ${ref.batch} were not sent: ${String(cause)}`, { cause });
  });
  return { batch: ref.batch, complete };
};
