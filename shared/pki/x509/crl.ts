/** Certificate revocation lists (RFC 5280 §5): read here, since node:crypto only hands them to a handshake. */
import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';
import { takeApart } from './certificate-parts.ts';
import { type CrlScope, ISSUING_DISTRIBUTION_POINT, scopeOf, UnsupportedCrl } from './crl-scope.ts';
import { type Extension, extensionsOf } from './extension.ts';
import { isSignedBy } from './signature.ts';

export type Crl = {
  /** The DER of its issuer's name. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Instant;
  /** Null where it promises none. */
  readonly nextUpdate: Instant | null;
  /** Serial numbers, the hex of their content octets. */
  readonly revoked: ReadonlySet<string>;
  readonly scope: CrlScope;
  /** Object identifiers of critical extensions, of the list and of its entries, that are not known here. */
  readonly unknownCritical: readonly string[];
  readonly isSignedBy: (issuer: X509Certificate) => boolean;
};

/** `name`: the file or URL that the registry gives. */
export type LoadedCrl = { readonly name: string } & (
  | { readonly ok: true; readonly crls: readonly Crl[] }
  | { readonly ok: false; readonly reason: string }
);

const PEM_CRL = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g;
const DELTA = '2.5.29.27';
const CERTIFICATE_ISSUER = '2.5.29.29';
/** The signature is verified with the key of the CA itself: an identifier of that key adds nothing. */
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const KNOWN: readonly string[] = [DELTA, ISSUING_DISTRIBUTION_POINT, CERTIFICATE_ISSUER, AUTHORITY_KEY_IDENTIFIER];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const isTime = ({ tag }: Tlv): boolean => tag === TAG.utcTime || tag === TAG.generalizedTime;

/** RFC 5280 §5.1.2.4: in seconds and Z. */
export const instantOf = ({ tag, content }: Tlv): Instant => {
  const digits = Buffer.from(content).toString('latin1');
  const full = tag === TAG.generalizedTime ? digits : `${Number(digits.slice(0, 2)) < 50 ? '20' : '19'}${digits}`;
  const instant = Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(instant)) throw new RangeError('a time that RFC 5280 does not allow');
  return instant;
};

const unknownIn = (extensions: readonly Extension[]): readonly string[] =>
  extensions.filter(({ id, critical }) => critical && !KNOWN.includes(id)).map(({ id }) => id);

/** The unknown critical extensions of an entry. One with a certificateIssuer says of whose CA it and those after it are (RFC 5280 §5.3.3). */
const unknownInEntry = (bytes: Uint8Array): readonly string[] => {
  const extensions = extensionsOf(bytes);
  if (extensions.some(({ id }) => id === CERTIFICATE_ISSUER)) throw new UnsupportedCrl('an indirect CRL');
  return unknownIn(extensions);
};

const entriesOf = (list: Tlv | undefined): { readonly revoked: Set<string>; readonly unknown: Set<string> } => {
  const revoked = new Set<string>();
  const unknown = new Set<string>();
  // A list has many entries and few kinds of them: most say a reason and nothing else.
  const looked = new Set<string>();
  for (const { content } of list === undefined ? [] : readAll(list.content)) {
    const serial = readTlv(content);
    revoked.add(hex(serial.content));
    const dated = serial.bytes.length + readTlv(content.subarray(serial.bytes.length)).bytes.length;
    if (dated === content.length) continue;
    const extensions = hex(content.subarray(dated));
    if (looked.has(extensions)) continue;
    looked.add(extensions);
    for (const id of unknownInEntry(content.subarray(dated))) unknown.add(id);
  }
  return { revoked, unknown };
};

/**
 * The CRL in `der`. Throws a RangeError for bytes that are none. What is not supported, and where that is said:
 * - Delta CRLs (RFC 5280 §5.2.4): UnsupportedCrl.
 * - Indirect CRLs, by their mark (§5.2.5) or by an entry that names another issuer (§5.3.3): UnsupportedCrl.
 * - Lists of some reasons only (§5.2.5): read, and `coverage` says `some-reasons-only`; several are not put together.
 * - Critical extensions that are not known here (§5.2, §5.3): read, and `coverage` says `unknown-critical-extension`.
 * - Names in another encoding than the CA's own (§7.1), and signature algorithms that signature.ts does not list: the list is nobody's.
 */
const crlOf = (der: Uint8Array): Crl => {
  const [body, algorithm, signature] = readAll(readTlv(der).content);
  const fields = body === undefined ? [] : readAll(body.content);
  const [, issuer, thisUpdate, ...rest] = fields[0]?.tag === TAG.integer ? fields.slice(1) : fields;
  if (!(body && algorithm && signature && issuer && thisUpdate && isTime(thisUpdate))) throw new RangeError('no CRL');
  const [next] = rest.filter(isTime);
  const outer = rest.find(({ tag }) => tag === 0xa0);
  const extensions = outer === undefined ? [] : extensionsOf(outer.content);
  if (extensions.some(({ id }) => id === DELTA)) throw new UnsupportedCrl('a delta CRL');
  const scope = scopeOf(extensions, issuer.bytes);
  const { revoked, unknown } = entriesOf(rest.find(({ tag }) => tag === TAG.sequence));
  return {
    issuer: issuer.bytes,
    thisUpdate: instantOf(thisUpdate),
    nextUpdate: next === undefined ? null : instantOf(next),
    revoked,
    scope,
    unknownCritical: [...new Set([...unknownIn(extensions), ...unknown])],
    isSignedBy: ({ publicKey }) => isSignedBy(body.bytes, algorithm.bytes, signature.content.subarray(1), publicKey),
  };
};

/** One in DER, or every one of a PEM text. */
export const crlsOf = (name: string, bytes: Uint8Array): LoadedCrl => {
  const text = bytes[0] === TAG.sequence ? '' : Buffer.from(bytes).toString('latin1');
  const lists =
    text === '' ? [bytes] : [...text.matchAll(PEM_CRL)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
  if (lists.length === 0) return { name, ok: false, reason: 'it holds no CRL, neither in PEM nor in DER' };
  try {
    return { name, ok: true, crls: lists.map((der) => crlOf(new Uint8Array(der))) };
  } catch (error) {
    const reason =
      error instanceof UnsupportedCrl
        ? `it is or holds ${error.message}`
        : 'it is damaged, or no CRL (a file must be in PEM)';
    return { name, ok: false, reason };
  }
};

/** Whether it names that CA as its issuer; the signature is another question. */
export const isNamedIn = (crl: Crl, issuer: X509Certificate): boolean =>
  Buffer.compare(crl.issuer, takeApart(issuer.raw).subject) === 0;

export const lists = (crl: Crl, certificate: X509Certificate): boolean =>
  crl.revoked.has(hex(readTlv(takeApart(certificate.raw).serial).content));
