/**
 * Reads a SPIFFE bundle (SPIFFE Trust Domain and Bundle §4): a JWK set (RFC 7517 §5) whose X.509 authorities are keys of use `x509-svid` with one
 * certificate, base64 of DER, in `x5c`. Not supported: keys of another or no use (ignored), `x5c` with several certificates (reported),
 * `spiffe_sequence` and `spiffe_refresh_hint`. The key's parameters are not compared with the certificate.
 */
import { X509Certificate } from 'node:crypto';
import { isWhole } from '../content/certificates.ts';

export type Gathered = {
  readonly found: readonly X509Certificate[];
  /** The unreadable keys, each by its place. */
  readonly unread: readonly string[];
  readonly holdsKey: boolean;
};
type Jwk = { readonly use?: unknown; readonly x5c?: unknown };

/** Returns the certificates of the X.509 authorities in the set's `keys`. Never throws. */
export const anchorsOfJwks = (keys: readonly unknown[]): Gathered => {
  const authorities = keys.flatMap((key, index) =>
    (key as Jwk | null)?.use === 'x509-svid' ? [{ index, certificate: certificateOf(key as Jwk) }] : [],
  );
  if (authorities.length === 0) return { found: [], unread: ['none of its keys is of use x509-svid'], holdsKey: false };
  return {
    found: authorities.flatMap(({ certificate }) => certificate ?? []),
    unread: authorities.flatMap(({ index, certificate }) =>
      certificate === null ? [`key ${index + 1} of ${keys.length} has no \`x5c\` with one certificate in it`] : [],
    ),
    holdsKey: false,
  };
};

const certificateOf = ({ x5c }: Jwk): X509Certificate | null => {
  const [first, ...others]: readonly unknown[] = Array.isArray(x5c) ? x5c : [];
  if (typeof first !== 'string' || others.length > 0) return null;
  try {
    const certificate = new X509Certificate(Buffer.from(first, 'base64'));
    return isWhole(certificate) ? certificate : null;
  } catch {
    return null;
  }
};
