/** What left the registry: the plan finds it among what is open, and the report closes it. docs/adr/0050 */
import type { Registry } from '../../model/registry.ts';
import type { Gone, RunIdentity } from '../../model/run.ts';
import { goneFrom, plannedPlaces } from '../../plan/planned-places.ts';
import type { StateStore } from '../ports.ts';

export type LeaverPorts = {
  readonly withOpen: StateStore['withOpen'];
  readonly putGone: (runId: string, gone: Gone) => Promise<void>;
};

/**
 * Whether a function of the deployment `deployed` may close what the plan of a run does not have. A registry that was replaced since the run was planned may ask for it
 * again; a plan of an older version does not say its registry.
 */
export const mayClose = ({ registry }: Pick<RunIdentity, 'registry'>, deployed: string | undefined): boolean =>
  registry !== undefined && registry === deployed;

/** Stores what has left, if anything has. Where that cannot be seen, this run closes no item, and the next one does. */
export const findLeavers = async (
  run: RunIdentity,
  { registry, digest }: { readonly registry: Registry; readonly digest: string },
  { leavers, warn }: { readonly leavers: LeaverPorts; readonly warn: (message: string) => void },
): Promise<void> => {
  try {
    const keys = goneFrom(plannedPlaces(registry), run, await leavers.withOpen());
    if (keys.length > 0) await leavers.putGone(run.id, { registry: digest, keys });
  } catch (error) {
    warn(`It could not be seen what has left the registry: this run closes nothing of it. ${String(error)}`);
  }
};
