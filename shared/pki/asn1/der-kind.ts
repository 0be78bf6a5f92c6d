/** What a DER encoding is, by its outline alone: the names that people have for it, for messages that may not show what is inside. */
import { X509Certificate } from 'node:crypto';
import { oid, readAll, readTlv, TAG } from './der.ts';

export type DerKind =
  | 'certificate'
  | 'private key'
  | 'encrypted private key'
  | 'public key'
  | 'certificate request or CRL'
  | 'PKCS#7 bundle'
  | 'PKCS#12 file';

const PKCS7 = Buffer.from(oid('1.2.840.113549.1.7.2'));
const ANY = null;
type Outline = readonly [DerKind, readonly (number | null)[]];
/** The tags inside the outer SEQUENCE; more may follow. Longer outlines first. */
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
/** PKCS#12 in BER, with lengths that only its end tells (RFC 7292 §4 allows it; Windows and NSS write it). */
const BER_PKCS12 = Buffer.from([TAG.sequence, 0x80, TAG.integer, 0x01, 0x03]);

export const derKind = (bytes: Uint8Array): DerKind | null => {
  if (bytes[0] !== TAG.sequence) return null;
  if (Buffer.compare(bytes.subarray(0, BER_PKCS12.length), BER_PKCS12) === 0) return 'PKCS#12 file';
  try {
    const parts = readAll(readTlv(bytes).content);
    const found = OUTLINES.find(
      ([, tags]) => parts.length >= tags.length && tags.every((tag, at) => tag === ANY || parts[at]?.tag === tag),
    )?.[0];
    if (found === 'certificate request or CRL' && isX509(bytes)) return 'certificate';
    if (found === 'PKCS#7 bundle' && Buffer.compare(parts[0]?.bytes ?? PKCS7, PKCS7) !== 0) return null;
    return found ?? null;
  } catch {
    return null;
  }
};

const isX509 = (bytes: Uint8Array): boolean => {
  try {
    return new X509Certificate(bytes).raw.length > 0;
  } catch {
    return false;
  }
};
