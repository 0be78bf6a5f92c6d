/** The trust bundles that a batch needs, with their CRLs: read from secrets and URLs, or as they were shipped. */
import type { TrustBundleSource } from '../../model/registry.ts';
import type { Crl, TrustBundle } from '../../model/run.ts';
import { bundleOfText, type LoadedBundle, systemBundle } from '../../pki/served/trust-bundle.ts';
import { crlsOf, type LoadedCrl } from '../../pki/x509/crl-file.ts';
import { type FetchOptions, fetchCrl } from '../../probe/fetch-crl.ts';
import type { ReadFile } from '../ports.ts';
import type { Secrets } from './identities.ts';

export const noBundle: LoadedBundle = { ok: false, reason: 'it is not in the registry' };

/** Each CRL's URL is asked once. */
export const loadBundles = async (
  bundles: Readonly<Record<string, TrustBundle>>,
  names: readonly string[],
  secrets: Secrets,
  network: Pick<FetchOptions, 'guard' | 'resolve'> = {},
): Promise<ReadonlyMap<string, LoadedBundle>> => {
  const asked = new Map<string, Promise<LoadedCrl>>();
  const crlOf = (crl: Crl): Promise<LoadedCrl> => {
    const key = crl.kind === 'url' ? `url ${crl.url}` : `file ${crl.name}`;
    const loading = asked.get(key) ?? loadCrl(crl, network);
    asked.set(key, loading);
    return loading;
  };
  const loaded = names.map(async (name): Promise<readonly [string, LoadedBundle]> => {
    const bundle = bundles[name];
    const read = bundle === undefined ? noBundle : loadBundle(bundle, secrets);
    return [name, read.ok ? { ...read, crls: await Promise.all((bundle?.crls ?? []).map(crlOf)) } : read];
  });
  return new Map(await Promise.all(loaded));
};

const loadCrl = async (crl: Crl, network: FetchOptions): Promise<LoadedCrl> => {
  if (crl.kind === 'pem') return crlsOf(crl.name, new TextEncoder().encode(crl.pem));
  if (crl.kind === 'unreadable') return { name: crl.name, ok: false, fault: 'file-unreadable', reason: crl.reason };
  const fetched = await fetchCrl(crl.url, network);
  return fetched.ok ? crlsOf(crl.url, fetched.bytes) : { name: crl.url, ...fetched };
};

const loadBundle = (bundle: TrustBundle, secrets: Secrets): LoadedBundle => {
  switch (bundle.kind) {
    case 'system':
      return systemBundle();
    case 'pem':
      return bundleOfText(bundle.pem);
    case 'unreadable':
      return { ok: false, reason: bundle.reason };
    case 'secret': {
      const found = secrets.get(bundle.secret);
      if (found === undefined || !found.ok)
        return { ok: false, reason: `the secret ${bundle.secret}: ${found?.reason ?? 'was not read'}` };
      return typeof found.value === 'string'
        ? bundleOfText(found.value)
        : { ok: false, reason: `the secret ${bundle.secret} is binary` };
    }
    default:
      return bundle satisfies never;
  }
};

/** Files of trust bundles and CRLs, read where the registry is; one that cannot be read says so when it is used. */
export const readTrustBundles = async (
  trustBundles: Readonly<Record<string, TrustBundleSource>>,
  readFile: ReadFile,
): Promise<Readonly<Record<string, TrustBundle>>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(trustBundles).map(async ([name, { crls = [], ...source }]) => {
        const read = await Promise.all(crls.map((crl) => readCrl(crl, readFile)));
        const bundle = { ...(await readBundle(source, readFile)), ...(read.length > 0 && { crls: read }) };
        return [name, bundle] as const;
      }),
    ),
  );

type Bare<T> = T extends unknown ? Omit<T, 'crls'> : never;

const readBundle = async (source: Bare<TrustBundleSource>, readFile: ReadFile): Promise<TrustBundle> => {
  if (source.kind !== 'file') return source;
  const read = await readFile(source.file);
  return read.ok ? { kind: 'pem', pem: read.text } : { kind: 'unreadable', reason: `${source.file}: ${read.reason}` };
};

const readCrl = async (source: NonNullable<TrustBundleSource['crls']>[number], readFile: ReadFile): Promise<Crl> => {
  if (source.kind === 'url') return source;
  const { file: name } = source;
  const read = await readFile(name);
  return read.ok ? { kind: 'pem', name, pem: read.text } : { kind: 'unreadable', name, reason: read.reason };
};
