/** BER, of which PKCS#12 files are made (RFC 7292 §4): node-forge reads it, also where lengths are left open and octets come in pieces. */
import asn1, { type Asn1 } from 'node-forge/lib/asn1.js';

export type { Asn1 };

/** Real files are twelve deep. */
const MAX_DEPTH = 64;

/** Throws for what is no BER. */
export const parseBer = (bytes: Uint8Array): Asn1 =>
  asn1.fromDer(Buffer.from(bytes).toString('latin1'), {
    strict: true,
    parseAllBytes: false,
    decodeBitStrings: false,
    maxDepth: MAX_DEPTH,
  });

export const childrenOf = ({ value }: Asn1): readonly Asn1[] => (typeof value === 'string' ? [] : value);

export const childOf = (parent: Asn1, at: number): Asn1 => {
  const child = childrenOf(parent)[at];
  if (child === undefined) throw new RangeError('BER lacks an element');
  return child;
};

/** An OCTET STRING's, also one in pieces. */
export const octetsOf = ({ value }: Asn1): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.concat(value.map(octetsOf));

export const oidOf = ({ value }: Asn1): string =>
  typeof value === 'string' && value !== '' ? asn1.derToOid(value) : '';

/** One that fits; larger ones are as good as infinite. */
export const integerOf = (node: Asn1): number => {
  const bytes = octetsOf(node);
  return bytes.length > 6 ? Number.POSITIVE_INFINITY : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
};

export const derOf = (node: Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'latin1');
