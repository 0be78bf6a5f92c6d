/** Generates key pairs for minted certificates. They stay in this process's memory and are never written. */
import { constants, createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { explicit, integer, oid, readAll, readTlv, sequence, TAG, tlv } from '../asn1/der.ts';
import { ML_DSA } from '../asn1/oids.ts';
import { hashIdentifier } from '../x509/hash-names.ts';

export type KeyKind =
  | `rsa-${number}`
  | `rsa-pss-${number}`
  | `ec-${string}`
  | 'ed25519'
  | 'ed448'
  | keyof typeof ML_DSA;
export type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** Bits of minted RSA keys. Relying parties set their limits in this range; generating a larger key takes seconds of CPU. */
const RSA_BITS = { least: 2048, most: 4096 };

/** Returns the kind of a key; P-256 for a kind that cannot be minted. */
export const kindOf = (key: KeyObject): KeyKind => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const bits = Math.min(Math.max(details?.modulusLength ?? 0, RSA_BITS.least), RSA_BITS.most);
  if (type === 'rsa' || type === 'rsa-pss') return `${type}-${bits}` as KeyKind;
  if (type === 'ec') return `ec-${details?.namedCurve ?? 'prime256v1'}`;
  if (type === 'ed25519' || type === 'ed448' || type === 'ml-dsa-44' || type === 'ml-dsa-65' || type === 'ml-dsa-87')
    return type;
  return 'ec-prime256v1';
};

const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<KeyPair>;

/**
 * Returns a new key pair. It is generated off the event loop, so that concurrent probes do not miss a TLS alert. Throws a TypeError for an unknown
 * kind.
 */
export const newKeyPair = (kind: KeyKind): Promise<KeyPair> => {
  const [, type, detail] = /^(rsa-pss|rsa|ec|ed25519|ed448|ml-dsa-(?:44|65|87))-?(.*)$/.exec(kind) ?? [];
  if (type === undefined) throw new TypeError(`No such kind of key: ${kind}`);
  const pss = { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 };
  if (type === 'ec') return generate(type, { namedCurve: detail });
  return generate(type, { modulusLength: Number(detail), ...(type === 'rsa-pss' ? pss : {}) });
};

const kept = new Map<string, Promise<KeyPair>>();

/** Returns the process's key pair of this kind for leaves or for authorities; the first call generates it. */
export const keyPairFor = (role: 'leaf' | 'authority', kind: KeyKind): Promise<KeyPair> => {
  const name = `${role}/${kind}`;
  const pair = kept.get(name) ?? newKeyPair(kind);
  kept.set(name, pair);
  return pair;
};

export const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

/** Returns the SHA-1 of the public key's bits (RFC 5280 §4.2.1.2, method (1)). It serves as a name; security does not depend on it. */
export const keyIdentifier = (key: KeyObject): Uint8Array => {
  const bits = readAll(readTlv(spkiOf(key)).content)[1]?.content.subarray(1);
  return new Uint8Array(
    createHash('sha1')
      .update(bits ?? new Uint8Array())
      .digest(),
  );
};

export type Signature = { readonly algorithm: Uint8Array; readonly sign: (bytes: Uint8Array) => Uint8Array };

/**
 * RSASSA-PSS with the parameters that the key is restricted to (RFC 4055 §3.3); default: SHA-256, a salt as long as the hash. A salt of 20 octets is
 * the field's default, which DER leaves out.
 */
const pssOf = ({ asymmetricKeyDetails: own }: KeyObject) => {
  const hash = own?.hashAlgorithm ?? 'sha256';
  const mask = own?.mgf1HashAlgorithm ?? hash;
  const saltLength = own?.saltLength ?? createHash(hash).digest().length;
  const parts = [
    ...(hash === 'sha1' ? [] : [explicit(0, hashIdentifier(hash))]),
    ...(mask === 'sha1' ? [] : [explicit(1, sequence(oid('1.2.840.113549.1.1.8'), hashIdentifier(mask)))]),
    ...(saltLength === 20 ? [] : [explicit(2, integer(saltLength >> 8, saltLength & 0xff))]),
  ];
  return { algorithm: sequence(oid('1.2.840.113549.1.1.10'), sequence(...parts)), hash, saltLength };
};

const EC_HASHES: Readonly<Record<string, readonly [hash: string, oid: string]>> = {
  secp384r1: ['sha384', '1.2.840.10045.4.3.3'],
  secp521r1: ['sha512', '1.2.840.10045.4.3.4'],
};

/**
 * Returns the algorithm and the function with which a private key signs certificates (RFC 4055, RFC 5758, RFC 8410, RFC 9881). Throws a TypeError
 * for other types of key.
 */
export const signatureOf = (key: KeyObject): Signature => {
  const made = (algorithm: Uint8Array, hash: string | null, options: object = {}): Signature => ({
    algorithm,
    sign: (bytes) => new Uint8Array(sign(hash, bytes, { key, ...options })),
  });
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return made(sequence(oid('1.2.840.113549.1.1.11'), tlv(TAG.null)), 'sha256');
    case 'rsa-pss': {
      const { algorithm, hash, saltLength } = pssOf(key);
      return made(algorithm, hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    }
    case 'ec': {
      const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
      const [hash, identifier] = EC_HASHES[curve] ?? ['sha256', '1.2.840.10045.4.3.2'];
      return made(sequence(oid(identifier)), hash);
    }
    case 'ed25519':
      return made(sequence(oid('1.3.101.112')), null);
    case 'ed448':
      return made(sequence(oid('1.3.101.113')), null);
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return made(sequence(oid(ML_DSA[key.asymmetricKeyType])), null);
    default:
      throw new TypeError(`No certificate signatures by keys of type ${key.asymmetricKeyType}`);
  }
};
