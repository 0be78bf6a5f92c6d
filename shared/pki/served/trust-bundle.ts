import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { contentOf, MAX_BUNDLE } from '../content/content.ts';
import { isJson, isYaml } from '../content/documents.ts';
import type { Formats } from '../content/formats.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { type ReadBundle, readBundle } from './bundle-content.ts';

export type LoadedBundle =
  | (Extract<ReadBundle, { ok: true }> & {
      /** They are the runtime's own. */
      readonly system?: true;
      /** Those that the registry names for it, whether they could be read or not. */
      readonly crls?: readonly LoadedCrl[];
    })
  | Extract<ReadBundle, { ok: false }>;

let system: readonly X509Certificate[] | null = null;

/** The public CAs that the runtime ships, with NODE_EXTRA_CA_CERTS. */
export const systemBundle = (): LoadedBundle => {
  system ??= getCACertificates('default').map((pem) => new X509Certificate(pem));
  return { ok: true, anchors: system, system: true };
};

/** Read by nobody: content for which `isPlain` holds has neither. */
const NONE: Formats = { pkcs12: () => ({ ok: false, reason: 'the PKCS#12 file was not expected' }), yaml: () => null };

/** Any shape; what needs a library loads it only where there is one to read. `passphrase`: of a PKCS#12 truststore. */
export const bundleOf = async (value: string | Uint8Array, passphrase: string | null = null): Promise<LoadedBundle> => {
  const formats = isPlain(value) ? NONE : (await import('../content/formats.ts')).FORMATS;
  return readBundle(value, formats, passphrase);
};

const isPlain = (value: string | Uint8Array): boolean => {
  const content = contentOf(value, MAX_BUNDLE);
  if (content.kind !== 'text') return false;
  return isJson(content.text) ? /^\s*\{\s*"(keys|spiffe_)/.test(content.text) : !isYaml(content.text);
};
