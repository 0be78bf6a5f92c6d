/** The ports of a batch: Secrets Manager and the state; no files and no environment variables. */
import { setTimeout as sleep } from 'node:timers/promises';
import { hastyStateClient } from '../../shared/aws/clients.ts';
import { required } from '../../shared/aws/environment.ts';
import { secretsByRun } from '../../shared/aws/secrets.ts';
import { stateStore } from '../../shared/aws/state-store.ts';
import { isTransient } from '../../shared/aws/transient.ts';
import type { AddressRules } from '../../shared/model/address-rules.ts';
import { patientStore } from '../../shared/pipeline/run/patience.ts';
import type { BatchPorts } from '../../shared/pipeline/run/run-batch.ts';
import { CONNECTIONS } from '../../shared/plan/sharing.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import type { Times } from './times.ts';

const store = stateStore(hastyStateClient(), required('STATE_TABLE'), Date.now);
const registry = required('REGISTRY_KEY');
const secretsOf = secretsByRun();
const { ADDRESS_RULES: rules } = process.env;

export const portsOf = (run: string, { probing, state }: Times): Omit<BatchPorts, 'keep'> => ({
  store: patientStore(store, { clock: Date.now, sleep, random: Math.random, until: state, isPassing: isTransient }),
  registry,
  ...secretsOf(run),
  readFile: async () => ({ ok: false, reason: 'files are not deployed' }),
  readEnv: () => undefined,
  limits: connectionLimits(CONNECTIONS),
  connections: CONNECTIONS,
  clock: Date.now,
  deadline: () => probing,
  runtimeApi: process.env['AWS_LAMBDA_RUNTIME_API'],
  addresses: rules === undefined ? undefined : (JSON.parse(rules) as AddressRules),
});
