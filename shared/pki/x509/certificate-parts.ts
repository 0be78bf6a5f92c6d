/**
 * Splits a certificate into the encodings of its fields (RFC 5280 §4.1). Not returned: the unique identifiers (§4.1.2.8) and the signature value.
 */
import { Buffer } from 'node:buffer';
import { oid, readAll, readTlv } from '../asn1/der.ts';

/** Each part is a whole element: tag, length and content. */
export type CertificateParts = {
  /** Empty for a certificate of version 1, which omits the field. */
  readonly version: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly extensions: readonly Uint8Array[];
};

type Algorithms = { readonly signatureAlgorithm: Uint8Array; readonly innerAlgorithm: Uint8Array };

const NOTHING = new Uint8Array();
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/**
 * Returns the parts of a certificate and the AlgorithmIdentifier of its signature, which stands outside and inside the signed part (RFC 5280
 * §4.1.1.2). Throws a RangeError for bytes that are not a certificate in DER.
 */
export const takeApart = (der: Uint8Array): CertificateParts & Algorithms => {
  const [tbs, signatureAlgorithm] = readAll(readTlv(der).content);
  const fields = tbs === undefined ? [] : readAll(tbs.content);
  const version = fields.find(({ tag }) => tag === VERSION)?.bytes ?? NOTHING;
  const [serial, inner, issuer, validity, subject, spki] = fields.slice(version.length === 0 ? 0 : 1);
  if (!(signatureAlgorithm && serial && inner && issuer && validity && subject && spki)) {
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
    innerAlgorithm: inner.bytes,
  };
};

/**
 * Whether an AlgorithmIdentifier or an extension, in DER, begins with this dotted object identifier. Throws a RangeError for bytes that are not
 * DER.
 */
export const isOf = (bytes: Uint8Array, identifier: string): boolean =>
  Buffer.compare(readTlv(readTlv(bytes).content).bytes, oid(identifier)) === 0;
