/** Addresses that a registry names and its rules refuse: known before any connection. Those of names are looked at when they are resolved. */

import type { AddressRules } from '../model/address-rules.ts';
import { parseHost } from '../model/host.ts';
import { deniedBy } from '../model/network.ts';
import type { Registry } from '../model/registry.ts';
import type { Problem } from './error.ts';

/** `by`: the setting, for the message. */
export const deniedHosts = (
  { endpoints, trustBundles }: Pick<Registry, 'endpoints' | 'trustBundles'>,
  rules: AddressRules,
  by = 'monitor.denyPrivate',
): readonly Problem[] => {
  const isDenied = deniedBy(rules);
  const problem = (host: string | null, keys: readonly PropertyKey[]): readonly Problem[] => {
    const parsed = host === null ? null : parseHost(host);
    if (parsed?.kind !== 'ip' || !isDenied(parsed.name)) return [];
    const message = `${parsed.name} is a private address, which ${by} refuses: name its network in allowAddresses`;
    return [{ keys, at: 'value', code: 'CONFLICT', message }];
  };
  return [
    ...endpoints.flatMap(({ name, host, bypasses }) => [
      ...problem(host, ['endpoints', name, 'url']),
      ...[...new Set(bypasses.map((bypass) => bypass.host))].flatMap((each) =>
        problem(each, ['endpoints', name, 'bypasses']),
      ),
    ]),
    ...Object.entries(trustBundles).flatMap(([name, { crls = [] }]) =>
      crls.flatMap((crl, at) =>
        crl.kind === 'url' ? problem(hostOf(crl.url), ['trustBundles', name, 'crls', at, 'url']) : [],
      ),
    ),
  ];
};

const hostOf = (url: string): string | null => URL.parse(url)?.hostname ?? null;
