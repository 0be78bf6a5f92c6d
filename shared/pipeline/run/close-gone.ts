/** The report's part of what left the registry: it closes what the plan found, once the run is whole. */
import type { Gone, RunIdentity } from '../../model/run.ts';
import { closeRemoved } from '../announce/close-removed.ts';
import type { StateStore } from '../ports.ts';
import { mayClose } from './leavers.ts';

export type Closed = {
  /** State keys that may have due closings. */
  readonly keys: readonly string[];
  /** Why some were not closed. The next run closes them. */
  readonly failures: readonly string[];
};
export const NONE_CLOSED: Closed = { keys: [], failures: [] };

export type GonePorts = {
  /** Null if the plan found that nothing has left. */
  readonly readGone: (runId: string) => Promise<Gone | null>;
  /** The registry of this deployment, as a plan names it. Default: nothing is closed. */
  readonly registry?: string;
};

/** Never rejects. */
export const closeGone = async (
  run: RunIdentity,
  { store, readGone, registry }: GonePorts & { readonly store: StateStore },
): Promise<Closed> => {
  try {
    const gone = await readGone(run.id);
    if (gone === null || !mayClose(gone, registry)) return NONE_CLOSED;
    await closeRemoved(store, gone.keys, run);
    return { keys: gone.keys, failures: [] };
  } catch (error) {
    return { keys: [], failures: [`What left the registry was not closed: ${String(error)}`] };
  }
};
