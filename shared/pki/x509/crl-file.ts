/**
 * Reads the CRLs of a file or URL: any number in DER, one after another, or in PEM (RFC 7468 §6). Not supported: CRLs in PKCS#7, UTF-16, and PEM
 * blocks with headers.
 */
import { Buffer } from 'node:buffer';
import { pem, readTlv, TAG } from '../asn1/der.ts';
import { type Crl, crlOf } from './crl.ts';

/** Why a file or URL yields no CRL: its retrieval failed, or its content is not a CRL. */
export type CrlSourceFault =
  | 'file-unreadable'
  | 'address-refused'
  | 'not-reached'
  | 'too-slow'
  | 'not-found'
  | 'redirects'
  | 'too-large'
  | 'web-page'
  | 'no-crl'
  | 'damaged';

/** `reason` is the rest of a sentence that begins with `the CRL corp.crl cannot be used:`. */
export type UnreadCrl = { readonly fault: CrlSourceFault; readonly reason: string };

/** `name`: the file or URL that the registry gives. */
export type LoadedCrl = { readonly name: string } & (
  | {
      readonly ok: true;
      /** At least one. */
      readonly crls: readonly Crl[];
      /** The damaged blocks of the same source. */
      readonly unread: readonly UnreadCrl[];
    }
  | ({ readonly ok: false } & UnreadCrl)
);

const BEGIN = '-----BEGIN X509 CRL-----';
const END = '-----END X509 CRL-----';
const SOME_BASE64 = /^[A-Za-z0-9+/=\s]+$/;
/** The first base64 characters of a SEQUENCE whose length is in the long form. */
const DER_IN_BASE64 = /^\s*MI/;
const WHITE_SPACE = [...Buffer.from(' \t\r\n')];
/** Lists in one DER file; a server could send millions of empty ones. */
const MAX_IN_A_ROW = 1000;
const MARKUP = /^[\s\uFEFF]*</;
const BYTE_ORDER_MARK = /^(?:\xef\xbb\xbf)?/;

/** Returns the base64 of each block; null for a block without an end line before the next block. */
const blocksOf = (text: string): readonly (string | null)[] =>
  text
    .split(BEGIN)
    .slice(1)
    .map((rest) => {
      const end = rest.indexOf(END);
      return end === -1 ? null : rest.slice(0, end);
    });

const decoded = (base64: string | null): Uint8Array | null =>
  base64 === null || !SOME_BASE64.test(base64) ? null : Buffer.from(base64, 'base64');

/** Splits lists in DER, one after another; what follows the last whole one is a block too, unless it is white space. */
const derBlocks = (bytes: Uint8Array): readonly Uint8Array[] => {
  const blocks: Uint8Array[] = [];
  let rest = bytes;
  while (!rest.every((byte) => WHITE_SPACE.includes(byte))) {
    const block = blocks.length < MAX_IN_A_ROW ? tlvOrRest(rest) : rest;
    blocks.push(block);
    rest = rest.subarray(block.length);
  }
  return blocks;
};

const tlvOrRest = (rest: Uint8Array): Uint8Array => {
  try {
    return readTlv(rest).bytes;
  } catch {
    return rest;
  }
};

/** Reads each block on its own: a damaged block is reported by its place, and the others are still read. */
const readAllOf = (name: string, blocks: readonly (Uint8Array | null)[]): LoadedCrl => {
  const crls: Crl[] = [];
  const unread: UnreadCrl[] = [];
  for (const [index, der] of blocks.entries()) {
    try {
      if (der === null) throw new RangeError('no base64');
      crls.push(crlOf(der));
    } catch {
      const place = blocks.length === 1 ? '' : ` (block ${index + 1} of ${blocks.length})`;
      unread.push({ fault: 'damaged', reason: `it is damaged, or no CRL${place}` });
    }
  }
  const [first] = unread;
  if (crls.length > 0 || first === undefined) return { name, ok: true, crls, unread };
  return {
    name,
    ok: false,
    fault: 'damaged',
    reason: blocks.length === 1 ? first.reason : `it holds ${blocks.length} blocks, each of which is damaged or no CRL`,
  };
};

/** Returns the content of a CRL file as text that `crlsOf` reads alike: lists in DER, or in base64 alone, become PEM. */
export const crlText = (bytes: Uint8Array): string => {
  if (bytes[0] === TAG.sequence) return derBlocks(bytes).map(asPem).join('');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return DER_IN_BASE64.test(text) && SOME_BASE64.test(text) ? asPem(Buffer.from(text, 'base64')) : text;
};

const asPem = (der: Uint8Array): string => pem('X509 CRL', der);

/** Returns the CRLs of a DER file (also in base64), or of a PEM text. Never throws: failures are in the result. */
export const crlsOf = (name: string, bytes: Uint8Array): LoadedCrl => {
  if (bytes[0] === TAG.sequence) return readAllOf(name, derBlocks(bytes));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(BYTE_ORDER_MARK, '');
  const blocks = blocksOf(text);
  if (blocks.length > 0) return readAllOf(name, blocks.map(decoded));
  if (DER_IN_BASE64.test(text) && SOME_BASE64.test(text)) return readAllOf(name, [decoded(text)]);
  if (MARKUP.test(text))
    return { name, ok: false, fault: 'web-page', reason: 'it is a page in HTML or XML, and no CRL' };
  return { name, ok: false, fault: 'no-crl', reason: 'it holds no CRL, neither in PEM nor in DER' };
};
