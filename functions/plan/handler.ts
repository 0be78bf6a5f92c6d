/** The state machine's first step: reads the deployed registry, and writes the run's batches to S3. */
import { Logger } from '@aws-lambda-powertools/logger';
import { metricsClient, stateClient, storageClient } from '../../shared/aws/clients.ts';
import { putMetrics } from '../../shared/aws/cloudwatch.ts';
import { keysOpen } from '../../shared/aws/due-index.ts';
import { required } from '../../shared/aws/environment.ts';
import { inventoryStore } from '../../shared/aws/inventory-store.ts';
import { getJson } from '../../shared/aws/json-objects.ts';
import { runLocks } from '../../shared/aws/run-locks.ts';
import { runStore } from '../../shared/aws/run-store.ts';
import type { RegistryDeployment } from '../../shared/model/run.ts';
import { type Planned, type PlanPorts, planRun } from '../../shared/pipeline/run/plan-run.ts';
import type { RunEvent } from '../../shared/pipeline/run/run-event.ts';
import { durationsKey } from '../../shared/plan/durations.ts';
import { MONITOR, NAMESPACE } from '../../shared/publish/metric-catalogue.ts';
import { skippedMetric } from '../../shared/publish/metrics.ts';
import { fillPlaces } from '../../shared/registry/deployed-values.ts';
import { formatErrors } from '../../shared/registry/format.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-plan' });
const [storage, state] = [storageClient(), stateClient()];
const publish = putMetrics(metricsClient(), NAMESPACE, { [MONITOR]: required('MONITOR') });
const table = required('STATE_TABLE');
const { putPlan, putGone, readDocument } = runStore(storage, required('RUN_BUCKET'));

type Loaded = Awaited<ReturnType<PlanPorts['loadRegistry']>>;
/** Cached for the life of the function: the asset's key changes with its content. */
let loaded: Loaded | null = null;

const loadRegistry = async (): Promise<Loaded> => {
  if (loaded !== null) return loaded;
  const [bucket, key] = [required('REGISTRY_BUCKET'), required('REGISTRY_KEY')];
  const { file, text, bundles } = await getJson<RegistryDeployment>(storage, bucket, key);
  const filled = fillPlaces(text, JSON.parse(process.env['REGISTRY_VALUES'] ?? '{}'));
  const parsed = parseRegistry(filled, `/${file}`);
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors, filled, file));
  loaded = { registry: parsed.value.registry, bundles, digest: key, file };
  return loaded;
};

export const handler = async (event: RunEvent): Promise<Planned> => {
  const planned = await planRun(event, {
    loadRegistry,
    putPlan,
    readDurations: (run) => readDocument(durationsKey(run)),
    locks: runLocks(state, table),
    inventory: inventoryStore(storage, required('RUN_BUCKET')),
    leavers: { withOpen: () => keysOpen(state, table), putGone },
    warn: (message) => logger.warn(message),
  });
  logger.info('planned', { run: event.execution.id, ...planned });
  if ('skipped' in planned) {
    await publish(skippedMetric(Date.now())).catch((error: Error) => logger.warn('the metric was not sent', error));
  }
  return planned;
};
