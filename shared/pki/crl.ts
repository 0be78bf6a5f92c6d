/** Certificate revocation lists (RFC 5280 §5), complete ones: read here, since node:crypto only hands them to a handshake. */
import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../model/time.ts';
import { readAll, readTlv, TAG, type Tlv } from './der.ts';
import { isOf, takeApart } from './mint-certificate.ts';
import { isSignedBy } from './signature.ts';

export type Crl = {
  /** The DER of its issuer's name. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Instant;
  /** Null where it promises none. */
  readonly nextUpdate: Instant | null;
  /** Serial numbers, the hex of their content octets. */
  readonly revoked: ReadonlySet<string>;
  readonly isSignedBy: (issuer: X509Certificate) => boolean;
};

/** `name`: the file or URL that the registry gives. */
export type LoadedCrl = { readonly name: string } & (
  | { readonly ok: true; readonly crls: readonly Crl[] }
  | { readonly ok: false; readonly reason: string }
);

const PEM_CRL = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g;
/** Of a delta, and of one that lists certificates of other issuers (RFC 5280 §5.2.4, §5.2.5): neither says alone what is revoked. */
const DELTA = '2.5.29.27';
const DISTRIBUTION_POINT = '2.5.29.28';
const INDIRECT = 0x84;

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

/** Throws a RangeError for bytes that are no complete CRL. */
const crlOf = (der: Uint8Array): Crl => {
  const [body, algorithm, signature] = readAll(readTlv(der).content);
  const fields = body === undefined ? [] : readAll(body.content);
  const [, issuer, thisUpdate, ...rest] = fields[0]?.tag === TAG.integer ? fields.slice(1) : fields;
  if (!(body && algorithm && signature && issuer && thisUpdate && isTime(thisUpdate))) throw new RangeError('no CRL');
  const [next] = rest.filter(isTime);
  const list = rest.find(({ tag }) => tag === TAG.sequence);
  refuseOthers(rest.find(({ tag }) => tag === 0xa0));
  return {
    issuer: issuer.bytes,
    thisUpdate: instantOf(thisUpdate),
    nextUpdate: next === undefined ? null : instantOf(next),
    revoked: new Set(
      list === undefined ? [] : readAll(list.content).map(({ content }) => hex(readTlv(content).content)),
    ),
    isSignedBy: ({ publicKey }) => isSignedBy(body.bytes, algorithm.bytes, signature.content.subarray(1), publicKey),
  };
};

const refuseOthers = (extensions: Tlv | undefined): void => {
  const all = extensions === undefined ? [] : readAll(readTlv(extensions.content).content);
  for (const { bytes } of all) {
    if (isOf(bytes, DELTA)) throw new RangeError('a delta CRL');
    const value = isOf(bytes, DISTRIBUTION_POINT) ? readAll(readTlv(bytes).content).at(-1)?.content : undefined;
    const indirect =
      value === undefined ? undefined : readAll(readTlv(value).content).find(({ tag }) => tag === INDIRECT);
    if (indirect !== undefined && indirect.content[0] !== 0) throw new RangeError('an indirect CRL');
  }
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
    const said = error instanceof RangeError && error.message.startsWith('a');
    return {
      name,
      ok: false,
      reason: said ? `it is or holds ${(error as Error).message}` : 'it is damaged, or no CRL (a file must be in PEM)',
    };
  }
};

/** Whether it names that CA as its issuer; the signature is another question. */
export const isNamedIn = (crl: Crl, issuer: X509Certificate): boolean =>
  Buffer.compare(crl.issuer, takeApart(issuer.raw).subject) === 0;

export const lists = (crl: Crl, certificate: X509Certificate): boolean =>
  crl.revoked.has(hex(readTlv(takeApart(certificate.raw).serial).content));
