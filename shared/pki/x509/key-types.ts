/** What a key of each kind can do here: in a handshake, and in certificates that are minted. One table; what is not in it cannot sign. */
import type { KeyObject } from 'node:crypto';
import type { TlsVersion } from '../../model/names.ts';

type Abilities = {
  /** In which a client can prove such a key: where the version has a signature algorithm for it. */
  readonly versions: readonly TlsVersion[];
  /** Whether certificates with such keys are made here, and signed by them. */
  readonly mintable: boolean;
};

const BOTH: readonly TlsVersion[] = ['1.2', '1.3'];

/** By node:crypto's name for it. */
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

/** Null for a kind that signs nothing in TLS: X25519, Diffie-Hellman, SLH-DSA. */
export const keyTypeOf = (key: KeyObject): KeyType | null => {
  const type: string = key.asymmetricKeyType ?? '';
  return Object.hasOwn(KEY_TYPES, type) ? (type as KeyType) : null;
};

export const isMintable = (key: KeyObject): boolean => {
  const type = keyTypeOf(key);
  return type !== null && KEY_TYPES[type].mintable;
};

/** Why a handshake of this version leaves out a certificate for the key, whatever the relying party offers; null where it can prove it. */
export const unprovable = (key: KeyObject, version: TlsVersion | null): string | null => {
  const type = keyTypeOf(key);
  if (type === null || version === null || KEY_TYPES[type].versions.some((each) => each === version)) return null;
  return `TLS ${version} has no signature algorithm for its key (${type}): set tlsVersions: ["${KEY_TYPES[type].versions[0]}"]`;
};
