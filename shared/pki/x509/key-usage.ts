import { readAll, readTlv, TAG } from '../asn1/der.ts';
import { OID } from '../asn1/oids.ts';
import { isOf, takeApart } from './certificate-parts.ts';

/** Key usages in the order of their bits (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** Returns the key usages of a certificate in DER; null when it has no key usage extension or an unreadable one. */
export const keyUsagesOf = (der: Uint8Array): readonly KeyUsage[] | null => {
  try {
    const extension = takeApart(der).extensions.find((each) => isOf(each, OID.keyUsage));
    if (extension === undefined) return null;
    const value = readAll(readTlv(extension).content).find(({ tag }) => tag === TAG.octetString);
    const [, ...bytes] = readTlv(value?.content ?? new Uint8Array()).content;
    return KEY_USAGES.filter((_usage, bit) => (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1);
  } catch {
    return null;
  }
};
