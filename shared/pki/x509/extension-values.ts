/**
 * Reads the values of the extensions that path validation uses (RFC 5280 §4.2.1). Each function throws a RangeError for an unreadable value. Not
 * read: policy qualifiers.
 */
import { dotted, readAll, readTlv, TAG } from '../asn1/der.ts';
import { KEY_USAGES, type KeyUsage } from './key-usage.ts';

type BasicConstraints = { readonly ca: boolean; readonly pathLength: number | null };
type Mapping = readonly [issuer: string, subject: string];

/** Returns an INTEGER from its content octets; Number.MAX_SAFE_INTEGER for one of more than six bytes. Throws a RangeError for a negative one. */
export const numberOf = (content: Uint8Array): number => {
  if (content.length === 0 || (content[0] ?? 0) >= 0x80) throw new RangeError('a negative number');
  return content.length > 6 ? Number.MAX_SAFE_INTEGER : content.reduce((sum, byte) => sum * 256 + byte, 0);
};

export const basicOf = (value: Uint8Array): BasicConstraints => {
  const fields = readAll(readTlv(value).content);
  const ca = (fields.find(({ tag }) => tag === TAG.boolean)?.content[0] ?? 0) !== 0;
  const length = fields.find(({ tag }) => tag === TAG.integer);
  return { ca, pathLength: length === undefined ? null : numberOf(length.content) };
};

export const keyUsageOf = (value: Uint8Array): readonly KeyUsage[] => {
  const bits = readTlv(value);
  if (bits.tag !== TAG.bitString || bits.content.length === 0) throw new RangeError('no key usage');
  const bytes = bits.content.subarray(1);
  return KEY_USAGES.filter((_usage, bit) => (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1);
};

/** Returns the SkipCerts of inhibitAnyPolicy (RFC 5280 §4.2.1.14); a negative number, which clients take, counts as 0, the strictest. */
export const inhibitAnyOf = (value: Uint8Array): number => {
  const { content } = readTlv(value);
  return (content[0] ?? 0) >= 0x80 ? 0 : numberOf(content);
};
/** Netscape's bits: client, server, e-mail, objects, then their CAs. */
const NETSCAPE_SERVER = 0x40;
/** Returns whether Netscape's certificate type has the bit of TLS servers. */
export const netscapeTypeOf = (value: Uint8Array): boolean => {
  const bits = readTlv(value);
  if (bits.tag !== TAG.bitString) throw new RangeError('no certificate type');
  return ((bits.content[1] ?? 0) & NETSCAPE_SERVER) !== 0;
};

const oidOf = (content: Uint8Array): string => dotted(readTlv(content).content);
/** Returns the dotted policy identifiers (RFC 5280 §4.2.1.4). */
export const policiesOf = (value: Uint8Array): readonly string[] =>
  readAll(readTlv(value).content).map(({ content }) => oidOf(content));
/** Returns the policy mappings as pairs of dotted identifiers (RFC 5280 §4.2.1.5). */
export const mappingsOf = (value: Uint8Array): readonly Mapping[] =>
  readAll(readTlv(value).content).map(({ content }) => {
    const [issuer, subject] = readAll(content);
    if (issuer?.tag !== TAG.oid || subject?.tag !== TAG.oid) throw new RangeError('no policy mapping');
    return [dotted(issuer.content), dotted(subject.content)];
  });
/** Returns the SkipCerts field with this context tag of PolicyConstraints (RFC 5280 §4.2.1.11); null when it is absent. */
export const skipOf = (value: Uint8Array, tag: number): number | null => {
  const found = readAll(readTlv(value).content).find((each) => each.tag === tag);
  return found === undefined ? null : numberOf(found.content);
};
