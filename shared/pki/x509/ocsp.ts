/**
 * Reads OCSP responses (RFC 6960 §4.2); node:crypto returns a stapled response as bytes. Not supported: response types other than basic; responder
 * certificates that the issuer did not sign directly; revocation of responder certificates. Not checked: the ResponderID and the nonce.
 */
import { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';
import { isVerifiedBy, readableKey } from './certificate.ts';
import { isOf, takeApart } from './certificate-parts.ts';
import { instantOf } from './crl.ts';
import { extensionsOf } from './extension.ts';
import { algorithmOf, hashOf } from './hash-names.ts';
import { type Signed, signedBy } from './signature.ts';

export type CertificateStatus = 'good' | 'revoked' | 'unknown';

/** The status of one certificate (SingleResponse). */
export type SingleResponse = {
  readonly status: CertificateStatus;
  /** Whether the certificate is revoked as `certificateHold`, which the CA can lift (RFC 5280 §5.3.1). */
  readonly held: boolean;
  readonly thisUpdate: Instant;
  /** Null when the responder always has newer information (RFC 6960 §4.2.2.1). */
  readonly nextUpdate: Instant | null;
  readonly isOf: (leaf: X509Certificate, issuer: X509Certificate) => boolean;
  /** The dotted identifier of the CertID's hash function if it is unknown: the response's certificate cannot then be identified. Else null. */
  readonly unknownHash: string | null;
  /** Dotted object identifiers of unknown critical extensions, of this SingleResponse and of the whole response (RFC 6960 §4.4). */
  readonly unknownCritical: readonly string[];
};

export type OcspResponse = {
  readonly responses: readonly SingleResponse[];
  /**
   * Whether `issuer` signed the response, or a responder did that `issuer` delegated (RFC 6960 §4.2.2.2) and whose certificate is valid at `now`.
   */
  readonly authorised: (issuer: X509Certificate, now: Instant) => Signed;
};

export type ReadOcsp =
  | { readonly ok: true; readonly response: OcspResponse }
  | { readonly ok: false; readonly reason: string };

const BASIC = '1.3.6.1.5.5.7.48.1.1';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** OCSPResponseStatus (RFC 6960 §4.2.1). */
const FAILURES: Readonly<Record<number, string>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};
const STATUSES: Readonly<Record<number, CertificateStatus>> = { 128: 'good', 161: 'revoked', 130: 'unknown' };
/** Extensions that do not change the status of a certificate (RFC 6960 §4.4, RFC 6962 §3.3). */
const KNOWN_EXTENSIONS: readonly string[] = [
  ...[2, 3, 4, 6, 7, 8, 9].map((last) => `1.3.6.1.5.5.7.48.1.${last}`),
  '1.3.6.1.4.1.11129.2.4.5',
];

const noResponse = (): never => {
  throw new RangeError('no OCSP response');
};
const required = <T>(value: T | undefined): T => value ?? noResponse();
const equal = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Returns the subject's public key: the BIT STRING without tag, length and unused bits (RFC 6960 §4.1.1). */
const publicKeyBits = ({ raw }: X509Certificate): Uint8Array =>
  required(readAll(readTlv(takeApart(raw).spki).content)[1]).content.subarray(1);

const certificateId = (id: Tlv): Pick<SingleResponse, 'isOf' | 'unknownHash'> => {
  const [algorithm, name, key, serial] = readAll(id.content);
  if (!(algorithm && name && key && serial)) return noResponse();
  const hash = hashOf(algorithm.bytes);
  if (hash === undefined) return { isOf: () => false, unknownHash: algorithmOf(algorithm.bytes) };
  const digest = (bytes: Uint8Array) => createHash(hash).update(bytes).digest();
  // A responder may hash the issuer's subject, whose encoding may differ from the issuer field of the leaf.
  const isOf: SingleResponse['isOf'] = (leaf, issuer) =>
    equal(serial.bytes, takeApart(leaf.raw).serial) &&
    [takeApart(leaf.raw).issuer, takeApart(issuer.raw).subject].some((each) => equal(name.content, digest(each))) &&
    equal(key.content, digest(publicKeyBits(issuer)));
  return { isOf, unknownHash: null };
};

