/**
 * What each type of key supports: the TLS versions that have a signature algorithm for it, and whether certificates are minted with it. A type that
 * is missing from this table cannot sign.
 */
import type { KeyObject } from 'node:crypto';
import type { TlsVersion } from '../../model/names.ts';

type Abilities = {
  /** The TLS versions in which a client can prove possession of such a key. */
  readonly versions: readonly TlsVersion[];
  /** Whether certificates are minted for such keys and signed by them. */
  readonly mintable: boolean;
};

const BOTH: readonly TlsVersion[] = ['1.2', '1.3'];

/** Keyed by node:crypto's name of the type (`asymmetricKeyType`). */
export const KEY_TYPES = {
  rsa: { versions: BOTH, mintable: true },
  // RFC 8446 §4.2.3 defines rsa_pss_pss_* for both versions.
  'rsa-pss': { versions: BOTH, mintable: true },
  ec: { versions: BOTH, mintable: true },
  // RFC 8422 §5.1.3 brought EdDSA to TLS 1.2.
  ed25519: { versions: BOTH, mintable: true },
  ed448: { versions: BOTH, mintable: true },
  // RFC 8446 §1.3: TLS 1.3 has no DSA.
  dsa: { versions: ['1.2'], mintable: false },
  // draft-ietf-tls-mldsa §3: TLS 1.3 alone.
  'ml-dsa-44': { versions: ['1.3'], mintable: true },
  'ml-dsa-65': { versions: ['1.3'], mintable: true },
  'ml-dsa-87': { versions: ['1.3'], mintable: true },
} as const satisfies Readonly<Record<string, Abilities>>;

export type KeyType = keyof typeof KEY_TYPES;

/** Returns the type of a key; null for a type that signs nothing in TLS: X25519, Diffie-Hellman, SLH-DSA. */
export const keyTypeOf = (key: KeyObject): KeyType | null => {
  const type: string = key.asymmetricKeyType ?? '';
  return Object.hasOwn(KEY_TYPES, type) ? (type as KeyType) : null;
};

export const isMintable = (key: KeyObject): boolean => {
  const type = keyTypeOf(key);
  return type !== null && KEY_TYPES[type].mintable;
};

/**
 * Returns why a handshake of this TLS version cannot use a certificate for the key, whatever signature algorithms the server offers; null when it
 * can.
 */
export const unprovable = (key: KeyObject, version: TlsVersion | null): string | null => {
  const type = keyTypeOf(key);
  if (type === null || version === null || KEY_TYPES[type].versions.some((each) => each === version)) return null;
  return `TLS ${version} has no signature algorithm for its key (${type}): set tlsVersions: ["${KEY_TYPES[type].versions[0]}"]`;
};
