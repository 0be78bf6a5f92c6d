/**
 * Reads the certificates of PEM (also badly laid out), DER (also several in a row), PKCS#7, PKCS#12 and JKS. A damaged certificate is reported by
 * its place and does not affect the others. Messages never quote the content. Not supported: JCEKS, BKS and BCFKS keystores.
 */
import { X509Certificate } from 'node:crypto';
import type { Parsed } from '../../model/parsed.ts';
import { readTlv } from '../asn1/der.ts';
import { certificateFacts } from '../x509/certificate.ts';
import type { Content } from './content.ts';
import { isJks, readJks } from './jks.ts';
import { isCertificate, isPkcs7, type PemBlock, pemOf, pemText } from './pem-blocks.ts';
import { certificatesOfPkcs7 } from './pkcs7.ts';
import type { Pkcs12 } from './pkcs12.ts';
import { rejectsServers } from './trust-settings.ts';

export type Unread = {
  /** `certificate 3 of 5`, `the PKCS#12 file`. */
  readonly which: string;
  /** Line in the text that contains it, from 1; null for content without lines. */
  readonly line: number | null;
  /** The reason, as words that follow `which`. */
  readonly why: string;
};

export type Reading = {
  readonly found: readonly X509Certificate[];
  /** The certificates of `found` whose OpenSSL trust settings exclude them as anchors of a server's chain. */
  readonly noAnchors: readonly X509Certificate[];
  readonly unread: readonly Unread[];
  /** Whether the content also contains a private key. */
  readonly holdsKey: boolean;
};

export type OpenPkcs12 = (bytes: Uint8Array) => Parsed<Pkcs12>;

/** An encoding that should be a certificate. */
type Piece = { readonly encoded: Uint8Array | string; readonly line: number | null; readonly noAnchor?: boolean };
type Pieces = { readonly pieces: readonly Piece[]; readonly unread: readonly Unread[]; readonly holdsKey: boolean };

const NOTHING: Pieces = { pieces: [], unread: [], holdsKey: false };
const whole = (which: string, why: string): Pieces => ({ ...NOTHING, unread: [{ which, line: null, why }] });

/** Returns the certificates of `content` and reports the unreadable ones. `openPkcs12` decrypts a PKCS#12 file. Never throws. */
export const certificatesOf = (content: Content, openPkcs12: OpenPkcs12): Reading => {
  const { pieces, unread, holdsKey } = piecesOf(content, openPkcs12);
  const parsed = pieces.map(({ encoded }) => certificateOf(encoded));
  const found = parsed.flatMap((each) => (typeof each === 'string' ? [] : [each]));
  const damaged = parsed.flatMap((why, index): readonly Unread[] => {
    if (typeof why !== 'string') return [];
    const which = pieces.length === 1 ? 'the certificate' : `certificate ${index + 1} of ${pieces.length}`;
    return [{ which, line: pieces[index]?.line ?? null, why }];
  });
  const noAnchors = parsed.flatMap((each, index) =>
    typeof each !== 'string' && pieces[index]?.noAnchor === true ? [each] : [],
  );
  return { found, noAnchors, unread: [...damaged, ...unread], holdsKey };
};

/** Returns the message for an unreadable certificate: `certificate 3 of 5 (line 41) in the field "ca.crt" is damaged: …`. */
export const unreadWords = ({ which, line, why }: Unread, label: string | null): string =>
  `${which}${line === null ? '' : ` (line ${line})`}${label === null ? '' : ` in ${label}`} ${why}`;

const piecesOf = (content: Content, openPkcs12: OpenPkcs12): Pieces => {
  switch (content.kind) {
    case 'text':
      return ofText(content.text, content.blank);
    case 'der':
      return ofDer(content.as, content.bytes, openPkcs12);
    case 'bytes':
      return isJks(content.bytes) ? ofJks(content.bytes) : NOTHING;
    case 'empty':
    case 'other':
      return NOTHING;
    default:
      return content satisfies never;
  }
};

const ofText = (text: string, blank: number): Pieces => {
  const { blocks, unfinishedAt } = pemText(text, blank);
  const parts = blocks.map(ofBlock);
  return {
    pieces: parts.flatMap(({ pieces }) => pieces),
    unread: [
      ...parts.flatMap(({ unread }) => unread),
      ...unfinishedAt.map((line) => ({ which: 'the PEM block', line, why: 'is damaged or cut off' })),
    ],
    holdsKey: blocks.some(({ label }) => label.endsWith('PRIVATE KEY')),
  };
};

