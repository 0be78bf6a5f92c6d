/** The state machine's first step: reads the deployed registry, and writes the run's batches to S3. */
import { Logger } from '@aws-lambda-powertools/logger';
import { storageClient } from '../../shared/aws/clients.ts';
import { required } from '../../shared/aws/environment.ts';
import { getJson } from '../../shared/aws/json-objects.ts';
import { runStore } from '../../shared/aws/run-store.ts';
import type { RegistryDeployment } from '../../shared/model/run.ts';
import { type Planned, type PlanPorts, planRun } from '../../shared/pipeline/run/plan-run.ts';
import type { RunEvent } from '../../shared/pipeline/run/run-event.ts';
import { durationsKey } from '../../shared/plan/durations.ts';
import { formatErrors } from '../../shared/registry/format.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-plan' });
const storage = storageClient();
const { putPlan, readDocument } = runStore(storage, required('RUN_BUCKET'));

type Loaded = Awaited<ReturnType<PlanPorts['loadRegistry']>>;
/** Cached for the life of the function: the asset's key changes with its content. */
let loaded: Loaded | null = null;

const loadRegistry = async (): Promise<Loaded> => {
  if (loaded !== null) return loaded;
  const bucket = required('REGISTRY_BUCKET');
  const { file, text, bundles } = await getJson<RegistryDeployment>(storage, bucket, required('REGISTRY_KEY'));
  const parsed = parseRegistry(text, `/${file}`);
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors, text, file));
  loaded = { registry: parsed.value.registry, bundles };
  return loaded;
};

export const handler = async (event: RunEvent): Promise<Planned> => {
  const planned = await planRun(event, {
    loadRegistry,
    putPlan,
    readDurations: (run) => readDocument(durationsKey(run)),
    warn: (message) => logger.warn(message),
  });
  logger.info('planned', { run: event.execution.id, ...planned });
  return planned;
};
