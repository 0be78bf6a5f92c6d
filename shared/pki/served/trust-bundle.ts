import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { certificatesOfPem } from '../x509/certificate.ts';
import type { LoadedCrl } from '../x509/crl-file.ts';

export type LoadedBundle =
  | {
      readonly ok: true;
      readonly anchors: readonly X509Certificate[];
      /** They are the runtime's own. */
      readonly system?: true;
      /** Those that the registry names for it, whether they could be read or not. */
      readonly crls?: readonly LoadedCrl[];
    }
  | { readonly ok: false; readonly reason: string };

let system: readonly X509Certificate[] | null = null;

/** The public CAs that the runtime ships, with NODE_EXTRA_CA_CERTS. */
export const systemBundle = (): LoadedBundle => {
  system ??= certificatesOfPem(getCACertificates('default').join('\n'));
  return { ok: true, anchors: system, system: true };
};

/** PEM, or a SPIFFE bundle: whichever the text is. */
export const bundleOfText = (text: string): LoadedBundle =>
  text.trimStart().startsWith('{') ? bundleOfJwks(text) : bundleOfPem(text);

const bundleOfPem = (pem: string): LoadedBundle => {
  try {
    const anchors = certificatesOfPem(pem);
    return anchors.length === 0 ? { ok: false, reason: 'it holds no PEM certificate' } : { ok: true, anchors };
  } catch {
    return { ok: false, reason: 'one of its certificates is damaged' };
  }
};

type Jwk = { readonly use?: unknown; readonly x5c?: unknown };

/**
 * SPIFFE Trust Domain and Bundle §4: a JWK set (RFC 7517 §5) in which each authority for X.509 is a key of use `x509-svid` with its one certificate
 * in `x5c`, as base64 of DER. Keys of another use, or of none, are ignored.
 */
const bundleOfJwks = (text: string): LoadedBundle => {
  let document: { readonly keys?: unknown };
  try {
    document = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is neither PEM nor JSON' };
  }
  const { keys } = document;
  if (!Array.isArray(keys)) return { ok: false, reason: 'it is JSON without `keys`: a SPIFFE bundle is a JWK set' };
  const authorities = keys.filter((key: Jwk | null) => key?.use === 'x509-svid') as readonly Jwk[];
  if (authorities.length === 0) return { ok: false, reason: 'none of its keys is of use x509-svid' };
  try {
    return { ok: true, anchors: authorities.map(certificateOf) };
  } catch {
    return { ok: false, reason: 'one of its x509-svid keys has no `x5c` with one certificate in it' };
  }
};

const certificateOf = ({ x5c }: Jwk): X509Certificate => {
  const [first, ...others]: readonly unknown[] = Array.isArray(x5c) ? x5c : [];
  if (typeof first !== 'string' || others.length > 0) throw new TypeError('not one certificate');
  return new X509Certificate(Buffer.from(first, 'base64'));
};
