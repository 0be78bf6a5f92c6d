import type { Endpoint, Identity } from '../model/registry.ts';

/** Returns, by identity, the trust bundles of the endpoints that use it. Any endpoint may use an identity with a fault. */
export const bundlesOfIdentities = (
  endpoints: readonly Pick<Endpoint, 'admits' | 'refuses' | 'trustBundle' | 'routes'>[],
  identities: Readonly<Record<string, Identity>>,
): Readonly<Record<string, readonly string[]>> => {
  const bundles = new Map(Object.keys(identities).map((name) => [name, new Set<string>()]));
  const faulty = Object.values(identities).flatMap(({ name, fault }) => (fault === null ? [] : [name]));
  for (const { admits, refuses, routes, trustBundle } of endpoints) {
    const used = [admits, refuses, faulty, ...routes.flatMap((route) => [route.admits, route.refuses])];
    for (const name of used.flat()) bundles.get(name)?.add(trustBundle);
  }
  return Object.fromEntries([...bundles].map(([name, used]) => [name, [...used]]));
};
