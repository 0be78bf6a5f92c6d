/** The input of the cost estimate, from a registry. */
import { type MetricLevel, SUITE_REQUESTS, type SuiteRequest } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import type { Batch } from '../model/run.ts';
import { makeBatches } from './batches.ts';
import type { CostInput } from './cost.ts';
import { planEndpoint, suitesOf } from './plan.ts';

export type Deployed = {
  readonly metrics: MetricLevel;
  readonly memoryMb: number;
  /** Measured; see `CostInput`. */
  readonly secondsPerSweep: number;
  readonly secretKeys?: boolean;
};

/**
 * Measured values of the probe function. A sweep of 12 checks took 10 ms of CPU on an x86-64 core (200 endpoints, nginx on loopback, P-256): 17 ms on the
 * 0.58 virtual CPUs of 1024 MB. The rest is for a slower core, start-up, and the calls to S3, DynamoDB and Secrets Manager of a batch.
 */
export const MEASURED = { memoryMb: 1024, secondsPerSweep: 0.04 } as const;

export function costInput(registry: Registry, deployed: Deployed): CostInput {
  const { schedules, endpoints, identities } = registry;
  const run = { id: '', startedAt: 0, suite: 'enforcement', schedule: null } as const;
  const batches = makeBatches(registry, run, {}, new Map());
  const mostSecrets = batches.map(
    (batch) => Object.keys(batch.identities).length + Object.keys(batch.trustBundles).length,
  );
  const controls = batches.map((batch) => controlSecrets(batch).length);
  return {
    ...deployed,
    schedules: Object.entries(schedules).map(([name, every]) => ({
      every,
      endpoints: endpoints.filter(({ schedule }) => schedule === name).length,
    })),
    checks: Object.fromEntries(
      SUITE_REQUESTS.map((suite) => {
        const counts = endpoints.map((endpoint) => planEndpoint(endpoint, identities, suitesOf(suite)).checks.length);
        return [suite, counts.reduce((sum, count) => sum + count, 0) / Math.max(1, endpoints.length)];
      }),
    ) as Record<SuiteRequest, number>,
    endpointsPerBatch: Math.max(1, endpoints.length / Math.max(1, batches.length)),
    secrets: mostSecrets.reduce((most, count) => Math.max(most, count), 1),
    controls: controls.reduce((most, count) => Math.max(most, count), 0),
  };
}

const controlSecrets = ({ endpoints, identities }: Batch): readonly string[] => [
  ...new Set(endpoints.flatMap(({ admits }) => admits).filter((name) => identities[name]?.source.kind === 'secret')),
];
