/** Verifies what somebody else signed, by the AlgorithmIdentifier beside it (RFC 4055, RFC 5758, RFC 8410, RFC 9881). */
import { constants, type KeyObject, verify } from 'node:crypto';
import { readAll, readTlv } from '../asn1/der.ts';
import { ML_DSA } from '../asn1/oids.ts';
import { isOf } from './certificate-parts.ts';

const HASHES: readonly (readonly [oid: string, hash: string | null, type: string])[] = [
  ['1.2.840.113549.1.1.5', 'sha1', 'rsa'],
  ['1.2.840.113549.1.1.11', 'sha256', 'rsa'],
  ['1.2.840.113549.1.1.12', 'sha384', 'rsa'],
  ['1.2.840.113549.1.1.13', 'sha512', 'rsa'],
  ['1.2.840.10045.4.1', 'sha1', 'ec'],
  ['1.2.840.10045.4.3.2', 'sha256', 'ec'],
  ['1.2.840.10045.4.3.3', 'sha384', 'ec'],
  ['1.2.840.10045.4.3.4', 'sha512', 'ec'],
  ['1.3.101.112', null, 'ed25519'],
  ['1.3.101.113', null, 'ed448'],
  ...Object.entries(ML_DSA).map(([type, oid]) => [oid, null, type] as const),
];
const PSS = '1.2.840.113549.1.1.10';
const PSS_HASHES = [
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
] as const;

/** RFC 4055 §3.1: [0] is the hash, SHA-1 where it is left out. */
const pssHash = (algorithm: Uint8Array): string => {
  const parameters = readAll(readTlv(algorithm).content)[1];
  const hash = parameters === undefined ? undefined : readAll(parameters.content).find(({ tag }) => tag === 0xa0);
  return PSS_HASHES.find(([oid]) => hash !== undefined && isOf(hash.content, oid))?.[1] ?? 'sha1';
};

/** False for an algorithm that is unknown here, or not of this kind of key. */
export const isSignedBy = (body: Uint8Array, algorithm: Uint8Array, signature: Uint8Array, key: KeyObject): boolean => {
  try {
    if (isOf(algorithm, PSS))
      return verify(
        pssHash(algorithm),
        body,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
        signature,
      );
    const found = HASHES.find(([oid]) => isOf(algorithm, oid));
    return found !== undefined && found[2] === key.asymmetricKeyType && verify(found[1], body, key, signature);
  } catch {
    return false;
  }
};
