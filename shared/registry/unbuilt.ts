/** What the format has and this version does not do yet. A feature that gets built loses its line here. */

import type { Problem } from './error.ts';
import type { EndpointDocument, RegistryDocument } from './registry-document.ts';

/** Each use of such a feature, by its place and name. Scenarios that are not built yet may be skipped and waived. */
export function unbuiltFeatures(document: RegistryDocument): readonly Problem[] {
  return [
    ...Object.entries(document.vantages ?? {}).flatMap(([name, fields]) =>
      Object.keys(fields).length === 0 ? [] : [unbuilt(['vantages', name], name, 'a vantage in a VPC')],
    ),
    ...document.endpoints.flatMap((endpoint, at) => [...features(endpoint, ['endpoints', at])]),
  ];
}

function* features(endpoint: EndpointDocument, keys: readonly PropertyKey[]): Generator<Problem> {
  const say = (field: readonly PropertyKey[], feature: string) => unbuilt([...keys, ...field], endpoint.name, feature);
  for (const [at, vantage] of (endpoint.from ?? []).entries()) {
    if (vantage !== 'default') yield say(['from', at], `from: ${vantage}`);
  }
}

const unbuilt = (keys: readonly PropertyKey[], where: string, feature: string): Problem => ({
  keys,
  at: 'value',
  code: 'NOT_BUILT_YET',
  message: `${where}: ${feature} is not built yet`,
});
