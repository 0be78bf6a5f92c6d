/** The certificates of a PKCS#7 file (RFC 5652 §5.1: SignedData.certificates), in DER or BER: OpenSSL and Windows leave lengths open. */
import { readTlv, TAG, type Tlv } from '../asn1/der.ts';

/** Real files are eight deep. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 10_000;
const INDEFINITE = 0x80;
const EXPLICIT_0 = 0xa0;

/** Each certificate's own bytes, in their order: they are DER inside BER too. Throws a RangeError for what is no SignedData. */
export const certificatesOfPkcs7 = (bytes: Uint8Array): readonly Uint8Array[] => {
  const signed = within(within(elementOf(bytes), 1, EXPLICIT_0), 0, TAG.sequence);
  // Version, digest algorithms, the signed content; then what came along.
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

/** Also one whose length is told by its end (X.690 §8.1.3.6). */
const elementOf = (bytes: Uint8Array, depth = 0): Tlv => {
  if (bytes[1] !== INDEFINITE) return readTlv(bytes);
  if (depth > MAX_DEPTH) throw new RangeError('BER nested too deeply');
  let at = 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += elementOf(bytes.subarray(at), depth + 1).bytes.length;
  return { tag: bytes[0] ?? 0, content: bytes.subarray(2, at), bytes: bytes.subarray(0, at + 2) };
};
