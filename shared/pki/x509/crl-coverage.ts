/** Decides whether a CRL can show that a certificate is not revoked (RFC 5280 §5.2, §6.3.3). */
import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { readTlv } from '../asn1/der.ts';
import { OID } from '../asn1/oids.ts';
import { certificateFacts, isAnchoredBy, shortName } from './certificate.ts';
import { isOf, takeApart } from './certificate-parts.ts';
import { type Crl, issuerOf } from './crl.ts';
import { distributionPointsOf, share, shownPoint } from './distribution-point.ts';
import { extensionOf } from './extension.ts';
import { keyUsagesOf } from './key-usage.ts';
import { CLOCK_LEEWAY, minute } from './moments.ts';

/** The list proves nothing: neither a revocation nor its absence. */
export type CrlFault = 'not-yet-valid' | 'signer-without-crl-sign' | 'attribute-certificates-only';

/**
 * The list can show that a certificate is revoked and cannot show that it is not. (For an unknown critical extension RFC 5280 §5.2 forbids using
 * the list, while X.509 treats the listed certificates as revoked. This code follows X.509, the safer reading, as OpenSSL does.)
 */
export type CrlGap =
  | 'signed-by-another-key'
  | 'unknown-critical-extension'
  | 'other-key-identifier'
  | 'delta-without-base'
  | 'issuers-without-mark'
  | 'user-certificates-only'
  | 'ca-certificates-only'
  | 'some-reasons-only'
  | 'other-distribution-point';

export type Coverage = { readonly covers: true } | { readonly covers: false; readonly why: CrlFault | CrlGap };

/**
 * Returns why the list proves nothing, or null when it is in force. `signer`: the CA whose key signed the list. `now`: a time at or after the fetch
 * of the list.
 */
export const faultOf = ({ thisUpdate, scope }: Crl, signer: X509Certificate, now: Instant): CrlFault | null => {
  if (thisUpdate > now + CLOCK_LEEWAY) return 'not-yet-valid';
  // RFC 5280 §6.3.3 (f). A CA without the key usage extension may sign CRLs.
  if (keyUsagesOf(signer.raw)?.includes('cRLSign') === false) return 'signer-without-crl-sign';
  // An attribute certificate may have the same serial number as a public-key certificate of the same issuer.
  if (scope.onlyAttributeCertificates) return 'attribute-certificates-only';
  return null;
};

/**
 * Whether the list may contain the certificate: its issuer is the certificate's issuer, or the list is indirect and the certificate names the
 * list's issuer as a cRLIssuer (RFC 5280 §6.3.3 (b)(1)).
 */
export const mayList = ({ issuer, scope }: Crl, certificate: X509Certificate): boolean =>
  issuer === issuerOf(certificate) || (scope.indirect && namesIssuer(certificate, issuer));

/** Whether one of the certificate's distribution points names `issuer` as a cRLIssuer. */
export const namesIssuer = (certificate: X509Certificate, issuer: string): boolean =>
  distributionPointsOf(certificate).some(({ crlIssuers }) => crlIssuers?.includes(issuer) === true);

const pointGap = (
  { issuer, scope }: Crl,
  names: readonly Uint8Array[],
  certificate: X509Certificate,
): CrlGap | null => {
  const own = issuer === issuerOf(certificate);
  const points = distributionPointsOf(certificate)
    .filter(({ crlIssuers }) => (crlIssuers === null ? own : scope.indirect && crlIssuers.includes(issuer)))
    .filter((point) => share(point.names, names));
  if (points.length === 0) return 'other-distribution-point';
  return points.some(({ allReasons }) => allReasons) ? null : 'some-reasons-only';
};

/** RFC 5280 §5.2.1: a list's authority key identifier is the subject key identifier of its signer. */
export const namesOtherKey = ({ keyIdentifier }: Crl, { raw }: X509Certificate): boolean => {
  const found = takeApart(raw).extensions.find((each) => isOf(each, OID.subjectKeyIdentifier));
  if (keyIdentifier === null || found === undefined) return false;
  return Buffer.from(readTlv(extensionOf(found).value).content).toString('hex') !== keyIdentifier;
};

