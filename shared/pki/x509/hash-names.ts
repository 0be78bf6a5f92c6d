/** Maps object identifiers of hash functions (RFC 8017 appendix B.1, RFC 8702, NIST's CSOR) to their names in node:crypto. */

import { dotted, oid, readTlv, sequence } from '../asn1/der.ts';

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.5': 'sha512-224',
  '2.16.840.1.101.3.4.2.6': 'sha512-256',
  '2.16.840.1.101.3.4.2.7': 'sha3-224',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
};

/** Returns the dotted object identifier of an AlgorithmIdentifier. Throws a RangeError for bytes that are not DER. */
export const algorithmOf = (identifier: Uint8Array): string => dotted(readTlv(readTlv(identifier).content).content);

/** Returns node:crypto's name for the hash function of an AlgorithmIdentifier; undefined for one that is not in the table. */
export const hashOf = (identifier: Uint8Array): string | undefined => HASHES[algorithmOf(identifier)];

/** Returns the AlgorithmIdentifier of node:crypto's hash function, without parameters. Throws a TypeError for one that is not in the table. */
export const hashIdentifier = (name: string): Uint8Array => {
  const [found] = Object.entries(HASHES).find(([, each]) => each === name) ?? [];
  if (found === undefined) throw new TypeError(`No object identifier of the hash function ${name}`);
  return sequence(oid(found));
};
