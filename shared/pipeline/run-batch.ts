/** One batch of a run on AWS: checks its endpoints, moves their state, says what is due. */
import type { Batch, BatchResult } from '../model/run.ts';
import { type CheckPorts, checkEndpoints } from './check-endpoints.ts';
import type { StateStore } from './ports.ts';
import { recordResults } from './record.ts';
import { stateUpdates } from './state-updates.ts';

export type BatchPorts = CheckPorts & { readonly store: StateStore };

export const runBatch = async (batch: Batch, ports: BatchPorts): Promise<BatchResult> => {
  const { run, vantage, suites, endpoints, identities, trustBundles, health, defaults } = batch;
  // A plan of the version before has none.
  const { healthBundles = {} } = batch;
  const checked = await checkEndpoints(
    {
      endpoints,
      identities,
      trustBundles,
      suites,
      health,
      healthBundles,
      expiry: defaults.expiry,
      vantage,
      startedAt: run.startedAt,
    },
    ports,
  );
  const recorded = await Promise.all(stateUpdates(batch, checked).map((update) => recordResults(ports.store, update)));
  return {
    checks: checked.checks,
    servedChains: checked.servedChains,
    notCovered: checked.notCovered,
    complete: !checked.checks.some(({ code }) => code === 'NOT_RUN'),
    due: recorded.flatMap(({ key, due }) => (due ? [key] : [])),
  };
};
