/** Divides a run's work into batches, one for each probe function. */
import { SUITES, type Suite } from '../model/names.ts';
import type { Endpoint, Registry } from '../model/registry.ts';
import type { Batch, RunIdentity, TrustBundle } from '../model/run.ts';
import type { Milliseconds } from '../model/time.ts';
import { expectedTime } from './expected-time.ts';
import { bundlesOfIdentities } from './identity-bundles.ts';
import { identitiesOf, planEndpoint, suitesOf } from './plan.ts';
import { byExpectedTime } from './sharing.ts';

/**
 * Returns the batches of the requested schedule's endpoints, and one more for the identities' own health if the certificates suite is requested.
 * `durations`: by endpoint, what its last sweep of this suite took. A batch may end before all its endpoints are swept: the rest is carried to a
 * follow-up batch (`follow-ups.ts`).
 */
export const makeBatches = (
  registry: Registry,
  run: RunIdentity,
  bundles: Readonly<Record<string, TrustBundle>>,
  durations: ReadonlyMap<string, Milliseconds>,
): readonly Batch[] => {
  const suites = suitesOf(run.suite);
  const endpoints = registry.endpoints.filter(({ schedule }) => run.schedule === null || schedule === run.schedule);
  const { expiry, settleAfter, remindAfter, identities } = registry;
  const common = { run, vantage: 'default', suites, defaults: { expiry, settleAfter, remindAfter } };
  const groups = groupsOf(endpoints, registry, suites, durations);
  const batches = groups.map(
    (group): Batch => ({
      ...common,
      endpoints: group,
      identities: pick(
        identities,
        group.flatMap((endpoint) => identitiesOf(planEndpoint(endpoint, identities, SUITES))),
      ),
      health: [],
      healthBundles: {},
      trustBundles: pick(
        bundles,
        group.map(({ trustBundle }) => trustBundle),
      ),
    }),
  );
  const health = readableIdentities(registry);
  if (!suites.includes('certificates') || health.length === 0 || batches.length === 0) return batches;
  const healthBundles = pick(bundlesOfIdentities(registry.endpoints, identities), health);
  const trustBundles = pick(bundles, Object.values(healthBundles).flat());
  return [
    ...batches,
    { ...common, endpoints: [], identities: pick(identities, health), health, healthBundles, trustBundles },
  ];
};

const groupsOf = (
  endpoints: readonly Endpoint[],
  { identities }: Registry,
  suites: readonly Suite[],
  durations: ReadonlyMap<string, Milliseconds>,
): readonly (readonly Endpoint[])[] =>
  byExpectedTime(
    endpoints.map((endpoint) => {
      const { checks } = planEndpoint(endpoint, identities, suites);
      return { endpoint, time: expectedTime(endpoint, checks, durations.get(endpoint.name)) };
    }),
  );

/** All identities that a function can read. Their health is checked even if no endpoint uses them yet. */
const readableIdentities = ({ identities }: Registry): readonly string[] =>
  Object.values(identities).flatMap(({ name, source }) => (source.kind === 'secret' ? [name] : []));

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> => {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(from).filter(([name]) => wanted.has(name)));
};