const gapOf = (crl: Crl, certificate: X509Certificate, signer: X509Certificate) => {
  const { scope, unknownCritical, issuer, base, entries } = crl;
  // A CA that replaced its key may publish one list for each key, as Microsoft's CAs do.
  if (issuer === issuerOf(certificate) && !isAnchoredBy(certificate, signer)) return 'signed-by-another-key';
  if (unknownCritical.length > 0) return 'unknown-critical-extension';
  if (namesOtherKey(crl, signer)) return 'other-key-identifier';
  if (base !== null) return 'delta-without-base';
  if (entries.nameIssuers && !scope.indirect) return 'issuers-without-mark';
  if (scope.onlyUserCertificates && certificate.ca) return 'user-certificates-only';
  if (scope.onlyCaCertificates && !certificate.ca) return 'ca-certificates-only';
  if (scope.onlySomeReasons) return 'some-reasons-only';
  return scope.distributionPoint === null ? null : pointGap(crl, scope.distributionPoint, certificate);
};

/**
 * Returns whether `crl` would contain `certificate` if the certificate were revoked; if not, why. The key of the CA `signer` must have signed the
 * list, and `mayList` must hold. Not checked here: whether the list contains the certificate, and whether its nextUpdate is past.
 */
export const coverage = (crl: Crl, certificate: X509Certificate, signer: X509Certificate, now: Instant): Coverage => {
  const why = faultOf(crl, signer, now) ?? gapOf(crl, certificate, signer);
  return why === null ? { covers: true } : { covers: false, why };
};

/**
 * Whether the reason is a fault of the list itself, which then covers no certificate; false when the list was merely made for other certificates.
 */
export const isUnusable = (why: CrlFault | CrlGap): boolean =>
  why === 'not-yet-valid' ||
  why === 'signer-without-crl-sign' ||
  why === 'unknown-critical-extension' ||
  why === 'other-key-identifier' ||
  why === 'issuers-without-mark';

type Uncovered = { readonly crl: Crl; readonly certificate: X509Certificate; readonly signer: X509Certificate };

const otherPoint = ({ crl: { scope }, certificate }: Uncovered): string => {
  const own = distributionPointsOf(certificate).flatMap(({ names }) => names.slice(0, 1));
  // The last entry is the issuer's name, which RFC 5280 §6.3.3 assumes for every certificate.
  const named = own.length > 1 ? `the certificate names ${shownPoint(own)}` : 'the certificate names none';
  return `it is the list of the distribution point ${shownPoint(scope.distributionPoint ?? [])}, and ${named}`;
};

/** Returns the reason as the rest of a sentence that begins with `the CRL corp.crl`. */
export const whyNot = (why: CrlFault | CrlGap, uncovered: Uncovered): string => {
  const { crl, certificate, signer } = uncovered;
  const unused = 'cannot be used:';
  const uncovers = `does not cover ${shortName(certificateFacts(certificate))}:`;
  switch (why) {
    case 'not-yet-valid':
      return `${unused} it is not valid before ${minute(crl.thisUpdate)}`;
    case 'signer-without-crl-sign':
      return `${unused} the key usage of ${shortName(certificateFacts(signer))}, which signed it, lacks cRLSign`;
    case 'unknown-critical-extension':
      return `${unused} its critical extension ${crl.unknownCritical.slice(0, 3).join(', ')} is not known here`;
    case 'other-key-identifier':
      return `${unused} it names another key (authority key identifier) than that of ${shortName(certificateFacts(signer))}, which signed it`;
    case 'delta-without-base':
      return `${unused} it is a delta CRL, and no complete list that it fits (the same scope, a number of at least ${crl.base}) is among those of the trust bundle`;
    case 'issuers-without-mark':
      return `${unused} its entries name other CAs, and it is not marked as an indirect CRL (RFC 5280 §5.3.3)`;
    case 'attribute-certificates-only':
      return `${uncovers} it lists attribute certificates only (onlyContainsAttributeCerts)`;
    case 'signed-by-another-key':
      return `${uncovers} another key of the same name signed it, not the one that signed the certificate`;
    case 'user-certificates-only':
      return `${uncovers} it lists no certificates of CAs (onlyContainsUserCerts)`;
    case 'ca-certificates-only':
      return `${uncovers} it lists certificates of CAs only (onlyContainsCACerts)`;
    case 'some-reasons-only':
      return `${uncovers} it lists revocations for some reasons only`;
    case 'other-distribution-point':
      return `${uncovers} ${otherPoint(uncovered)}`;
    default:
      return why satisfies never;
  }
};
