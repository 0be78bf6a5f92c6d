/**
 * Reads and writes the part of DER (ITU-T X.690 §8.1, §10.1) that this project needs. Not supported: tags of more than one byte, indefinite
 * lengths, lengths of more than four bytes. Lengths that are longer than necessary are accepted.
 * Minting copies names and extensions as bytes and never re-encodes them: a look-alike must have the same string types as the original. (A DER
 * library would add half the start-up time of all AWS clients of the probe.)
 */
import { Buffer } from 'node:buffer';

export type Tlv = {
  readonly tag: number;
  readonly content: Uint8Array;
  /** The whole element: tag, length and content. */
  readonly bytes: Uint8Array;
};

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const lengthBytes = (length: number): readonly number[] => {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
};

/** Returns an element with this one-byte tag; its content is `parts`, joined. */
export const tlv = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concat(parts);
  return concat([Uint8Array.of(tag, ...lengthBytes(content.length)), content]);
};

/**
 * Returns the first element of `bytes`. Throws a RangeError when `bytes` ends before the element does, or when the length is indefinite or longer
 * than four bytes.
 */
export const readTlv = (bytes: Uint8Array): Tlv => {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new RangeError('DER ends before its length');
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || size > 4) throw new RangeError('DER with an indefinite or oversized length');
  const header = 2 + size;
  const length = size === 0 ? first : bytes.subarray(2, header).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = header + length;
  if (end > bytes.length) throw new RangeError('DER ends before its content');
  return { tag, content: bytes.subarray(header, end), bytes: bytes.subarray(0, end) };
};

/** Returns the elements of a constructed element's `content`, in order. Throws a RangeError as `readTlv` does. */
export const readAll = (content: Uint8Array): readonly Tlv[] => {
  const found: Tlv[] = [];
  for (let rest = content; rest.length > 0; rest = rest.subarray(found.at(-1)?.bytes.length)) found.push(readTlv(rest));
  return found;
};

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, ...parts);
/** Returns a SET OF. DER sorts its members by their encodings (X.690 §11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  tlv(TAG.set, ...[...parts].sort((one, other) => Buffer.compare(one, other)));
/** Returns an element with the explicit context tag `[number]`; `number` is at most 30. */
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => tlv(0xa0 | number, ...parts);
export const octetString = (content: Uint8Array): Uint8Array => tlv(TAG.octetString, content);
export const bitString = (content: Uint8Array, unusedBits = 0): Uint8Array =>
  tlv(TAG.bitString, Uint8Array.of(unusedBits), content);
/** Returns a string element; `value` is encoded as UTF-8. */
export const text = (tag: number, value: string): Uint8Array => tlv(tag, new TextEncoder().encode(value));

/** Returns a non-negative INTEGER of these big-endian bytes; leading zeros are dropped. */
export const integer = (...bytes: readonly number[]): Uint8Array => {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start === -1 ? [0] : bytes.slice(start);
  return tlv(TAG.integer, Uint8Array.from((shortest[0] ?? 0) >= 0x80 ? [0, ...shortest] : shortest));
};

/** Returns an OBJECT IDENTIFIER from its dotted form (X.690 §8.19). */
export const oid = (dotted: string): Uint8Array => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift(128 + (high % 128));
    return groups;
  });
  return tlv(TAG.oid, Uint8Array.from(arcs));
};

/** Returns the dotted form, such as `1.2.840.10045.4.3.2`, of the content octets of an OBJECT IDENTIFIER (X.690 §8.19). */
export const dotted = (content: Uint8Array): string => {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = arc * 128n + BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [both = 0n, ...rest] = arcs;
  const first = both < 80n ? both / 40n : 2n;
  return [first, both - first * 40n, ...rest].join('.');
};

/**
 * Returns `instant` (milliseconds since the epoch) as UTCTime up to the year 2049 and as GeneralizedTime from 2050 (RFC 5280 §4.1.2.5); fractions
 * of a second are dropped.
 */
export const time = (instant: number): Uint8Array => {
  const digits = `${new Date(instant).toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`;
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050 ? text(TAG.utcTime, digits.slice(2)) : text(TAG.generalizedTime, digits);
};

/** Returns `der` as a PEM block with lines of 64 characters (RFC 7468 §2). */
export const pem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};
