/** Reads the results of a run's batches, one after the other, and adds them up. */
import type { Batch, BatchResult, RunPlan } from '../../model/run.ts';
import type { Milliseconds } from '../../model/time.ts';
import { addTo, EMPTY_TALLY, type Tally } from '../../publish/tally.ts';
import { recordAll } from '../announce/record-results.ts';
import type { StateStore } from '../ports.ts';
import type { Left } from './carry-on.ts';
import { sweptOf } from './run-batch.ts';
import { noResult, notReached, outOfTime, stateNotWritten } from './run-problems.ts';
import { stateUpdates } from './state-updates.ts';

export type CollectPorts = {
  readonly store: StateStore;
  /** Results in the order of the batches; null for a batch without a result. A result whose `state` is `pending` is not in the state yet. */
  readonly results: (runId: string, batches: number) => AsyncIterable<BatchResult | null>;
  readonly batchOf: (runId: string, batch: number) => Promise<Batch>;
};

export type Collected = {
  readonly tally: Tally;
  readonly due: readonly string[];
  /** Sentences: why the run would be incomplete if this were its last round. */
  readonly problems: readonly string[];
  /** Batches without a result, without state, or with a rest. */
  readonly missing: number;
  readonly durations: ReadonlyMap<string, Milliseconds>;
  /** What the batches of this round did not get to. What an earlier round left is in this round's batches. */
  readonly left: readonly Left[];
};

export const collectResults = async (
  runId: string,
  { batches, from = 0 }: Pick<RunPlan, 'batches' | 'from'>,
  ports: CollectPorts,
): Promise<Collected> => {
  let tally = EMPTY_TALLY;
  const [due, problems, left]: [string[], string[], Left[]] = [[], [], []];
  const durations = new Map<string, Milliseconds>();
  let [batch, missing] = [0, 0];
  for await (const result of ports.results(runId, batches)) {
    if (result !== null) tally = addTo(tally, result);
    for (const [name, took] of Object.entries(result?.durations ?? {})) durations.set(name, took);
    const keys = result === null ? null : await dueOf(runId, batch, result, ports);
    due.push(...(keys ?? []));
    const open = leftOf(batch, result, from);
    if (open !== null) left.push(open);
    if (keys === null || open !== null) missing += 1;
    problems.push(...(await problemsOf(runId, { batch, result, written: keys !== null, open }, ports)));
    batch += 1;
  }
  return { tally, due, problems, missing, durations, left };
};

const leftOf = (batch: number, result: BatchResult | null, from: number): Left | null => {
  if (batch < from) return null;
  if (result === null) return { batch, names: null };
  const { rest = [] } = result;
  return rest.length === 0 ? null : { batch, names: rest };
};

type Seen = {
  readonly batch: number;
  readonly result: BatchResult | null;
  readonly written: boolean;
  readonly open: Left | null;
};

const problemsOf = async (
  runId: string,
  { batch, result, written, open }: Seen,
  { batchOf }: CollectPorts,
): Promise<readonly string[]> => {
  const planned = written ? null : await batchOf(runId, batch).catch(() => null);
  if (result === null) return [noResult(batch, planned)];
  return [
    ...(result.complete ? [] : [outOfTime(batch, result)]),
    ...(written ? [] : [stateNotWritten(batch, planned)]),
    ...(open === null || open.names === null ? [] : [notReached(batch, open.names)]),
  ];
};

/** Returns the batch's keys with due transitions. Writes the state first if the batch stored its result but not the state; null if that fails too. */
const dueOf = async (
  runId: string,
  batch: number,
  result: BatchResult,
  { batchOf, store }: CollectPorts,
): Promise<readonly string[] | null> => {
  if (result.state !== 'pending') return result.due;
  try {
    return await recordAll(store, stateUpdates(sweptOf(await batchOf(runId, batch), result), result));
  } catch {
    return null;
  }
};
