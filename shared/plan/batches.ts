/** Divides a run's work into batches, one for each probe function. */
import type { HeldSources } from '../model/configured.ts';
import { SUITES, type Suite } from '../model/names.ts';
import type { Endpoint, Registry } from '../model/registry.ts';
import type { Batch, RunIdentity, TrustBundle } from '../model/run.ts';
import type { Milliseconds } from '../model/time.ts';
import { durationName } from './durations.ts';
import { expectedTime } from './expected-time.ts';
import { bundlesOfIdentities } from './identity-bundles.ts';
import { identitiesOf, planEndpoint, suitesOf } from './plan.ts';
import { byExpectedTime } from './sharing.ts';
import { healthByVantage } from './vantage-secrets.ts';
import { usedVantages } from './vantages.ts';

type Bundles = Readonly<Record<string, TrustBundle>>;

/**
 * Returns the batches of the requested schedule's endpoints, each endpoint once for each of its vantages, and one more at each vantage that judges identities' own health
 * if the certificates suite is requested; so is it for what the registry’s sources are themselves. `durations`: by `durationName`, what the last sweep of this suite took. A batch may end before all its
 * endpoints are swept: the rest is carried to a follow-up batch (`follow-ups.ts`).
 */
export const makeBatches = (
  registry: Registry,
  run: RunIdentity,
  bundles: Bundles,
  durations: ReadonlyMap<string, Milliseconds>,
  sources: HeldSources = { covered: {}, states: [] },
): readonly Batch[] => {
  const suites = suitesOf(run.suite);
  const endpoints = registry.endpoints.filter(({ schedule }) => run.schedule === null || schedule === run.schedule);
  const { expiry, settleAfter, remindAfter } = registry;
  const { addresses } = registry.monitor;
  const common = {
    ...{ run, suites, defaults: { expiry, settleAfter, remindAfter } },
    ...(addresses !== undefined && { addresses }),
  };
  const batches = usedVantages(endpoints).flatMap((vantage) =>
    groupsOf(endpoints, vantage, registry, suites, durations).map((group) => ({
      ...{ ...common, vantage },
      ...contentOf(group, registry, bundles),
      ...coveredOf(group, sources),
    })),
  );
  const isAsked = suites.includes('certificates') && batches.length > 0;
  const own = isAsked ? [...healthOf(registry, bundles), ...sourcesOf(batches, sources)] : [];
  return [...batches, ...own.map((each) => ({ ...common, ...each }))];
};

/** Only what the group’s endpoints need travels with it. */
const coveredOf = (
  endpoints: readonly Endpoint[],
  { covered, states }: HeldSources,
): Pick<Batch, 'covered' | 'read'> => {
  const read = states.flatMap(({ source, readAt }) => (readAt === null ? [] : [source]));
  const own = pick(
    covered,
    endpoints.map(({ name }) => name),
  );
  return { ...(Object.keys(own).length > 0 && { covered: own }), ...(read.length > 0 && { read }) };
};

/** The sources’ own batch, at the first vantage that probes anything: they are the same from everywhere. */
const sourcesOf = (
  [first]: readonly Pick<Batch, 'vantage'>[],
  { states }: HeldSources,
): readonly (Content & Pick<Batch, 'vantage' | 'sources'>)[] =>
  first === undefined || states.length === 0
    ? []
    : [
        {
          ...{ vantage: first.vantage, endpoints: [], identities: {}, health: [], healthBundles: {}, trustBundles: {} },
          sources: states,
        },
      ];

type Content = Pick<Batch, 'endpoints' | 'identities' | 'health' | 'healthBundles' | 'trustBundles'>;

const contentOf = (endpoints: readonly Endpoint[], { identities }: Registry, bundles: Bundles): Content => ({
  endpoints,
  identities: pick(
    identities,
    endpoints.flatMap((endpoint) => identitiesOf(planEndpoint(endpoint, identities, SUITES))),
  ),
  health: [],
  healthBundles: {},
  trustBundles: pick(
    bundles,
    endpoints.map(({ trustBundle }) => trustBundle),
  ),
});

/** The identities' own batches, one at each vantage that judges some (`healthByVantage`), whatever the run's schedule. */
const healthOf = (registry: Registry, bundles: Bundles): readonly (Content & Pick<Batch, 'vantage'>)[] =>
  [...healthByVantage(registry)].map(([vantage, health]) => {
    const healthBundles = pick(bundlesOfIdentities(registry.endpoints, registry.identities), health);
    const trustBundles = pick(bundles, Object.values(healthBundles).flat());
    const identities = pick(registry.identities, health);
    return { vantage, endpoints: [], identities, health, healthBundles, trustBundles };
  });

const groupsOf = (
  endpoints: readonly Endpoint[],
  vantage: string,
  { identities }: Registry,
  suites: readonly Suite[],
  durations: ReadonlyMap<string, Milliseconds>,
): readonly (readonly Endpoint[])[] =>
  byExpectedTime(
    endpoints
      .filter(({ from }) => from.includes(vantage))
      .map((endpoint) => {
        const { checks } = planEndpoint(endpoint, identities, suites);
        return { endpoint, time: expectedTime(endpoint, checks, durations.get(durationName(endpoint.name, vantage))) };
      }),
  );

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> => {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(from).filter(([name]) => wanted.has(name)));
};
