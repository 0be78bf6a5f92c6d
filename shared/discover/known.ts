/** What a registry has that a new entry can name; and the same of no registry at all. */
import { resolve } from 'node:path';
import type { Endpoint, Registry } from '../model/registry.ts';
import type { Candidate } from './candidate.ts';
import { slugOf } from './slug.ts';

type KnownIdentity = { readonly name: string; readonly principal: string | null; readonly certificate: string | null };
type KnownBundle = { readonly name: string; readonly file: string | null };

export type Known = {
  readonly endpoints: readonly Pick<Endpoint, 'name' | 'url' | 'host' | 'port' | 'serverName'>[];
  /** Without a fault. */
  readonly identities: readonly KnownIdentity[];
  /** `public` aside. */
  readonly trustBundles: readonly KnownBundle[];
  /** Fields that `defaults` has. */
  readonly defaults: ReadonlySet<string>;
  /** The registry’s folder, absolute: paths of candidates are relative to it. */
  readonly folder: string;
};

/** `defaults`: names of the fields that the registry’s defaults have. */
export const knownIn = (
  { endpoints, identities, trustBundles }: Registry,
  defaults: readonly string[],
  folder: string,
): Known => ({
  endpoints,
  identities: Object.values(identities)
    .filter(({ fault }) => fault === null)
    .map(({ name, principal, source }) => ({
      ...{ name, principal },
      certificate: source.kind === 'files' ? source.certificate : null,
    })),
  trustBundles: Object.entries(trustBundles)
    .filter(([name]) => name !== 'public')
    .map(([name, bundle]) => ({ name, file: bundle.kind === 'file' ? bundle.file : null })),
  defaults: new Set(defaults),
  folder,
});

/** `file`: as it is to stand in the registry. */
export type GivenBundle = { readonly name: string; readonly file: string };

export type Started = {
  readonly identities: ReadonlyMap<string, { readonly certificate: string; readonly privateKey: string }>;
  readonly trustBundles: ReadonlyMap<string, { readonly file: string }>;
  /** That of the defaults; null for none. */
  readonly trustBundle: string | null;
};

/** The files that the sources’ own clients use, under the names of their modules; a placeholder where there are none. `given`: the bundle of the defaults. */
export const startedFrom = (candidates: readonly Candidate[], given: GivenBundle | null = null): Started => {
  const [identities, trustBundles]: [
    Map<string, { certificate: string; privateKey: string }>,
    Map<string, { file: string }>,
  ] = [new Map(), new Map()];
  const files = new Set<string>();
  if (given !== null) {
    files.add(given.file);
    trustBundles.set(given.name, { file: given.file });
  }
  const fresh = (name: string, taken: { has: (name: string) => boolean }): string => {
    const slug = slugOf(name, 'client');
    let free = slug;
    for (let at = 2; taken.has(free) || free === 'public'; at += 1) free = `${slug.slice(0, 60)}-${at}`;
    return free;
  };
  for (const { identity, ca } of candidates) {
    if (identity !== null && !files.has(identity.certificate)) {
      files.add(identity.certificate);
      const { certificate, privateKey } = identity;
      identities.set(fresh(identity.name, identities), { certificate, privateKey });
    }
    if (ca !== null && !files.has(ca.file)) {
      files.add(ca.file);
      trustBundles.set(fresh(ca.name, trustBundles), { file: ca.file });
    }
  }
  if (identities.size === 0) identities.set('client', { certificate: 'pki/client.crt', privateKey: 'pki/client.key' });
  return { identities, trustBundles, trustBundle: given?.name ?? null };
};

export const knownOfNew = ({ identities, trustBundles, trustBundle }: Started, folder: string): Known => ({
  endpoints: [],
  identities: [...identities].map(([name, { certificate }]) => ({
    ...{ name, principal: null },
    certificate: resolve(folder, certificate),
  })),
  trustBundles: [...trustBundles].map(([name, { file }]) => ({ name, file: resolve(folder, file) })),
  defaults: new Set(['admits', ...(trustBundle === null ? [] : ['trustBundle'])]),
  folder,
});
