/** CRLs as files and URLs hold them: one in DER, or any number in PEM (RFC 7468 §6). */
import { Buffer } from 'node:buffer';
import { TAG } from '../asn1/der.ts';
import { type Crl, crlOf } from './crl.ts';

/** Why a source of CRLs gives none: how it was fetched, or what it holds. */
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

/** `reason` goes on from `the CRL corp.crl cannot be used:`. */
export type UnreadCrl = { readonly fault: CrlSourceFault; readonly reason: string };

/** `name`: the file or URL that the registry gives. */
export type LoadedCrl = { readonly name: string } & (
  | {
      readonly ok: true;
      /** At least one. */
      readonly crls: readonly Crl[];
      /** Blocks beside them that are damaged. */
      readonly unread: readonly UnreadCrl[];
    }
  | ({ readonly ok: false } & UnreadCrl)
);

const BEGIN = '-----BEGIN X509 CRL-----';
const END = '-----END X509 CRL-----';
const SOME_BASE64 = /^[A-Za-z0-9+/=\s]+$/;
/** What a SEQUENCE of some length begins with, in base64. */
const DER_IN_BASE64 = /^\s*MI/;
const MARKUP = /^[\s\uFEFF]*</;
const BYTE_ORDER_MARK = /^(?:\xef\xbb\xbf)?/;

/** The base64 of each block; null for one that does not end before the next begins. */
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

/** Each by itself: a damaged one is named by its place, and the others are read. */
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
    reason:
      blocks.length === 1
        ? `${first.reason} (a file must be in PEM)`
        : `it holds ${blocks.length} blocks, each of which is damaged or no CRL`,
  };
};

/** One in DER (also in base64), or every one of a PEM text. Never throws. */
export const crlsOf = (name: string, bytes: Uint8Array): LoadedCrl => {
  if (bytes[0] === TAG.sequence) return readAllOf(name, [bytes]);
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
