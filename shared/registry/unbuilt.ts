/** What the format has and this version does not do yet. A feature that gets built loses its line here. */
import { parseEndpointUrl } from '../model/endpoint-url.ts';
import type { EndpointDocument, RegistryDocument } from '../model/registry-document.ts';
import type { Problem } from './error.ts';

/** The one scheme whose endpoints are probed. */
export const isProbed = ({ url }: EndpointDocument): boolean => {
  const read = parseEndpointUrl(url);
  return typeof read !== 'string' && read.scheme === 'https';
};

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
  if (!isProbed(endpoint)) yield say(['url'], `${endpoint.url.slice(0, endpoint.url.indexOf(':')).toLowerCase()}://`);
  for (const [at, vantage] of (endpoint.from ?? []).entries()) {
    if (vantage !== 'default') yield say(['from', at], `from: ${vantage}`);
  }
  if (endpoint.http?.version === 2) yield say(['http', 'version'], 'http.version: 2');
  if (endpoint.addresses === 'all') yield say(['addresses'], 'addresses: all');
  for (const field of ['routes', 'bypasses', 'alpn', 'tls'] as const) {
    if (endpoint[field] !== undefined) yield say([field], field);
  }
}

const unbuilt = (keys: readonly PropertyKey[], where: string, feature: string): Problem => ({
  keys,
  at: 'value',
  code: 'NOT_BUILT_YET',
  message: `${where}: ${feature} is not built yet`,
});
