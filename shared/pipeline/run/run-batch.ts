/** One batch of a run on AWS: checks its endpoints, stores the results, writes their state, and returns the keys with due transitions. */
import type { Batch, BatchFacts, BatchResult } from '../../model/run.ts';
import { FOLLOW_UPS, roundOf } from '../../plan/follow-ups.ts';
import { recordAll } from '../announce/record-results.ts';
import type { StateStore } from '../ports.ts';
import { batchStandings } from './batch-metrics.ts';
import { checkEndpoints } from './check-endpoints.ts';
import type { Checked, CheckPorts } from './checked.ts';
import { mayClose } from './leavers.ts';
import { notesOf } from './registry-facts.ts';
import { stateUpdates } from './state-updates.ts';
import { sweptOf } from './swept.ts';

export type BatchPorts = CheckPorts & BatchStores;
export type BatchStores = {
  readonly store: StateStore;
  /** Stores the batch's result in place of an earlier one. */
  readonly keep: (result: BatchResult) => Promise<void>;
  /** The registry of this deployment, as a plan names it. Default: nothing is closed. */
  readonly registry?: string;
};

/** In the last round nothing is carried over any more. */
export const runBatch = async (batch: Batch, ports: BatchPorts): Promise<BatchResult> => {
  const carries = ports.carries === true && roundOf(batch) < FOLLOW_UPS;
  return storeBatch(batch, await checkEndpoints(batch, { ...ports, carries }), ports);
};

/**
 * Stores the results before it writes any state: if the state cannot be written, or the function ends before it is, the report writes the state
 * from the stored results. Rejects with a `StateNotWritten`, or if the result cannot be stored; the same batch may then be run again.
 */
export const storeBatch = async (
  batch: Batch,
  checked: Checked,
  { store, keep, registry }: BatchStores,
): Promise<BatchResult> => {
  const { checks, servedChains, notCovered, durations = {}, rest = [] } = checked;
  const swept = sweptOf(batch, { rest });
  const complete = !checks.some(({ code }) => code === 'NOT_RUN');
  const standings = batchStandings(swept, checked);
  const { vantage } = batch;
  const probed = {
    vantage,
    checks,
    servedChains,
    notCovered,
    complete,
    durations,
    standings,
    facts: factsOf(swept, checked),
  };
  const seen = { ...probed, ...(rest.length > 0 && { rest }) };
  // A failure of the first store is ignored, and the state is written all the same: if the result cannot be stored at all, the last store rejects.
  await keep({ ...seen, due: [], state: 'pending' }).catch(() => undefined);
  const scope = { ...swept, closes: mayClose(batch.run, registry) };
  const due = await recordAll(store, stateUpdates(scope, { checks, servedChains }));
  const result: BatchResult = { ...seen, due, state: 'written' };
  await keep(result);
  return result;
};

const factsOf = ({ endpoints, suites, run }: Batch, { checks, dates = [] }: Checked): BatchFacts => {
  const own = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const asked = { suites, startedAt: run.startedAt };
  return {
    endpoints: endpoints.map((endpoint) => notesOf(endpoint, own.get(endpoint.name) ?? [], asked)),
    dates,
    ...(run.registered !== undefined && { registered: run.registered }),
  };
};
