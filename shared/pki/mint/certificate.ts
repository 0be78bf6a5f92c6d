/** A certificate taken apart into the encodings it is made of, and put together again (RFC 5280 §4.1). */
import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { bitString, explicit, octetString, oid, readAll, readTlv, sequence, TAG, tlv } from '../asn1/der.ts';
import { signatureOf } from './keys.ts';

/** Each part is its whole encoding, tag and length included. */
export type CertificateParts = {
  /** Empty for version 1. */
  readonly version: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly extensions: readonly Uint8Array[];
};

const NOTHING = new Uint8Array();
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/** The parts of a certificate, and the AlgorithmIdentifier of its signature. Throws a RangeError for bytes that are no DER certificate. */
export const takeApart = (der: Uint8Array): CertificateParts & { readonly signatureAlgorithm: Uint8Array } => {
  const [tbs, signatureAlgorithm] = readAll(readTlv(der).content);
  const fields = tbs === undefined ? [] : readAll(tbs.content);
  const version = fields.find(({ tag }) => tag === VERSION)?.bytes ?? NOTHING;
  const [serial, , issuer, validity, subject, spki] = fields.slice(version.length === 0 ? 0 : 1);
  if (!(signatureAlgorithm && serial && issuer && validity && subject && spki)) {
    throw new RangeError('DER, but no certificate');
  }
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
  return {
    version,
    serial: serial.bytes,
    issuer: issuer.bytes,
    validity: validity.bytes,
    subject: subject.bytes,
    spki: spki.bytes,
    extensions: extensions === undefined ? [] : readAll(readTlv(extensions.content).content).map(({ bytes }) => bytes),
    signatureAlgorithm: signatureAlgorithm.bytes,
  };
};

/** `tbs` with its signature: certificates and CRLs have the same outer form. */
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

/** Whether an AlgorithmIdentifier or an extension is of this object identifier. */
export const isOf = (bytes: Uint8Array, identifier: string): boolean =>
  Buffer.compare(readTlv(readTlv(bytes).content).bytes, oid(identifier)) === 0;