const ofBlock = (block: PemBlock): Pieces => {
  const { line } = block;
  if (isCertificate(block))
    return { ...NOTHING, pieces: [{ encoded: pemOf(block), line, noAnchor: rejectsServers(block) }] };
  if (!isPkcs7(block)) return NOTHING;
  const { pieces, unread } = ofPkcs7(new Uint8Array(Buffer.from(block.body, 'base64')));
  return {
    ...NOTHING,
    pieces: pieces.map((each) => ({ ...each, line })),
    unread: unread.map((each) => ({ ...each, line })),
  };
};

const ofDer = (as: Extract<Content, { kind: 'der' }>['as'], bytes: Uint8Array, openPkcs12: OpenPkcs12): Pieces => {
  switch (as) {
    case 'certificate':
      return ofConcatenated(bytes);
    case 'PKCS#7 bundle':
      return ofPkcs7(bytes);
    case 'PKCS#12 file':
      return ofPkcs12(openPkcs12(bytes));
    case 'private key':
    case 'encrypted private key':
      return { ...NOTHING, holdsKey: true };
    default:
      return NOTHING;
  }
};

/** SPIRE stores a chain as one DER certificate after another (SPIFFE Workload API, X509SVID.x509_svid). */
const ofConcatenated = (bytes: Uint8Array): Pieces => {
  const pieces: Piece[] = [];
  let rest = bytes;
  try {
    while (rest.length > 0) {
      const { bytes: encoded } = readTlv(rest);
      pieces.push({ encoded, line: null });
      rest = rest.subarray(encoded.length);
    }
    return { ...NOTHING, pieces };
  } catch {
    // A trailing line end, left by an editor or `cat`, is ignored.
    if (Buffer.from(rest).toString('latin1').trim() === '') return { ...NOTHING, pieces };
    const which = `what follows certificate ${pieces.length}`;
    return { ...NOTHING, pieces, unread: [{ which, line: null, why: `is no DER (${rest.length} bytes)` }] };
  }
};

const ofPkcs7 = (bytes: Uint8Array): Pieces => {
  try {
    const found = certificatesOfPkcs7(bytes);
    return found.length === 0
      ? whole('the PKCS#7 bundle', 'holds no certificate')
      : { ...NOTHING, pieces: found.map((encoded) => ({ encoded, line: null })) };
  } catch {
    return whole('the PKCS#7 bundle', 'is damaged or cut off');
  }
};

const PKCS12 = 'the PKCS#12 file';
const ofPkcs12 = (opened: Parsed<Pkcs12>): Pieces => {
  if (!opened.ok) return whole(PKCS12, opened.reason.replace(`${PKCS12} `, ''));
  const { certificates, keys } = opened.value;
  return {
    pieces: certificates.map((encoded) => ({ encoded, line: null })),
    unread: certificates.length === 0 ? whole(PKCS12, 'holds no certificate').unread : [],
    holdsKey: keys.length > 0,
  };
};

const ofJks = (bytes: Uint8Array): Pieces => {
  const { trusted, keys, cut } = readJks(bytes);
  const which = 'the Java keystore (JKS)';
  const why =
    cut !== null
      ? `is damaged or cut off at entry ${cut.entry} of ${cut.of}`
      : trusted.length === 0
        ? `holds no trusted certificate${keys.length === 0 ? '' : ', only keys with theirs'}`
        : null;
  return {
    pieces: trusted.map((encoded) => ({ encoded, line: null })),
    unread: why === null ? [] : whole(which, why).unread,
    holdsKey: keys.length > 0,
  };
};

/** Returns the certificate, or the reason why it is unreadable. */
const certificateOf = (encoded: Uint8Array | string): X509Certificate | string => {
  try {
    const certificate = new X509Certificate(encoded);
    return isWhole(certificate) ? certificate : 'is damaged: its dates cannot be read';
  } catch {
    return `is damaged: ${typeof encoded === 'string' ? 'its PEM block' : 'its DER'} does not decode to a certificate`;
  }
};

/**
 * Whether key and dates of a parsed certificate are readable: OpenSSL decodes them lazily, and unreadable dates become NaN. Throws node:crypto's
 * error for an unreadable key.
 */
export const isWhole = (certificate: X509Certificate): boolean => {
  const { notBefore, notAfter } = certificateFacts(certificate);
  return certificate.publicKey.type === 'public' && Number.isFinite(notBefore) && Number.isFinite(notAfter);
};
