/**
 * Determines the content of a value after removing its wrappings: byte order marks, JSON strings, escaped newlines, base64 of the whole value. Not
 * supported: compressed data and archives.
 */
import { type DerKind, derKind } from '../asn1/der-kind.ts';

export type Content =
  | { readonly kind: 'empty' }
  /** `blank`: number of empty lines before the first line of text. */
  | { readonly kind: 'text'; readonly text: string; readonly base64: boolean; readonly blank: number }
  | { readonly kind: 'der'; readonly bytes: Uint8Array; readonly as: DerKind; readonly base64: boolean }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly base64: boolean }
  /** A JSON value that is not a string; `is` names its kind. */
  | { readonly kind: 'other'; readonly is: string };

/** Bytes, or characters, of the largest identity that is read. Secrets Manager stores 64 KiB, Kubernetes 1 MiB. */
const MAX_IDENTITY = 1024 * 1024;
/** Bytes, or characters, of the largest trust bundle that is read. All public CAs with their comments take 2 MiB. */
export const MAX_BUNDLE = 16 * MAX_IDENTITY;
/** Layers of base64 that are removed. Two occur in practice: a Kubernetes value that was already encoded by hand. */
const MAX_WRAPPINGS = 3;
/** Shorter texts are taken as words and not as base64. */
const MIN_BASE64 = 40;

/**
 * Returns the content of `value`. `limit`: bytes or characters, default `MAX_IDENTITY`; a larger value returns kind `bytes` with no bytes.
 * `wrappings`: layers of base64 removed so far. Never throws.
 */
export const contentOf = (value: string | Uint8Array, limit = MAX_IDENTITY, wrappings = 0): Content => {
  if (value.length > limit) return { kind: 'bytes', bytes: new Uint8Array(), base64: false };
  return typeof value === 'string' ? ofText(value, limit, wrappings) : ofBytes(value, limit, wrappings);
};

const ofBytes = (bytes: Uint8Array, limit: number, wrappings: number): Content => {
  const as = derKind(bytes);
  const base64 = wrappings > 0;
  if (as !== null) return { kind: 'der', bytes, as, base64 };
  const text = decoded(bytes);
  return text === null ? { kind: 'bytes', bytes, base64 } : ofText(text, limit, wrappings);
};

const decoded = (bytes: Uint8Array): string | null => {
  const { encoding, sure } = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') || !(sure || text.includes('-----BEGIN ')) ? null : text;
  } catch {
    return null;
  }
};

/** Detects UTF-16 by its byte order mark, or by the zero bytes of ASCII in UTF-16; without the mark the text must contain PEM. */
const encodingOf = ([first, second]: Uint8Array) => {
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', sure: true };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', sure: true };
  if (second === 0 && first !== 0) return { encoding: 'utf-16le', sure: false };
  return first === 0 && second !== undefined && second !== 0
    ? { encoding: 'utf-16be', sure: false }
    : { encoding: 'utf-8', sure: true };
};

const ofText = (value: string, limit: number, wrappings: number): Content => {
  const text = unquoted(value.replace(/^\uFEFF/, '').trim());
  if (text === '') return { kind: 'empty' };
  const isPlain = text.includes('-----BEGIN ') || text.startsWith('{');
  const bytes = isPlain || wrappings >= MAX_WRAPPINGS ? null : bytesOfBase64(text);
  const inner = bytes === null ? null : contentOf(bytes, limit, wrappings + 1);
  // Text whose base64 decodes to nothing known is returned as text.
  return inner === null || inner.kind === 'empty'
    ? { kind: 'text', text, base64: wrappings > 0, blank: (/^\s*/.exec(value)?.[0].split('\n').length ?? 1) - 1 }
    : inner;
};

/** Decodes a JSON string, and newlines that a form or an environment variable turned into backslash and `n`. */
const unquoted = (text: string): string => {
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'string') return unescaped(value.trim());
    } catch {
      // Not a JSON string: a quoted text with real newlines.
    }
  }
  return unescaped(text);
};

const unescaped = (text: string): string =>
  /^[[{]/.test(text) || !text.includes('-----BEGIN ') ? text : text.replaceAll('\\r', '').replaceAll('\\n', '\n');

export const bytesOfBase64 = (text: string): Uint8Array | null => {
  const packed = text.replaceAll(/\s+/g, '');
  if (packed.length < MIN_BASE64 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) return null;
  return new Uint8Array(Buffer.from(packed, 'base64'));
};
