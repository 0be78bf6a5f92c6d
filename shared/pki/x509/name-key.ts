/**
 * Puts distinguished names into a form that can be compared as RFC 5280 §7.1 requires: CRL signers may write a CA's name with other string types
 * than its certificate.
 */
import { Buffer } from 'node:buffer';
import { dotted, readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';

/** A name in comparable form: equal names are equal strings. */
export type NameKey = string;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const wide =
  (width: 2 | 4) =>
  (bytes: Uint8Array): string => {
    if (bytes.length % width !== 0) throw new RangeError('a string that ends within a character');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = (index: number) => (width === 2 ? view.getUint16(index * 2) : view.getUint32(index * 4));
    return Array.from({ length: bytes.length / width }, (_, index) => String.fromCodePoint(at(index))).join('');
  };
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Decoders of X.520's DirectoryString types and of older string types. Teletex strings are read as Latin-1, as in OpenSSL and in practice. */
const STRINGS: Readonly<Record<number, (bytes: Uint8Array) => string>> = {
  [TAG.utf8String]: (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
  18: latin1,
  [TAG.printableString]: latin1,
  20: latin1,
  22: latin1,
  26: latin1,
  28: wide(4),
  30: wide(2),
};

/** Prepares a string (RFC 4518 §2, the steps that names need): NFKC, lower case, runs of blanks become one, blanks at both ends are removed. */
const prepared = (text: string): string =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll(/\s+/g, ' ').replaceAll(/^ | $/g, '');

/** A value that is not a string, or is an unreadable one, equals only the same bytes. */
const valueKey = ({ tag, content, bytes }: Tlv): string => {
  try {
    const text = STRINGS[tag]?.(content);
    if (text !== undefined) return JSON.stringify(prepared(text));
  } catch {
    // The value's bytes are its key.
  }
  return hex(bytes);
};

const attributeKey = ({ content }: Tlv): string => {
  const [type, value] = readAll(content);
  if (type?.tag !== TAG.oid || value === undefined) throw new RangeError('no attribute of a name');
  return `${dotted(type.content)}=${valueKey(value)}`;
};

const keyOf = (der: Uint8Array): NameKey =>
  readAll(readTlv(der).content)
    .map(({ content }) => readAll(content).map(attributeKey).sort().join('+'))
    .join(',');

/** Returns the comparable form of a Name in DER. An unreadable name equals only the same bytes. */
export const nameKey = (der: Uint8Array): NameKey => {
  try {
    return keyOf(der);
  } catch {
    return hex(der);
  }
};

const DIRECTORY_NAME = 0xa4;
const URI = 0x86;

/** RFC 5280 §7.4: scheme and host are compared without case, the rest exactly. */
const uriKey = (text: string): string =>
  text.replace(/^[A-Za-z][A-Za-z0-9+.-]*:(\/\/[^/?#@]*(?=[/?#]|$))?/, (start) => start.toLowerCase());

/** Returns the comparable form of a GeneralName in DER (RFC 5280 §4.2.1.6). Throws a RangeError for bytes that are not DER. */
export const generalNameKey = (der: Uint8Array): string => {
  const { tag, content } = readTlv(der);
  if (tag === DIRECTORY_NAME) return `directory ${nameKey(content)}`;
  return tag === URI ? `uri ${uriKey(latin1(content))}` : hex(der);
};

export const isDirectoryName = ({ tag }: Tlv): boolean => tag === DIRECTORY_NAME;
