/** What a batch needs of the world: Secrets Manager and the state, no file and no environment. */
import { stateClient } from '../../shared/aws/clients.ts';
import { required } from '../../shared/aws/environment.ts';
import { secretsByRun } from '../../shared/aws/secrets.ts';
import { stateStore } from '../../shared/aws/state-store.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { BatchPorts } from '../../shared/pipeline/run-batch.ts';
import { CONNECTIONS } from '../../shared/plan/batches.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';

const store = stateStore(stateClient(), required('STATE_TABLE'));
const secretsOf = secretsByRun();

export const portsOf = (run: string, deadline: Instant): BatchPorts => ({
  store,
  ...secretsOf(run),
  readFile: async () => ({ ok: false, reason: 'files are not deployed' }),
  readEnv: () => undefined,
  limits: connectionLimits(CONNECTIONS),
  clock: Date.now,
  deadline: () => deadline,
  runtimeApi: process.env['AWS_LAMBDA_RUNTIME_API'],
});
