/** The first step of a run on AWS: divides the deployed registry into batches. */
import type { Registry } from '../../model/registry.ts';
import type { Batch, RegistryDeployment, RunPlan } from '../../model/run.ts';
import { makeBatches } from '../../plan/batches.ts';
import { type RunEvent, requestOf, runIdentity } from './run-event.ts';

/** `refused`: a sentence that says why the request is invalid; nothing was planned. */
export type Planned = RunPlan | { readonly refused: string };

export type PlanPorts = {
  readonly loadRegistry: () => Promise<{
    readonly registry: Registry;
    readonly bundles: RegistryDeployment['bundles'];
  }>;
  /** Returns the key of the map's items. */
  readonly putPlan: (runId: string, batches: readonly Batch[]) => Promise<string>;
};

export const planRun = async (event: RunEvent, { loadRegistry, putPlan }: PlanPorts): Promise<Planned> => {
  const request = requestOf(event.input);
  if (!request.ok) return { refused: `The input of the execution: ${request.errors.join('; ')}.` };
  const run = runIdentity(event, request.value);
  const { registry, bundles } = await loadRegistry();
  if (run.schedule !== null && !Object.hasOwn(registry.schedules, run.schedule)) {
    const known = Object.keys(registry.schedules).join(', ');
    return { refused: `The input of the execution: there is no schedule ${run.schedule}; the registry has ${known}.` };
  }
  const batches = makeBatches(registry, run, bundles);
  const { suite, schedule } = run;
  return { suite, schedule, batches: batches.length, items: await putPlan(run.id, batches) };
};
