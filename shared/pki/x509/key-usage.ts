import { readAll, readTlv, TAG } from '../asn1/der.ts';
import { isOf, takeApart } from '../mint/certificate.ts';
import { KEY_USAGES, type KeyUsage } from '../mint/extensions.ts';

/** What a certificate's key may be used for; null where it does not say. */
export const keyUsagesOf = (der: Uint8Array): readonly KeyUsage[] | null => {
  try {
    const extension = takeApart(der).extensions.find((each) => isOf(each, '2.5.29.15'));
    if (extension === undefined) return null;
    const value = readAll(readTlv(extension).content).find(({ tag }) => tag === TAG.octetString);
    const [, ...bytes] = readTlv(value?.content ?? new Uint8Array()).content;
    return KEY_USAGES.filter((_usage, bit) => (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1);
  } catch {
    return null;
  }
};
