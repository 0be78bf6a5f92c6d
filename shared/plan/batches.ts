/** Divides a run's work into batches. The worst case of each batch fits the time of one probe function. */
import { SUITES } from '../model/names.ts';
import type { Endpoint, Registry } from '../model/registry.ts';
import type { Batch, RunIdentity, TrustBundle } from '../model/run.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { bundlesOfIdentities } from './identity-bundles.ts';
import { identitiesOf, planEndpoint, suitesOf } from './plan.ts';
import { worstCase } from './worst-case.ts';

/** Time for probing. An express child of the map lives five minutes and may run twice; the rest is for start-up, state and metrics. */
export const BATCH_TIME: Milliseconds = 240 * SECOND;
/** Connections at a time in one probe function. */
export const CONNECTIONS = 256;
/** Endpoints of a batch. Step Functions charges each child of the map, so fewer, larger batches cost less. */
const MAX_ENDPOINTS = 100;

const cut = (
  endpoints: readonly Endpoint[],
  time: (endpoint: Endpoint) => Milliseconds,
  perAddress: (endpoint: Endpoint) => number,
): readonly (readonly Endpoint[])[] => {
  const groups: { endpoints: Endpoint[]; work: Milliseconds }[] = [];
  for (const endpoint of endpoints) {
    // Endpoints are probed side by side while their connections fit into CONNECTIONS: each uses its share of the batch's time.
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

/** Returns the batches of the requested schedule's endpoints, and one more for the identities' own health if the certificates suite is requested. */
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
    (endpoint) => worstCase(endpoint, planEndpoint(endpoint, identities, suites).checks),
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

/** All identities that a function can read. Their health is checked even if no endpoint uses them yet. */
const readableIdentities = ({ identities }: Registry): readonly string[] =>
  Object.values(identities).flatMap(({ name, source }) => (source.kind === 'secret' ? [name] : []));

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> => {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(from).filter(([name]) => wanted.has(name)));
};
