/**
 * Reads the certificates of a PKCS#7 file (RFC 5652 §5.1: SignedData.certificates) in DER or in BER with indefinite lengths, as OpenSSL and Windows
 * write it. Not supported: signatures (not verified), CRLs, attribute certificates (skipped), encrypted content, nesting deeper than 32 levels.
 */
import { readTlv, TAG, type Tlv } from '../asn1/der.ts';

/** Levels of nesting that are read; real files have eight. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 10_000;
const INDEFINITE = 0x80;
const EXPLICIT_0 = 0xa0;

/** Returns each certificate's DER, in order; certificates are DER even inside BER. Throws a RangeError for bytes that are not a SignedData. */
export const certificatesOfPkcs7 = (bytes: Uint8Array): readonly Uint8Array[] => {
  const signed = within(within(elementOf(bytes), 1, EXPLICIT_0), 0, TAG.sequence);
  // Version, digest algorithms and signed content precede the certificates.
  const certificates = elementsOf(signed.content)[3];
  if (certificates?.tag !== EXPLICIT_0) return [];
  return elementsOf(certificates.content).flatMap(({ tag, bytes: each }) => (tag === TAG.sequence ? [each] : []));
};

const within = ({ content }: Tlv, at: number, tag: number): Tlv => {
  const found = elementsOf(content)[at];
  if (found?.tag !== tag) throw new RangeError('no SignedData');
  return found;
};

const elementsOf = (content: Uint8Array): readonly Tlv[] => {
  const found: Tlv[] = [];
  for (let rest = content; rest.length > 0; rest = rest.subarray(found.at(-1)?.bytes.length)) {
    if (found.length > MAX_ELEMENTS) throw new RangeError('BER with too many elements');
    found.push(elementOf(rest));
  }
  return found;
};

/** Returns the first element, also one of indefinite length (X.690 §8.1.3.6). */
const elementOf = (bytes: Uint8Array, depth = 0): Tlv => {
  if (bytes[1] !== INDEFINITE) return readTlv(bytes);
  if (depth > MAX_DEPTH) throw new RangeError('BER nested too deeply');
  let at = 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += elementOf(bytes.subarray(at), depth + 1).bytes.length;
  return { tag: bytes[0] ?? 0, content: bytes.subarray(2, at), bytes: bytes.subarray(0, at + 2) };
};
