/**
 * Reads BER, the encoding of PKCS#12 files (RFC 7292 §4), with node-forge: indefinite lengths and OCTET STRINGs in pieces are supported. Not
 * supported: nesting deeper than 64 levels. The contents of BIT STRINGs are not decoded.
 */
import asn1, { type Asn1 } from 'node-forge/lib/asn1.js';

export type { Asn1 };

/** Levels of nesting that are read; real PKCS#12 files have twelve. */
const MAX_DEPTH = 64;

/** Returns the first element of `bytes` and ignores the bytes after it. Throws node-forge's Error for bytes that are not BER. */
export const parseBer = (bytes: Uint8Array): Asn1 =>
  asn1.fromDer(Buffer.from(bytes).toString('latin1'), {
    strict: true,
    parseAllBytes: false,
    decodeBitStrings: false,
    maxDepth: MAX_DEPTH,
  });

/** Returns the elements of a constructed node, in order; none for a primitive node. */
export const childrenOf = ({ value }: Asn1): readonly Asn1[] => (typeof value === 'string' ? [] : value);

/** Returns the child at index `at`, from 0. Throws a RangeError when the node has no such child. */
export const childOf = (parent: Asn1, at: number): Asn1 => {
  const child = childrenOf(parent)[at];
  if (child === undefined) throw new RangeError('BER lacks an element');
  return child;
};

/** Returns the content of an OCTET STRING; the pieces of a constructed one are joined. */
export const octetsOf = ({ value }: Asn1): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.concat(value.map(octetsOf));

/** Returns the dotted object identifier of a primitive node; an empty string for a node without content. */
export const oidOf = ({ value }: Asn1): string =>
  typeof value === 'string' && value !== '' ? asn1.derToOid(value) : '';

/** Returns a non-negative INTEGER; Infinity for one of more than six bytes. */
export const integerOf = (node: Asn1): number => {
  const bytes = octetsOf(node);
  return bytes.length > 6 ? Number.POSITIVE_INFINITY : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
};

/** Returns the node encoded as DER. */
export const derOf = (node: Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'latin1');