/** Returns the unknown critical extensions; the extensions stand in an explicit [1]. */
const unknownIn = (fields: readonly Tlv[]): readonly string[] => {
  const outer = fields.find(({ tag }) => tag === 0xa1);
  const extensions = outer === undefined ? [] : extensionsOf(outer.content);
  return extensions.filter(({ id, critical }) => critical && !KNOWN_EXTENSIONS.includes(id)).map(({ id }) => id);
};

const CERTIFICATE_HOLD = 6;

/** Reads RevokedInfo: a revocationTime, and the reason in [0]. */
const isHold = ({ tag, content }: Tlv): boolean => {
  const reason = tag === 0xa1 ? readAll(content).find((each) => each.tag === 0xa0) : undefined;
  return reason !== undefined && readTlv(reason.content).content[0] === CERTIFICATE_HOLD;
};

const singleResponse = ({ content }: Tlv, ofResponse: readonly string[]): SingleResponse => {
  const [id, status, thisUpdate, ...rest] = readAll(content);
  const next = rest.find(({ tag }) => tag === 0xa0);
  if (!(id && status && thisUpdate)) return noResponse();
  return {
    status: STATUSES[status.tag] ?? noResponse(),
    held: isHold(status),
    thisUpdate: instantOf(thisUpdate),
    nextUpdate: next === undefined ? null : instantOf(readTlv(next.content)),
    ...certificateId(id),
    unknownCritical: [...ofResponse, ...unknownIn(rest)],
  };
};

/** Returns the certificates in the response. Unreadable certificates are skipped, so they cannot authorise a response. */
const certificatesIn = (field: Tlv | undefined): readonly X509Certificate[] =>
  (field === undefined ? [] : readAll(readTlv(field.content).content)).flatMap(({ bytes }) => {
    try {
      return [new X509Certificate(bytes)];
    } catch {
      return [];
    }
  });

const isDelegate = (certificate: X509Certificate, issuer: X509Certificate, now: Instant): boolean =>
  certificate.checkIssued(issuer) &&
  isVerifiedBy(certificate, issuer) &&
  certificate.keyUsage?.includes(OCSP_SIGNING) === true &&
  Date.parse(certificate.validFrom) <= now &&
  Date.parse(certificate.validTo) >= now;

const basicResponse = (der: Uint8Array): OcspResponse => {
  const [body, algorithm, signature, certificates] = readAll(readTlv(der).content);
  if (!(body && algorithm && signature)) return noResponse();
  const fields = readAll(body.content);
  const at = fields.findIndex(({ tag }) => tag === TAG.sequence);
  const unknown = unknownIn(fields.slice(at));
  const delegates = certificatesIn(certificates);
  const by = (signer: X509Certificate): Signed => {
    const key = readableKey(signer);
    return key === null ? 'not-signed' : signedBy(body.bytes, algorithm.bytes, signature.content.subarray(1), key);
  };
  return {
    responses: readAll(required(fields[at]).content).map((each) => singleResponse(each, unknown)),
    authorised: (issuer, now) => {
      const said = [issuer, ...delegates.filter((each) => isDelegate(each, issuer, now))].map(by);
      return said.find((each) => each === 'signed') ?? said.find((each) => each !== 'not-signed') ?? 'not-signed';
    },
  };
};

/** Returns the response in `der`, or the reason why it cannot be used. Never throws. The signature is checked by `authorised`. */
export const readOcsp = (der: Uint8Array): ReadOcsp => {
  try {
    const [status, bytes] = readAll(readTlv(der).content);
    const number = required(status?.tag === TAG.enumerated ? status.content[0] : undefined);
    if (number !== 0) return { ok: false, reason: `it is the error ${FAILURES[number] ?? number} of the responder` };
    const [type, basic] = readAll(readTlv(required(bytes).content).content);
    if (!(type && basic) || !isOf(readTlv(required(bytes).content).bytes, BASIC)) return noResponse();
    return { ok: true, response: basicResponse(basic.content) };
  } catch {
    return { ok: false, reason: 'it is damaged, or no basic OCSP response' };
  }
};
