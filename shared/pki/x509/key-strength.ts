/** Finds keys and signatures that NIST SP 800-131A rev. 2 disallows: less than 112 bits of strength, SHA-1, and MD2, MD4 or MD5. */
import type { X509Certificate } from 'node:crypto';
import { readableKey } from './certificate.ts';

const MIN_RSA_BITS = 2048;
const MIN_CURVE_BITS = 224;
const WEAK_SIGNATURE = /sha-?1(?!\d)|md[245]/i;

/**
 * Returns the bits in OpenSSL's name of a curve, such as `prime192v1`, `secp160r1`, `brainpoolP256r1`, `sect163k1`; null for another form of name.
 */
const curveBits = (curve: string): number | null => {
  const bits = /^(?:prime|secp|sect|brainpoolP|c2pnb|c2tnb)(\d{3})/.exec(curve)?.[1];
  return bits === undefined ? null : Number(bits);
};

/** Returns the key's type and size for messages: `RSA with 1024 bits`, `EC on prime192v1`. */
export const keyText = (certificate: X509Certificate): string => {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = readableKey(certificate) ?? {};
  if (details?.modulusLength !== undefined) return `${type.toUpperCase()} with ${details.modulusLength} bits`;
  return details?.namedCurve === undefined ? type : `EC on ${details.namedCurve}`;
};

/** False for a key that cannot be read. */
export const isWeakKey = (certificate: X509Certificate): boolean => {
  const { modulusLength, namedCurve } = readableKey(certificate)?.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined) return modulusLength < MIN_RSA_BITS;
  const bits = namedCurve === undefined ? null : curveBits(namedCurve);
  return bits !== null && bits < MIN_CURVE_BITS;
};

/**
 * Returns the signature algorithm if it is weak, else null. Always null for a self-issued certificate: relying parties do not check a root's own
 * signature.
 */
export const weakSignature = ({ signatureAlgorithm, subject, issuer }: X509Certificate): string | null =>
  signatureAlgorithm !== undefined && WEAK_SIGNATURE.test(signatureAlgorithm) && subject !== issuer
    ? signatureAlgorithm
    : null;
