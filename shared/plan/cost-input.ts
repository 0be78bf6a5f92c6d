/** The input of the cost estimate, from a registry. */
import { type MetricLevel, SUITE_REQUESTS, SUITES, type Suite, type SuiteRequest } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import type { Milliseconds } from '../model/time.ts';
import { makeBatches } from './batches.ts';
import { monthlyCost } from './cost.ts';
import type { Cost, CostInput } from './cost-types.ts';
import { MEASURED } from './measured.ts';
import { planEndpoint, suitesOf } from './plan.ts';
import { workOf } from './run-work.ts';
import { namedSecrets } from './vantage-secrets.ts';
import { countedByVantage, usedVantages } from './vantages.ts';
import { interfacesOf } from './vpc-endpoints.ts';

export type Deployed = {
  readonly metrics: MetricLevel;
  readonly memoryMb: number;
  readonly secretKeys?: boolean;
  readonly unusual?: number;
  /** Zones of a vantage's VPC, where the deployment knows better than the registry. */
  readonly zones?: Readonly<Record<string, number>>;
};

type Durations = ReadonlyMap<string, Milliseconds>;

/** The registry's trust bundles as a batch carries them, without their files. */
const bundlesOf = ({ trustBundles }: Registry) =>
  Object.fromEntries(
    Object.entries(trustBundles).map(([name, source]) => [
      name,
      source.kind === 'secret' ? { kind: source.kind, secret: source.secret } : ({ kind: 'system' } as const),
    ]),
  );

/** `durations`: what sweeps are expected to take, as in `makeBatches`. Default: every endpoint answers. */
export function costInput(registry: Registry, deployed: Deployed, durations: Durations = new Map()): CostInput {
  const { schedules, endpoints, identities } = registry;
  const workIn = (schedule: string, suite: Suite) => {
    const run = { id: '', startedAt: 0, suite, schedule } as const;
    return workOf(makeBatches(registry, run, bundlesOf(registry), durations), durations, deployed.memoryMb);
  };
  return {
    ...deployed,
    vantages: usedVantages(endpoints).length,
    secrets: namedSecrets(registry).length,
    interfaces: interfacesOf(registry, deployed.metrics, deployed.zones),
    schedules: Object.entries(schedules).map(([name, every]) => ({
      every,
      endpoints: countedByVantage(endpoints.filter(({ schedule }) => schedule === name)),
      runs: Object.fromEntries(
        SUITES.map((suite) => [suite, workIn(name, suite)]),
      ) as CostInput['schedules'][0]['runs'],
    })),
    checks: Object.fromEntries(
      SUITE_REQUESTS.map((suite) => {
        const counts = endpoints.map((endpoint) => planEndpoint(endpoint, identities, suitesOf(suite)).checks.length);
        return [suite, counts.reduce((sum, count) => sum + count, 0) / Math.max(1, endpoints.length)];
      }),
    ) as Record<SuiteRequest, number>,
  };
}

/** A month of a registry as it is deployed. */
export const costOf = (
  registry: Registry,
  metrics: MetricLevel,
  others: Omit<Deployed, 'metrics' | 'memoryMb'> = {},
): Cost => monthlyCost(costInput(registry, { memoryMb: MEASURED.memoryMb, metrics, ...others }));
