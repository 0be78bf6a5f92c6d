/** Loads a batch's trust bundles and their CRLs from secrets, from URLs, or from the texts in the plan. */

import { failedAt } from '../../model/parsed.ts';
import type { TrustBundleSource } from '../../model/registry.ts';
import type { Crl, TrustBundle } from '../../model/run.ts';
import { isPlainPem } from '../../pki/served/bundle-content.ts';
import { bundleOf, bundleOfText, type LoadedBundle, systemBundle } from '../../pki/served/trust-bundle.ts';
import { crlsOf, crlText, type LoadedCrl } from '../../pki/x509/crl-file.ts';
import { type FetchOptions, fetchCrl } from '../../probe/fetch-crl.ts';
import type { ReadFile } from '../ports.ts';
import type { SecretResults } from './identities.ts';

export const noBundle: LoadedBundle = { ok: false, reason: 'it is not in the registry' };

/** Never rejects: a bundle or CRL that cannot be loaded has a reason. Each CRL's URL is fetched once. */
export const loadBundles = async (
  bundles: Readonly<Record<string, TrustBundle>>,
  names: readonly string[],
  secrets: SecretResults,
  network: Pick<FetchOptions, 'guard' | 'resolve'> = {},
): Promise<ReadonlyMap<string, LoadedBundle>> => {
  const crlsByKey = new Map<string, Promise<LoadedCrl>>();
  const crlOf = (crl: Crl): Promise<LoadedCrl> => {
    const key = crl.kind === 'url' ? `url ${crl.url}` : `file ${crl.name}`;
    const loading = crlsByKey.get(key) ?? loadCrl(crl, network);
    crlsByKey.set(key, loading);
    return loading;
  };
  const loaded = names.map(async (name): Promise<readonly [string, LoadedBundle]> => {
    const bundle = bundles[name];
    const read = bundle === undefined ? noBundle : await loadBundle(bundle, secrets);
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

const loadBundle = async (bundle: TrustBundle, secrets: SecretResults): Promise<LoadedBundle> => {
  switch (bundle.kind) {
    case 'system':
      return systemBundle();
    case 'pem': {
      const read = await bundleOfText(bundle.pem);
      return read.ok && bundle.unread !== undefined ? { ...read, unread: bundle.unread } : read;
    }
    case 'unreadable':
      return { ok: false, reason: bundle.reason };
    case 'secret': {
      const found = secrets.get(bundle.secret);
      if (found === undefined || !found.ok)
        return failedAt(`the secret ${bundle.secret}`, found ?? { reason: 'was not read' });
      const read = await (typeof found.value === 'string' ? bundleOfText(found.value) : bundleOf(found.value));
      return read.ok ? read : { ...read, reason: `the secret ${bundle.secret}: ${read.reason}` };
    }
    default:
      return bundle satisfies never;
  }
};

/** Replaces file references by the files' texts. A file that cannot be read becomes `unreadable`, and fails when the bundle is used. */
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
  const bundle = read.ok ? await bundleOf(read.bytes ?? read.text) : read;
  if (!bundle.ok) return { kind: 'unreadable', reason: `${source.file}: ${bundle.reason}` };
  const { anchors, unread } = bundle;
  const pem = anchors.map(String).join('');
  const isPem = read.ok && unread === undefined && isPlainPem(read.text, anchors.length);
  return { kind: 'pem', pem, ...(unread === undefined ? {} : { unread }), ...(isPem ? { file: source.file } : {}) };
};

const readCrl = async (source: NonNullable<TrustBundleSource['crls']>[number], readFile: ReadFile): Promise<Crl> => {
  if (source.kind === 'url') return source;
  const { file: name } = source;
  const read = await readFile(name);
  if (!read.ok) return { kind: 'unreadable', name, reason: read.reason };
  return { kind: 'pem', name, pem: read.bytes === undefined ? read.text : crlText(read.bytes) };
};
