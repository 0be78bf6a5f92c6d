/**
 * Reads the entries of a CRL (RFC 5280 §5.1.2.6, §5.3). A list may have millions of entries, so no object is created per entry. Not supported:
 * entry extensions other than reasonCode, invalidityDate and certificateIssuer; critical ones are reported in `unknownCritical`, others are
 * ignored.
 */
import { Buffer } from 'node:buffer';
import { readAll, readTlv, TAG } from '../asn1/der.ts';
import { type Extension, extensionsOf } from './extension.ts';
import { isDirectoryName, type NameKey, nameKey } from './name-key.ts';

/** `held`: revoked with the reason `certificateHold`, which the CA can lift. `removed`: listed with `removeFromCRL`, no longer revoked. */
export type EntryStatus = 'revoked' | 'held' | 'removed';

export type Entries = {
  readonly count: number;
  /** Dotted object identifiers of critical entry extensions that this reader does not process. */
  readonly unknownCritical: readonly string[];
  /** Whether an entry names a certificate issuer (certificateIssuer, RFC 5280 §5.3.3). Such a name applies to its entry and to those after it. */
  readonly nameIssuers: boolean;
  /**
   * Returns the status of the certificate with this issuer and serial number (content octets of the INTEGER); null when the list does not contain
   * it. The first call builds an index of a few words per entry.
   */
  readonly find: (issuer: NameKey, serial: Uint8Array) => EntryStatus | null;
};

const REASON_CODE = '2.5.29.21';
const CERTIFICATE_ISSUER = '2.5.29.29';
const KNOWN: readonly string[] = [REASON_CODE, CERTIFICATE_ISSUER];
const HOLD = 6;
const REMOVE_FROM_CRL = 8;

const contentAt = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
};

/**
 * Returns the offset at which the element at `at` ends. Throws a RangeError when the element ends past `limit`, or when its length is indefinite or
 * longer than four bytes.
 */
const endAt = (bytes: Uint8Array, at: number, limit: number): number => {
  const content = contentAt(bytes, at);
  let length = bytes[at + 1] ?? Number.NaN;
  if (length === 0x80 || length > 0x84) throw new RangeError('DER with an indefinite or oversized length');
  if (length > 0x80) {
    length = 0;
    for (let octet = at + 2; octet < content; octet += 1) length = length * 256 + (bytes[octet] ?? Number.NaN);
  }
  if (!(content + length <= limit)) throw new RangeError('DER ends before its content');
  return content + length;
};

/** Receives the offsets of one entry's parts; its extensions, if any, span `dated` to `end`. */
type Visit = (entry: number, serial: number, dated: number, end: number) => void;

const eachEntry = (bytes: Uint8Array, visit: Visit): void => {
  for (let at = 0; at < bytes.length; ) {
    const end = endAt(bytes, at, bytes.length);
    const serial = contentAt(bytes, at);
    if (bytes[at] !== TAG.sequence || bytes[serial] !== TAG.integer) throw new RangeError('no entry of a CRL');
    visit(at, serial, endAt(bytes, endAt(bytes, serial, end), end), end);
    at = end;
  }
};

/** Returns 21 or 24 when the extension from `at` to `end` is a non-critical reasonCode or invalidityDate (id-ce 21, 24); else 0. */
const plainKind = (bytes: Uint8Array, at: number, end: number): number => {
  const id = contentAt(bytes, at);
  const last = bytes[id + 4] ?? 0;
  const isIdCe = bytes[id] === TAG.oid && bytes[id + 1] === 3 && bytes[id + 2] === 0x55 && bytes[id + 3] === 0x1d;
  if (bytes[at] !== TAG.sequence || !isIdCe || (last !== 21 && last !== 24)) return 0;
  return bytes[id + 5] === TAG.octetString && endAt(bytes, id + 5, end) === end ? last : 0;
};

/**
 * Whether the entry has only a reasonCode, only an invalidityDate, or both in any order, as nearly every entry does: these need no further parsing.
 */
const isPlain = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (bytes[at] !== TAG.sequence || endAt(bytes, at, end) !== end) return false;
  const first = contentAt(bytes, at);
  const second = endAt(bytes, first, end);
  const kind = plainKind(bytes, first, second);
  if (kind === 0 || second === end) return kind !== 0;
  const other = endAt(bytes, second, end) === end ? plainKind(bytes, second, end) : 0;
  return other !== 0 && other !== kind;
};

