/**
 * SPIFFE Trust Domain and Bundle §4: a JWK set (RFC 7517 §5) in which each authority for X.509 is a key of use `x509-svid` with its one certificate
 * in `x5c`, as base64 of DER. Keys of another use, or of none, are ignored.
 */
import { X509Certificate } from 'node:crypto';
import { isWhole } from '../content/certificates.ts';

export type Gathered = {
  readonly found: readonly X509Certificate[];
  /** What could not be read, by its place. */
  readonly unread: readonly string[];
  readonly holdsKey: boolean;
};
type Jwk = { readonly use?: unknown; readonly x5c?: unknown };

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
