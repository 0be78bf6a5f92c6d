/** Encodes and signs certificates from the encodings of their fields (RFC 5280 §4.1). */
import type { KeyObject } from 'node:crypto';
import { bitString, explicit, octetString, oid, sequence, TAG, tlv } from '../asn1/der.ts';
import type { CertificateParts } from '../x509/certificate-parts.ts';
import { signatureOf } from './keys.ts';

/**
 * Returns the signed element of `tbs`, in DER; certificates and CRLs have the same outer form. Throws a TypeError for a key that makes no
 * certificate signatures.
 */
export const signed = (tbs: (algorithm: Uint8Array) => Uint8Array, key: KeyObject): Uint8Array => {
  const { algorithm, sign } = signatureOf(key);
  const body = tbs(algorithm);
  return sequence(body, algorithm, bitString(sign(body)));
};

export const putTogether = (parts: CertificateParts, key: KeyObject): Uint8Array =>
  signed(
    (algorithm) =>
      sequence(
        parts.version,
        parts.serial,
        algorithm,
        parts.issuer,
        parts.validity,
        parts.subject,
        parts.spki,
        ...(parts.extensions.length === 0 ? [] : [explicit(3, sequence(...parts.extensions))]),
      ),
    key,
  );

export const extension = (identifier: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(identifier), ...(critical ? [tlv(TAG.boolean, Uint8Array.of(0xff))] : []), octetString(value));
