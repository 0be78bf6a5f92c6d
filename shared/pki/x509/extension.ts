/** An extension as it is read: of a certificate, of a CRL or of a CRL's entry (RFC 5280 §4.1, §5.1). */
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';

export type Extension = {
  /** Its object identifier, dotted. */
  readonly id: string;
  readonly critical: boolean;
  /** What the OCTET STRING holds. */
  readonly value: Uint8Array;
};

/** Throws a RangeError for bytes that are no extension. */
export const extensionOf = (bytes: Uint8Array): Extension => {
  const [id, ...rest] = readAll(readTlv(bytes).content);
  const value = rest.at(-1);
  if (id?.tag !== TAG.oid || value?.tag !== TAG.octetString || rest.length > 2) throw new RangeError('no extension');
  // X.690 §8.2: BER takes any octet but zero for TRUE.
  const critical = rest.length === 2 && rest[0]?.content[0] !== 0;
  return { id: dotted(id.content), critical, value: value.content };
};

/** Those of an `Extensions`. Throws a RangeError where one stands there twice, which RFC 5280 §4.2 forbids. */
export const extensionsOf = (bytes: Uint8Array): readonly Extension[] => {
  const all = readAll(readTlv(bytes).content).map((each) => extensionOf(each.bytes));
  if (new Set(all.map(({ id }) => id)).size < all.length) throw new RangeError('an extension stands there twice');
  return all;
};
