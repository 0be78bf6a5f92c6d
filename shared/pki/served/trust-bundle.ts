import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { contentOf, MAX_BUNDLE } from '../content/content.ts';
import { isJson, isYaml } from '../content/documents.ts';
import type { Formats } from '../content/formats.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';
import { Latest } from '../x509/latest.ts';
import { type ReadBundle, readBundle } from './bundle-content.ts';

export type LoadedBundle =
  | (Extract<ReadBundle, { ok: true }> & {
      /** The anchors are the runtime's own. */
      readonly system?: true;
      /** The CRLs that the registry names for the bundle, readable or not. */
      readonly crls?: readonly LoadedCrl[];
    })
  /** `transient`: its secret could not be read now; nothing is known of the bundle itself. */
  | (Extract<ReadBundle, { ok: false }> & { readonly transient?: true });

let system: readonly X509Certificate[] | null = null;

/** Returns the public CAs of the runtime, with those of NODE_EXTRA_CA_CERTS. */
export const systemBundle = (): LoadedBundle => {
  system ??= getCACertificates('default').map((pem) => new X509Certificate(pem));
  return { ok: true, anchors: system, system: true };
};

/** Readers for content that `isPlain` accepts: it contains neither PKCS#12 nor YAML. */
const NONE: Formats = { pkcs12: () => ({ ok: false, reason: 'the PKCS#12 file was not expected' }), yaml: () => null };

/**
 * Returns the trust bundle in `value`; libraries are loaded only for content that needs them. `passphrase`: of a PKCS#12 truststore, default none.
 * A bundle that cannot be read yields a reason.
 */
export const bundleOf = async (value: string | Uint8Array, passphrase: string | null = null): Promise<LoadedBundle> => {
  const formats = isPlain(value) ? NONE : (await import('../content/formats.ts')).FORMATS;
  return readBundle(value, formats, passphrase);
};

/** Bundles whose text is the same as in an earlier run: a function keeps its trust stores and their secure contexts with them. */
const MOST_KEPT = 16;
const kept = new Latest<string, Promise<LoadedBundle>>(MOST_KEPT);

/** As `bundleOf` without a passphrase, read once while the text is among those used last: a bundle depends on its text alone. */
export const bundleOfText = (text: string): Promise<LoadedBundle> =>
  kept.of(text, () => {
    const reading = bundleOf(text);
    // A library that could not be loaded says nothing of the text.
    reading.catch(() => kept.forget(text));
    return reading;
  });

const isPlain = (value: string | Uint8Array): boolean => {
  const content = contentOf(value, MAX_BUNDLE);
  if (content.kind !== 'text') return false;
  return isJson(content.text) ? /^\s*\{\s*"(keys|spiffe_)/.test(content.text) : !isYaml(content.text);
};
