/** Whether a CRL can say that a certificate is not revoked (RFC 5280 §5.2, §6.3.3). */
import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/time.ts';
import { certificateFacts, isAnchoredBy, shortName } from './certificate.ts';
import { type Crl, issuerOf } from './crl.ts';
import { distributionPointsOf, share, shownPoint } from './distribution-point.ts';
import { keyUsagesOf } from './key-usage.ts';
import { CLOCK_LEEWAY, minute } from './moments.ts';

/** The list says nothing, not even of a certificate that it lists. */
export type CrlFault = 'not-yet-valid' | 'signer-without-crl-sign' | 'attribute-certificates-only';

/**
 * The list may say that a certificate is revoked, and cannot say that it is not. (Of an unknown critical extension RFC 5280 §5.2 says that the list
 * must not be used, X.509 that what it lists is to be taken for revoked: the second errs on the safe side, and OpenSSL does the same.)
 */
export type CrlGap =
  | 'signed-by-another-key'
  | 'unknown-critical-extension'
  | 'delta-without-base'
  | 'issuers-without-mark'
  | 'user-certificates-only'
  | 'ca-certificates-only'
  | 'some-reasons-only'
  | 'other-distribution-point';

export type Coverage = { readonly covers: true } | { readonly covers: false; readonly why: CrlFault | CrlGap };

/** `signer`: a CA whose key signed the list. `now`: no earlier than the list was fetched. Null where the list is in force. */
export const faultOf = ({ thisUpdate, scope }: Crl, signer: X509Certificate, now: Instant): CrlFault | null => {
  if (thisUpdate > now + CLOCK_LEEWAY) return 'not-yet-valid';
  // RFC 5280 §6.3.3 (f). A CA without the extension may sign what it likes.
  if (keyUsagesOf(signer.raw)?.includes('cRLSign') === false) return 'signer-without-crl-sign';
  // An attribute certificate may have the serial number of a certificate: two registers of one name.
  if (scope.onlyAttributeCertificates) return 'attribute-certificates-only';
  return null;
};

/**
 * Whether a list of this issuer may speak of the certificate: its own issuer's, or an indirect list of one whom the certificate names for that
 * (RFC 5280 §6.3.3 (b)(1)).
 */
export const mayList = ({ issuer, scope }: Crl, certificate: X509Certificate): boolean =>
  issuer === issuerOf(certificate) || (scope.indirect && namesIssuer(certificate, issuer));

/** Whether one of the certificate's distribution points names that CRL issuer. */
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

const gapOf = (crl: Crl, certificate: X509Certificate, signer: X509Certificate) => {
  const { scope, unknownCritical, issuer, base, entries } = crl;
  // A CA that changed its key may keep a list for each (Microsoft's do).
  if (issuer === issuerOf(certificate) && !isAnchoredBy(certificate, signer)) return 'signed-by-another-key';
  if (unknownCritical.length > 0) return 'unknown-critical-extension';
  if (base !== null) return 'delta-without-base';
  if (entries.nameIssuers && !scope.indirect) return 'issuers-without-mark';
  if (scope.onlyUserCertificates && certificate.ca) return 'user-certificates-only';
  if (scope.onlyCaCertificates && !certificate.ca) return 'ca-certificates-only';
  if (scope.onlySomeReasons) return 'some-reasons-only';
  return scope.distributionPoint === null ? null : pointGap(crl, scope.distributionPoint, certificate);
};

/**
 * Whether `crl`, which the key of the CA `signer` signed and which may list `certificate` (`mayList`), is one that would list it if it were revoked.
 * Whether it lists it, and whether its nextUpdate is past, are other questions.
 */
export const coverage = (crl: Crl, certificate: X509Certificate, signer: X509Certificate, now: Instant): Coverage => {
  const why = faultOf(crl, signer, now) ?? gapOf(crl, certificate, signer);
  return why === null ? { covers: true } : { covers: false, why };
};

/** Whether the list itself is at fault: it covers nothing, and was not made for other certificates. */
export const isUnusable = (why: CrlFault | CrlGap): boolean =>
  why === 'not-yet-valid' ||
  why === 'signer-without-crl-sign' ||
  why === 'unknown-critical-extension' ||
  why === 'issuers-without-mark';

type Uncovered = { readonly crl: Crl; readonly certificate: X509Certificate; readonly signer: X509Certificate };

const otherPoint = ({ crl: { scope }, certificate }: Uncovered): string => {
  const own = distributionPointsOf(certificate).flatMap(({ names }) => names.slice(0, 1));
  // The last is its issuer's name, which is assumed.
  const named = own.length > 1 ? `the certificate names ${shownPoint(own)}` : 'the certificate names none';
  return `it is the list of the distribution point ${shownPoint(scope.distributionPoint ?? [])}, and ${named}`;
};

/** Goes on from `the CRL corp.crl`. */
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
