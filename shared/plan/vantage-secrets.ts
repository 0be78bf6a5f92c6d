/** What the probe function of one vantage reads: the secrets of its own endpoints and of the identities whose health it judges. */
import { SUITES } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import type { SecretRef } from '../model/secret-ref.ts';
import { bundlesOfIdentities } from './identity-bundles.ts';
import { identitiesOf, planEndpoint } from './plan.ts';
import { usedVantages } from './vantages.ts';

type Sources = Pick<Registry, 'endpoints' | 'identities' | 'trustBundles'>;

const endpointsAt = ({ endpoints }: Sources, vantage: string): Sources['endpoints'] =>
  endpoints.filter(({ from }) => from.includes(vantage));

const presentedAt = (registry: Sources, vantage: string): readonly string[] => [
  ...new Set(
    endpointsAt(registry, vantage).flatMap((endpoint) =>
      identitiesOf(planEndpoint(endpoint, registry.identities, SUITES)),
    ),
  ),
];

/**
 * Returns, by vantage, the identities in secrets whose health is judged there: at the first vantage that presents them, since an identity is the same from
 * everywhere; one that no endpoint uses yet, at the first of all. A vantage that judges none is left out.
 */
export const healthByVantage = (registry: Sources): ReadonlyMap<string, readonly string[]> => {
  const vantages = usedVantages(registry.endpoints);
  const place = new Map<string, string>();
  for (const vantage of vantages)
    for (const name of vantages.length === 1 ? [] : presentedAt(registry, vantage))
      if (!place.has(name)) place.set(name, vantage);
  const [first] = vantages;
  const readable = Object.values(registry.identities).filter(({ source }) => source.kind === 'secret');
  const placed = readable.flatMap(({ name }) => {
    const vantage = place.get(name) ?? first;
    return vantage === undefined ? [] : [{ name, vantage }];
  });
  const grouped = Map.groupBy(placed, ({ vantage }) => vantage);
  return new Map(
    vantages.flatMap((vantage) => {
      const names = (grouped.get(vantage) ?? []).map(({ name }) => name);
      return names.length === 0 ? [] : [[vantage, names] as const];
    }),
  );
};

/** Returns names and ARNs, sorted: of identities, passphrases, headers and trust bundles. */
export const secretsAt = (registry: Sources, vantage: string): readonly string[] => {
  const endpoints = endpointsAt(registry, vantage);
  const health = healthByVantage(registry).get(vantage) ?? [];
  const ofHealth = bundlesOfIdentities(registry.endpoints, registry.identities);
  return secretsIn(registry, {
    endpoints,
    identities: [...presentedAt(registry, vantage), ...health],
    bundles: [...endpoints.map(({ trustBundle }) => trustBundle), ...health.flatMap((name) => ofHealth[name] ?? [])],
  });
};

/** Returns every secret that the registry names. */
export const namedSecrets = (registry: Sources): readonly string[] =>
  secretsIn(registry, {
    endpoints: registry.endpoints,
    identities: Object.keys(registry.identities),
    bundles: Object.keys(registry.trustBundles),
  });

type Wanted = Pick<Sources, 'endpoints'> & {
  readonly identities: readonly string[];
  readonly bundles: readonly string[];
};

const secretsIn = ({ identities, trustBundles }: Sources, wanted: Wanted): readonly string[] => {
  const refs: readonly (SecretRef | string | null)[] = [
    ...[...new Set(wanted.identities)].flatMap((name) => {
      const identity = identities[name];
      return identity === undefined
        ? []
        : [identity.source.kind === 'secret' ? identity.source : null, identity.passphrase];
    }),
    ...[...new Set(wanted.bundles)].map((name) => {
      const bundle = trustBundles[name];
      return bundle?.kind === 'secret' ? { secret: bundle.secret } : null;
    }),
    ...wanted.endpoints.flatMap(({ http }) => Object.values(http.headers)),
  ];
  const names = refs.flatMap((ref) => (ref !== null && typeof ref === 'object' && 'secret' in ref ? [ref.secret] : []));
  return [...new Set(names)].sort();
};
