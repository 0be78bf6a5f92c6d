/** OCSP responses (RFC 6960 §4.2): read here, since node:crypto hands them over as bytes. */
import { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { readAll, readTlv, TAG, type Tlv } from '../asn1/der.ts';
import { isOf, takeApart } from './certificate-parts.ts';
import { instantOf } from './crl.ts';
import { isSignedBy } from './signature.ts';

export type CertificateStatus = 'good' | 'revoked' | 'unknown';

/** What a response says of one certificate (SingleResponse). */
export type SingleResponse = {
  readonly status: CertificateStatus;
  /** Revoked as `certificateHold`, which can be lifted again (RFC 5280 §5.3.1). */
  readonly held: boolean;
  readonly thisUpdate: Instant;
  /** Null where newer information is always to be had (RFC 6960 §4.2.2.1). */
  readonly nextUpdate: Instant | null;
  readonly isOf: (leaf: X509Certificate, issuer: X509Certificate) => boolean;
};

export type OcspResponse = {
  readonly responses: readonly SingleResponse[];
  /** Signed by that CA, or by a responder to whom it delegated that and whose certificate is valid at `now` (RFC 6960 §4.2.2.2). */
  readonly isAuthorised: (issuer: X509Certificate, now: Instant) => boolean;
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
const HASHES = [
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
] as const;

const noResponse = (): never => {
  throw new RangeError('no OCSP response');
};
const required = <T>(value: T | undefined): T => value ?? noResponse();
const equal = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Of the BIT STRING of the subject's public key, without tag, length and unused bits (RFC 6960 §4.1.1). */
const publicKeyBits = ({ raw }: X509Certificate): Uint8Array =>
  required(readAll(readTlv(takeApart(raw).spki).content)[1]).content.subarray(1);

const certificateId = (id: Tlv): SingleResponse['isOf'] => {
  const [algorithm, name, key, serial] = readAll(id.content);
  if (!(algorithm && name && key && serial)) return noResponse();
  const hash = HASHES.find(([oid]) => isOf(algorithm.bytes, oid))?.[1];
  if (hash === undefined) return () => false;
  const digest = (bytes: Uint8Array) => createHash(hash).update(bytes).digest();
  return (leaf, issuer) =>
    equal(serial.bytes, takeApart(leaf.raw).serial) &&
    equal(name.content, digest(takeApart(leaf.raw).issuer)) &&
    equal(key.content, digest(publicKeyBits(issuer)));
};

const CERTIFICATE_HOLD = 6;

/** RevokedInfo: revocationTime, and the reason in [0]. */
const isHold = ({ tag, content }: Tlv): boolean => {
  const reason = tag === 0xa1 ? readAll(content).find((each) => each.tag === 0xa0) : undefined;
  return reason !== undefined && readTlv(reason.content).content[0] === CERTIFICATE_HOLD;
};

const singleResponse = ({ content }: Tlv): SingleResponse => {
  const [id, status, thisUpdate, next] = readAll(content);
  if (!(id && status && thisUpdate)) return noResponse();
  return {
    status: STATUSES[status.tag] ?? noResponse(),
    held: isHold(status),
    thisUpdate: instantOf(thisUpdate),
    nextUpdate: next?.tag === 0xa0 ? instantOf(readTlv(next.content)) : null,
    isOf: certificateId(id),
  };
};

/** A certificate in the response that cannot be read authorises nobody. */
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
  certificate.verify(issuer.publicKey) &&
  certificate.keyUsage?.includes(OCSP_SIGNING) === true &&
  Date.parse(certificate.validFrom) <= now &&
  Date.parse(certificate.validTo) >= now;

const basicResponse = (der: Uint8Array): OcspResponse => {
  const [body, algorithm, signature, certificates] = readAll(readTlv(der).content);
  if (!(body && algorithm && signature)) return noResponse();
  const list = required(readAll(body.content).find(({ tag }) => tag === TAG.sequence));
  const delegates = certificatesIn(certificates);
  const isBy = ({ publicKey }: X509Certificate) =>
    isSignedBy(body.bytes, algorithm.bytes, signature.content.subarray(1), publicKey);
  return {
    responses: readAll(list.content).map(singleResponse),
    isAuthorised: (issuer, now) =>
      isBy(issuer) || delegates.some((each) => isDelegate(each, issuer, now) && isBy(each)),
  };
};

/** Never throws, whatever the bytes. */
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
