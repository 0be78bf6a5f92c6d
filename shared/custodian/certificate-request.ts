/** A certificate signing request (RFC 2986 §4) for the names of an existing certificate, copied byte by byte. */
import type { KeyObject } from 'node:crypto';
import { bitString, explicit, integer, oid, pem, sequence, setOf } from '../pki/asn1/der.ts';
import { type KeyPair, signatureOf, spkiOf } from '../pki/mint/keys.ts';

export type RequestedNames = {
  /** DER of a Name (RFC 5280 §4.1.2.4). */
  readonly subject: Uint8Array;
  /** DER of a whole Extension, the subject alternative name; null for none. */
  readonly altNames: Uint8Array | null;
};

/** PKCS #9 extensionRequest (RFC 2985 §5.4.2). */
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** Returns the request as PEM. Throws a TypeError for a key that cannot sign certificates. */
export const certificateRequest = (names: RequestedNames, { publicKey, privateKey }: KeyPair): string => {
  const attributes = names.altNames === null ? [] : [sequence(oid(EXTENSION_REQUEST), setOf(sequence(names.altNames)))];
  const info = sequence(integer(0), names.subject, spkiOf(publicKey), explicit(0, ...attributes));
  return pem('CERTIFICATE REQUEST', signedInfo(info, privateKey));
};

const signedInfo = (info: Uint8Array, key: KeyObject): Uint8Array => {
  const { algorithm, sign } = signatureOf(key);
  return sequence(info, algorithm, bitString(sign(info)));
};
