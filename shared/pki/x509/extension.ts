/** Reads extensions of certificates, CRLs and CRL entries (RFC 5280 §4.1, §5.1). */
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';

export type Extension = {
  /** The object identifier, dotted. */
  readonly id: string;
  readonly critical: boolean;
  /** The content of the OCTET STRING. */
  readonly value: Uint8Array;
};

/** Returns one Extension. Throws a RangeError for bytes that are not an Extension in DER. */
export const extensionOf = (bytes: Uint8Array): Extension => {
  const [id, ...rest] = readAll(readTlv(bytes).content);
  const value = rest.at(-1);
  if (id?.tag !== TAG.oid || value?.tag !== TAG.octetString || rest.length > 2) throw new RangeError('no extension');
  // X.690 §8.2: in BER every non-zero octet means TRUE.
  const critical = rest.length === 2 && rest[0]?.content[0] !== 0;
  return { id: dotted(id.content), critical, value: value.content };
};

/** Returns the extensions of an `Extensions` element. Throws a RangeError when one identifier occurs twice, which RFC 5280 §4.2 forbids. */
export const extensionsOf = (bytes: Uint8Array): readonly Extension[] => {
  const all = readAll(readTlv(bytes).content).map((each) => extensionOf(each.bytes));
  if (new Set(all.map(({ id }) => id)).size < all.length) throw new RangeError('an extension stands there twice');
  return all;
};
