/**
 * Recognises the kind of a DER file by its outermost elements. The kind's name is used in messages, which must not quote the content. Signatures
 * and contents are not checked.
 */
import { X509Certificate } from 'node:crypto';
import { oid, readAll, readTlv, TAG, type Tlv } from './der.ts';

export type DerKind =
  | 'certificate'
  | 'private key'
  | 'encrypted private key'
  | 'public key'
  | 'certificate request or CRL'
  | 'PKCS#7 bundle'
  | 'PKCS#12 file'
  | 'Bouncy Castle keystore (BCFKS)';

const PKCS7 = Buffer.from(oid('1.2.840.113549.1.7.2'));
const ANY = null;
type Outline = readonly [DerKind, readonly (number | null)[]];
/** The tags of the first elements inside the outer SEQUENCE; more elements may follow. Longer outlines come first. */
const OUTLINES: readonly Outline[] = [
  ['private key', [TAG.integer, TAG.sequence, TAG.octetString]],
  ['private key', [TAG.integer, TAG.integer, TAG.integer]],
  ['private key', [TAG.integer, TAG.octetString]],
  ['PKCS#12 file', [TAG.integer, TAG.sequence]],
  ['certificate request or CRL', [TAG.sequence, TAG.sequence, TAG.bitString]],
  ['encrypted private key', [TAG.sequence, TAG.octetString]],
  ['public key', [TAG.sequence, TAG.bitString]],
  ['PKCS#7 bundle', [TAG.oid, ANY]],
];
/** The first bytes of a PKCS#12 file in BER with an indefinite length (RFC 7292 §4 allows it; Windows and NSS write it). */
const BER_PKCS12 = Buffer.from([TAG.sequence, 0x80, TAG.integer, 0x01, 0x03]);
/** The first bytes of a PKCS#7 bundle in BER with an indefinite length. */
const BER_PKCS7 = Buffer.concat([Buffer.from([TAG.sequence, 0x80]), PKCS7]);
const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  Buffer.compare(bytes.subarray(0, start.length), start) === 0;

/** Returns the kind of `bytes`, or null for an unknown kind. Never throws. */
export const derKind = (bytes: Uint8Array): DerKind | null => {
  if (bytes[0] !== TAG.sequence) return null;
  if (startsWith(bytes, BER_PKCS12)) return 'PKCS#12 file';
  if (startsWith(bytes, BER_PKCS7)) return 'PKCS#7 bundle';
  try {
    const parts = readAll(readTlv(bytes).content);
    const found = OUTLINES.find(
      ([, tags]) => parts.length >= tags.length && tags.every((tag, at) => tag === ANY || parts[at]?.tag === tag),
    )?.[0];
    if (found === 'certificate request or CRL' && isX509(bytes)) return 'certificate';
    if (found === 'PKCS#7 bundle' && Buffer.compare(parts[0]?.bytes ?? PKCS7, PKCS7) !== 0) return null;
    return found ?? (isBcfks(parts) ? 'Bouncy Castle keystore (BCFKS)' : null);
  } catch {
    return null;
  }
};

/** A BCFKS keystore (ObjectStore) is an encrypted store and an integrity check, each a SEQUENCE that begins with an AlgorithmIdentifier. */
const isBcfks = (parts: readonly Tlv[]): boolean => {
  if (parts.length !== 2 || !parts.every(({ tag }) => tag === TAG.sequence)) return false;
  const [store = [], check = []] = parts.map(({ content }) => readAll(content).map(({ tag }) => tag));
  return store.join() === [TAG.sequence, TAG.octetString].join() && check[0] === TAG.sequence && check.length >= 2;
};

const isX509 = (bytes: Uint8Array): boolean => {
  try {
    return new X509Certificate(bytes).raw.length > 0;
  } catch {
    return false;
  }
};
