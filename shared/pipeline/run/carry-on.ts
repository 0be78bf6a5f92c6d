/** The next round of a run: what the batches of this round did not get to becomes follow-up batches. */
import type { Batch, BatchResult, RunPlan } from '../../model/run.ts';
import { type Carried, FOLLOW_UPS, followUps, halved } from '../../plan/follow-ups.ts';

/** The next round's part of the state machine's input. */
export type FollowUp = Required<Pick<RunPlan, 'items' | 'batches' | 'from' | 'round'>>;

/** A batch of this round and the names in its `rest`; null if the batch left no result. */
export type Left = { readonly batch: number; readonly names: readonly string[] | null };

export type CarryPorts = {
  readonly batchOf: (runId: string, batch: number) => Promise<Batch>;
  /** Writes batches, the first with the number `from`, and their items. Returns the key of the items. */
  readonly putPlan: (runId: string, batches: readonly Batch[], from: number) => Promise<string>;
  readonly putResult: (runId: string, batch: number, result: BatchResult) => Promise<void>;
};

/** Returns null if nothing is left, or if this was the last round. Repeated, it writes the same batches under the same numbers. */
export const carryOn = async (
  runId: string,
  { batches, round = 0 }: RunPlan,
  left: readonly Left[],
  ports: CarryPorts,
): Promise<FollowUp | null> => {
  if (round >= FOLLOW_UPS) return null;
  const carried: Carried[] = [];
  for (const each of left) carried.push(...(await carriedOf(runId, each, ports)));
  const more = followUps(carried);
  if (more.length === 0) return null;
  const items = await ports.putPlan(runId, more, batches);
  await markLost(runId, left, ports);
  return { items, batches: batches + more.length, from: batches, round: round + 1 };
};

/** A batch that cannot be read is not carried: it stays without a result, and the run's last report says so. */
const carriedOf = async (
  runId: string,
  { batch, names }: Left,
  { batchOf }: CarryPorts,
): Promise<readonly Carried[]> => {
  const planned = await batchOf(runId, batch).catch(() => null);
  if (planned === null) return [];
  return names === null ? halved(planned) : [{ batch: planned, names }];
};

/** Gives a batch without a result one that says where its endpoints are: later reports must not take it for lost. */
const markLost = async (runId: string, left: readonly Left[], { batchOf, putResult }: CarryPorts): Promise<void> => {
  for (const { batch, names } of left) {
    const planned = names === null ? await batchOf(runId, batch).catch(() => null) : null;
    const rest = planned?.endpoints.map(({ name }) => name) ?? [];
    if (rest.length > 0) await putResult(runId, batch, { ...NOTHING, rest });
  }
};

const NOTHING = { checks: [], servedChains: [], notCovered: [], complete: true, due: [], state: 'written' } as const;
