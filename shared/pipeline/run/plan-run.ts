/** The first step of a run on AWS: divides the deployed registry into batches. */
import type { Registry } from '../../model/registry.ts';
import type { Batch, RegistryDeployment, RunIdentity, RunPlan } from '../../model/run.ts';
import type { Milliseconds } from '../../model/time.ts';
import { makeBatches } from '../../plan/batches.ts';
import { durationsIn } from '../../plan/durations.ts';
import type { InventoryStore, RunLocks } from '../ports.ts';
import { deployedSources } from './deployed-sources.ts';
import { findLeavers, type LeaverPorts } from './leavers.ts';
import { lockKey, MOST_HELD } from './overlap.ts';
import { type RunEvent, requestOf, runIdentity } from './run-event.ts';

/** `refused`: a sentence that says why the request is invalid; `skipped`: why this run does not go on. Nothing was planned. */
export type Planned = RunPlan | { readonly refused: string } | { readonly skipped: string };

export type PlanPorts = {
  readonly loadRegistry: () => Promise<{
    readonly registry: Registry;
    readonly bundles: RegistryDeployment['bundles'];
    /** Another one for another registry. */
    readonly digest: string;
    /** Its file's name, for the lines that reproduce a check. */
    readonly file?: string;
  }>;
  /** Returns the key of the map's items. */
  readonly putPlan: (runId: string, batches: readonly Batch[]) => Promise<string>;
  /** Returns the record that the last report of this schedule and suite kept; null if there is none. */
  readonly readDurations: (run: RunIdentity) => Promise<unknown>;
  readonly locks: Pick<RunLocks, 'take'>;
  /** What the inventory has kept of the registry’s sources. */
  readonly inventory: Pick<InventoryStore, 'load'>;
  /** What of the state the registry no longer asks for. */
  readonly leavers: LeaverPorts;
  readonly warn: (message: string) => void;
};

const NONE: ReadonlyMap<string, Milliseconds> = new Map();

/** Durations only size the batches: without a record that can be read, the run is planned with defaults. */
const durationsOf = async (
  run: RunIdentity,
  { readDurations, warn }: Pick<PlanPorts, 'readDurations' | 'warn'>,
): Promise<ReadonlyMap<string, Milliseconds>> => {
  try {
    const stored = await readDurations(run);
    if (stored === null) return NONE;
    const durations = durationsIn(stored);
    if (durations === null) warn('The record of the last durations is damaged: the batches are sized by defaults.');
    return durations ?? NONE;
  } catch (error) {
    warn(`The last durations could not be read: the batches are sized by defaults. ${String(error)}`);
    return NONE;
  }
};

/** Only runs that a schedule starts are skipped: an execution that a person starts goes on. If the lock cannot be taken for another reason, so does the run. */
const overlapOf = async (
  { id, schedule, suite, startedAt }: RunIdentity,
  { locks, warn }: Pick<PlanPorts, 'locks' | 'warn'>,
): Promise<string | null> => {
  if (schedule === null) return null;
  try {
    const isTaken = await locks.take(lockKey({ schedule, suite }), id, startedAt, startedAt + MOST_HELD);
    return isTaken ? null : `The last run of ${suite} of the schedule ${schedule} still goes on.`;
  } catch (error) {
    warn(`It could not be seen whether the last run still goes on: this one does. ${String(error)}`);
    return null;
  }
};

export const planRun = async (event: RunEvent, ports: PlanPorts): Promise<Planned> => {
  const request = requestOf(event.input);
  if (!request.ok) return { refused: `The input of the execution: ${request.errors.join('; ')}.` };
  const run = runIdentity(event, request.value);
  const { registry, bundles, digest, file } = await ports.loadRegistry();
  if (run.schedule !== null && !Object.hasOwn(registry.schedules, run.schedule)) {
    const known = Object.keys(registry.schedules).join(', ');
    return { refused: `The input of the execution: there is no schedule ${run.schedule}; the registry has ${known}.` };
  }
  const skipped = await overlapOf(run, ports);
  if (skipped !== null) return { skipped };
  const known = { ...run, registry: digest, registered: registry.endpoints.length };
  const named = file === undefined ? {} : { registryFile: file };
  const [durations, sources] = await Promise.all([durationsOf(run, ports), deployedSources(registry, ports.inventory)]);
  const batches = makeBatches(registry, known, bundles, durations, sources).map((batch) => ({
    ...batch,
    ...named,
  }));
  const { suite, schedule } = run;
  const items = await ports.putPlan(run.id, batches);
  await findLeavers(run, { registry, digest }, ports);
  return { suite, schedule, batches: batches.length, items };
};
