/** A run's work, cut so that each piece's worst case fits the time that one probe function has. */
import { SUITES } from '../model/names.ts';
import type { Endpoint, Registry } from '../model/registry.ts';
import type { Batch, RunIdentity, TrustBundle } from '../model/run.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { scenarioNamed } from '../scenario/catalogue.ts';
import { bundlesOfIdentities } from './identity-bundles.ts';
import { identitiesOf, planEndpoint, suitesOf } from './plan.ts';

/** Express children of the map live five minutes and may run twice; the rest is for start-up, state and metrics. */
export const BATCH_TIME: Milliseconds = 240 * SECOND;
/** Connections at a time in one probe function. */
export const CONNECTIONS = 256;
/** Step Functions charges each child of the map: fewer, larger batches cost less. */
const MAX_ENDPOINTS = 100;

/** Connection time of an endpoint where every attempt takes its whole timeout, spread over what runs at once to its address. */
const worstCase = (endpoint: Endpoint, registry: Registry, suites: ReturnType<typeof suitesOf>): Milliseconds => {
  const { checks } = planEndpoint(endpoint, registry.identities, suites);
  const attempts = checks.reduce((sum, { scenario }) => sum + scenarioNamed(scenario).attempts, 0);
  return (Math.ceil(attempts / endpoint.perAddress) + 2) * endpoint.timeout;
};

const cut = (
  endpoints: readonly Endpoint[],
  time: (endpoint: Endpoint) => Milliseconds,
  perAddress: (endpoint: Endpoint) => number,
): readonly (readonly Endpoint[])[] => {
  const groups: { endpoints: Endpoint[]; work: Milliseconds }[] = [];
  for (const endpoint of endpoints) {
    // Endpoints run side by side while their connections fit; their work adds up over what runs at once.
    const work = (time(endpoint) * perAddress(endpoint)) / CONNECTIONS;
    const last = groups.at(-1);
    const fits =
      last !== undefined &&
      last.endpoints.length < MAX_ENDPOINTS &&
      last.work + work <= BATCH_TIME &&
      time(endpoint) <= BATCH_TIME;
    if (fits) {
      last.endpoints.push(endpoint);
      last.work += work;
    } else groups.push({ endpoints: [endpoint], work });
  }
  return groups.map((group) => group.endpoints);
};

/** Endpoints of the asked schedule in batches, and the identities' own health in one more where certificates are asked for. */
export const makeBatches = (
  registry: Registry,
  run: RunIdentity,
  bundles: Readonly<Record<string, TrustBundle>>,
): readonly Batch[] => {
  const suites = suitesOf(run.suite);
  const endpoints = registry.endpoints.filter(({ schedule }) => run.schedule === null || schedule === run.schedule);
  const { expiry, settleAfter, remindAfter, identities } = registry;
  const common = { run, vantage: 'default', suites, defaults: { expiry, settleAfter, remindAfter } };
  const groups = cut(
    endpoints,
    (endpoint) => worstCase(endpoint, registry, suites),
    ({ perAddress }) => perAddress,
  );
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

/** Every identity that a function can read: one that no endpoint uses yet is looked after as well. */
const readableIdentities = ({ identities }: Registry): readonly string[] =>
  Object.values(identities).flatMap(({ name, source }) => (source.kind === 'secret' ? [name] : []));

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> => {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(from).filter(([name]) => wanted.has(name)));
};
