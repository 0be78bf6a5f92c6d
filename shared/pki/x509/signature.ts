/**
 * Verifies signatures by their AlgorithmIdentifier (RFC 4055, RFC 5758, RFC 8410, RFC 9881, NIST's CSOR for SHA-3). Algorithms that are missing
 * from `ALGORITHMS` are not supported; `signedBy` returns their identifier.
 */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readAll, readTlv, sequence, TAG } from '../asn1/der.ts';
import { algorithmOf, hashOf } from './hash-names.ts';

/** `not-signed`: the key did not make the signature. `unknownAlgorithm`: the signature could not be verified, so neither is known. */
export type Signed = 'signed' | 'not-signed' | { readonly unknownAlgorithm: string };

type Known = { readonly hash: string | null; readonly key: string };
/** Returns algorithms with consecutive last arcs: the first hash has the arc `start`. */
const family = (arc: string, start: number, key: string, ...hashes: readonly string[]) =>
  hashes.map((hash, at): [string, Known] => [`${arc}.${start + at}`, { hash, key }]);
const plain = (oid: string, key: string): [string, Known] => [oid, { hash: null, key }];

const NIST = '2.16.840.1.101.3.4.3';
const SHA2 = ['sha224', 'sha256', 'sha384', 'sha512'] as const;
const SHA3 = ['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'] as const;
const ALGORITHMS: Readonly<Record<string, Known>> = Object.fromEntries([
  ...family('1.2.840.113549.1.1', 5, 'rsa', 'sha1'),
  ...family('1.2.840.113549.1.1', 11, 'rsa', 'sha256', 'sha384', 'sha512', 'sha224', 'sha512-224', 'sha512-256'),
  ...family(NIST, 13, 'rsa', ...SHA3),
  ...family('1.2.840.10045.4', 1, 'ec', 'sha1'),
  ...family('1.2.840.10045.4.3', 1, 'ec', ...SHA2),
  ...family(NIST, 9, 'ec', ...SHA3),
  ...family('1.2.840.10040.4', 3, 'dsa', 'sha1'),
  ...family(NIST, 1, 'dsa', ...SHA2),
  plain('1.3.101.112', 'ed25519'),
  plain('1.3.101.113', 'ed448'),
  plain(`${NIST}.17`, 'ml-dsa-44'),
  plain(`${NIST}.18`, 'ml-dsa-65'),
  plain(`${NIST}.19`, 'ml-dsa-87'),
]);

const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
/** RFC 4055 §3.1: the default salt length, in octets. */
const DEFAULT_SALT = 20;
const PSS_FIELDS = { hash: 0xa0, mask: 0xa1, salt: 0xa2 } as const;

const unknown = (unknownAlgorithm: string): Signed => ({ unknownAlgorithm });

type Parameters = { readonly hash: string; readonly mask: string; readonly salt: number };

/**
 * Returns the RSA-PSS parameters. SHA-1 is the default of both hashes (RFC 4055 §3.1). Returns a string that names the unknown part if one is
 * unknown.
 */
const pssParameters = (algorithm: Uint8Array): Parameters | string => {
  const given = readAll(readTlv(algorithm).content)[1];
  const fields = given === undefined ? [] : readAll(given.content);
  const of = (tag: number) => fields.find((field) => field.tag === tag)?.content;
  const [hash, mask, salt] = [of(PSS_FIELDS.hash), of(PSS_FIELDS.mask), of(PSS_FIELDS.salt)];
  const maskHash = mask === undefined ? undefined : readAll(readTlv(mask).content)[1]?.bytes;
  if (mask !== undefined && (algorithmOf(mask) !== MGF1 || maskHash === undefined))
    return `${PSS} with the mask ${algorithmOf(mask)}`;
  const names = [hash, maskHash].map((each) => (each === undefined ? 'sha1' : hashOf(each)));
  const [name, maskName] = names;
  if (name === undefined || maskName === undefined)
    return `${PSS} with the hash ${algorithmOf((name === undefined ? hash : maskHash) ?? algorithm)}`;
  const octets = salt === undefined ? DEFAULT_SALT : readTlv(salt).content.reduce((sum, byte) => sum * 256 + byte, 0);
  return { hash: name, mask: maskName, salt: octets };
};

/** Whether a key's own parameters allow those of a signature (RFC 4055 §3.3). */
const allows = ({ asymmetricKeyDetails: own }: KeyObject, { hash, mask, salt }: Parameters): boolean =>
  (own?.hashAlgorithm ?? hash) === hash &&
  (own?.mgf1HashAlgorithm ?? mask) === mask &&
  (own?.saltLength ?? salt) <= salt;

/** node:crypto takes the mask's hash only from the key, so the key is imported again with the parameters of the signature. */
const keyWith = (key: KeyObject, algorithm: Uint8Array): KeyObject => {
  const [, bits] = readAll(readTlv(key.export({ type: 'spki', format: 'der' })).content);
  if (bits?.tag !== TAG.bitString) throw new RangeError('no public key');
  return createPublicKey({ key: Buffer.from(sequence(algorithm, bits.bytes)), format: 'der', type: 'spki' });
};

const signedByPss = (body: Uint8Array, algorithm: Uint8Array, signature: Uint8Array, key: KeyObject): Signed => {
  const parameters = pssParameters(algorithm);
  if (typeof parameters === 'string') return unknown(parameters);
  const { asymmetricKeyType: type } = key;
  if ((type !== 'rsa' && type !== 'rsa-pss') || !allows(key, parameters)) return 'not-signed';
  // OpenSSL rejects keys whose parameters name SHA-3.
  const own = parameters.mask === parameters.hash ? key : keyWith(key, algorithm);
  const options = { key: own, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: parameters.salt };
  return verify(parameters.hash, body, options, signature) ? 'signed' : 'not-signed';
};

/** Returns whether `key` made `signature` over `body`. `algorithm`: an AlgorithmIdentifier in DER. Never throws. */
export const signedBy = (body: Uint8Array, algorithm: Uint8Array, signature: Uint8Array, key: KeyObject): Signed => {
  let oid = '(unreadable)';
  try {
    oid = algorithmOf(algorithm);
    if (oid === PSS) return signedByPss(body, algorithm, signature, key);
    const known = ALGORITHMS[oid];
    if (known === undefined) return unknown(oid);
    if (known.key !== key.asymmetricKeyType) return 'not-signed';
    return verify(known.hash, body, key, signature) ? 'signed' : 'not-signed';
  } catch {
    // node:crypto throws for an algorithm that its OpenSSL does not offer: another runtime, FIPS mode.
    return unknown(oid);
  }
};
