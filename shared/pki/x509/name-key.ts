/** Distinguished names, compared as RFC 5280 §7.1 says: signers of lists write a CA's name again, with other string types. */
import { Buffer } from 'node:buffer';
import { dotted, readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';

/** A name in the form in which equal names are equal strings. */
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

/** The string types of X.520's DirectoryString, and those of older names. Teletex strings hold Latin-1 in practice; OpenSSL reads them so too. */
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

/** RFC 4518 §2, as far as names use it: compatible characters are one, case is folded, blanks collapse and do not stand at an end. */
const prepared = (text: string): string =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll(/\s+/g, ' ').replaceAll(/^ | $/g, '');

/** What is no string, or cannot be read as one, equals itself only. */
const valueKey = ({ tag, content, bytes }: Tlv): string => {
  try {
    const text = STRINGS[tag]?.(content);
    if (text !== undefined) return JSON.stringify(prepared(text));
  } catch {
    // Falls through to its bytes.
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

/** Of the DER of a Name. One that cannot be read equals itself only. */
export const nameKey = (der: Uint8Array): NameKey => {
  try {
    return keyOf(der);
  } catch {
    return hex(der);
  }
};

const DIRECTORY_NAME = 0xa4;
const URI = 0x86;

/** RFC 5280 §7.4: scheme and host in any case, the rest to the letter. */
const uriKey = (text: string): string =>
  text.replace(/^[A-Za-z][A-Za-z0-9+.-]*:(\/\/[^/?#@]*(?=[/?#]|$))?/, (start) => start.toLowerCase());

/** Of the DER of a GeneralName (RFC 5280 §4.2.1.6). Throws a RangeError for what is none. */
export const generalNameKey = (der: Uint8Array): string => {
  const { tag, content } = readTlv(der);
  if (tag === DIRECTORY_NAME) return `directory ${nameKey(content)}`;
  return tag === URI ? `uri ${uriKey(latin1(content))}` : hex(der);
};

export const isDirectoryName = ({ tag }: Tlv): boolean => tag === DIRECTORY_NAME;