const issuerIn = (extensions: readonly Extension[]): NameKey | null => {
  const found = extensions.find(({ id }) => id === CERTIFICATE_ISSUER);
  if (found === undefined) return null;
  const name = readAll(readTlv(found.value).content).find(isDirectoryName);
  if (name === undefined) throw new RangeError('an entry that names no issuer');
  return nameKey(name.content);
};

/** `value`: the value of a reasonCode. Returns undefined for an unreadable one; the certificate then counts as revoked. */
const reasonIn = (value: Uint8Array): number | undefined =>
  value[0] === TAG.enumerated && value[1] === 1 ? value[2] : undefined;

const statusOf = (extensions: readonly Extension[]): EntryStatus => {
  const reason = extensions.find(({ id }) => id === REASON_CODE);
  const number = reason === undefined ? undefined : reasonIn(reason.value);
  return number === HOLD ? 'held' : number === REMOVE_FROM_CRL ? 'removed' : 'revoked';
};

const hashed = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
};

/** Returns the offset of an INTEGER's content from `from` to `to` without zeros that X.690 §8.3.2 does not allow: Java reads such a number all the same. */
const shortestAt = (bytes: Uint8Array, from: number, to: number): number => {
  let at = from;
  while (at + 1 < to && bytes[at] === 0 && (bytes[at + 1] ?? 0) < 0x80) at += 1;
  return at;
};
const shortest = (number: Uint8Array): Uint8Array => number.subarray(shortestAt(number, 0, number.length));

/** Builds a hash table of serial numbers. The time to build it does not depend on their values. */
const indexOf = (bytes: Uint8Array, offsets: Uint32Array) => {
  const heads = new Uint32Array(2 ** Math.ceil(Math.log2(offsets.length + 1)));
  const next = new Uint32Array(offsets.length);
  for (let entry = 0; entry < offsets.length; entry += 1) {
    const serial = contentAt(bytes, offsets[entry] ?? 0);
    const to = endAt(bytes, serial, bytes.length);
    const slot = hashed(bytes, shortestAt(bytes, contentAt(bytes, serial), to), to) % heads.length;
    next[entry] = heads[slot] ?? 0;
    heads[slot] = entry + 1;
  }
  const isOf = (entry: number, number: Uint8Array): boolean => {
    const serial = contentAt(bytes, offsets[entry] ?? 0);
    const to = endAt(bytes, serial, bytes.length);
    return Buffer.compare(bytes.subarray(shortestAt(bytes, contentAt(bytes, serial), to), to), number) === 0;
  };
  return (number: Uint8Array): readonly number[] => {
    const found: number[] = [];
    for (let at = heads[hashed(number, 0, number.length) % heads.length] ?? 0; at !== 0; at = next[at - 1] ?? 0)
      if (isOf(at - 1, number)) found.push(at - 1);
    return found;
  };
};

/**
 * Reads the entries. `bytes`: the content of revokedCertificates. `issuer`: the issuer of the list. Throws a RangeError for entries that RFC 5280
 * §5.1.2.6 does not allow.
 */
export const entriesOf = (bytes: Uint8Array, issuer: NameKey): Entries => {
  const starts: number[] = [];
  const issuers = [{ from: 0, issuer }];
  const unknown = new Set<string>();
  eachEntry(bytes, (entry, _serial, dated, end) => {
    starts.push(entry);
    if (dated === end || isPlain(bytes, dated, end)) return;
    const extensions = extensionsOf(bytes.subarray(dated, end));
    for (const { id, critical } of extensions) if (critical && !KNOWN.includes(id)) unknown.add(id);
    const named = issuerIn(extensions);
    if (named !== null) issuers.push({ from: starts.length - 1, issuer: named });
  });
  const offsets = Uint32Array.from(starts);
  const statusAt = (entry: number): EntryStatus => {
    const { content } = readTlv(bytes.subarray(offsets[entry]));
    const [, , extensions] = readAll(content);
    return extensions === undefined ? 'revoked' : statusOf(extensionsOf(extensions.bytes));
  };
  let index: ReturnType<typeof indexOf> | null = null;
  const find: Entries['find'] = (of, serial) => {
    index ??= indexOf(bytes, offsets);
    const said = index(shortest(serial))
      .filter((entry) => issuers.findLast(({ from }) => from <= entry)?.issuer === of)
      .map(statusAt);
    return (['revoked', 'held', 'removed'] as const).find((status) => said.includes(status)) ?? null;
  };
  return { count: offsets.length, unknownCritical: [...unknown], nameIssuers: issuers.length > 1, find };
};
