/**
 * Finds fields that RFC 5280 §4.1, RFC 5480 §2 and RFC 3986 do not allow and that OpenSSL reads all the same: Go's and Java's clients refuse the
 * certificate. Extensions that cannot be read are found where they are read (profile.ts).
 */
import { Buffer } from 'node:buffer';
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';
import type { takeApart } from './certificate-parts.ts';
import type { SubtreeName } from './subtree-name.ts';

type Parts = ReturnType<typeof takeApart>;
type Read = { readonly version: number; readonly names: readonly SubtreeName[]; readonly pathLength: number | null };

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const UNCOMPRESSED = 4;
/** Go and Java read pathLenConstraint into 32 bits. */
const MAX_PATH_LENGTH = 0x7fffffff;

/** RFC 5480 §2.1.1: the curve is named. §2.2: the point may be compressed, but RFC 8422 §5.1.1 has no compressed points in TLS. */
const keyFault = (spki: Uint8Array): string | null => {
  const [algorithm, key] = readAll(readTlv(spki).content);
  const [id, parameters] = readAll(algorithm?.content ?? new Uint8Array());
  if (id === undefined || dotted(id.content) !== EC_PUBLIC_KEY) return null;
  if (parameters?.tag !== TAG.oid) return 'a key whose curve is written out instead of named (RFC 5480 §2.1.1)';
  return key?.content[1] === UNCOMPRESSED ? null : 'a key in compressed form (RFC 8422 §5.1.1 has none in TLS)';
};

/** A scheme, then characters and escapes of RFC 3986 §2. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;
const ADDRESS_LENGTHS: readonly number[] = [4, 16];

/** RFC 5280 §4.2.1.6: an address has 4 or 16 octets, and a URI is not relative. */
const nameFault = (name: SubtreeName): string | null => {
  if (name.kind === 'ip' && !ADDRESS_LENGTHS.includes(name.bytes.length))
    return `an IP address of ${name.bytes.length} octets among its names`;
  return name.kind === 'uri' && !URI.test(name.text) ? 'a name that is no URI among its URIs' : null;
};

/** Returns the faults, as words that follow “holds”. Throws a RangeError for a key that is not DER. */
export const faultsOf = (parts: Parts, { version, names, pathLength }: Read): readonly string[] => {
  const found = [
    version > 3 ? `the version ${version}, and X.509 has three` : null,
    Buffer.compare(parts.signatureAlgorithm, parts.innerAlgorithm) === 0
      ? null
      : 'two different signature algorithms (RFC 5280 §4.1.1.2)',
    keyFault(parts.spki),
    ...names.map(nameFault),
    pathLength !== null && pathLength > MAX_PATH_LENGTH ? 'a path length of more than 32 bits' : null,
  ];
  return [...new Set(found.filter((fault) => fault !== null))];
};
