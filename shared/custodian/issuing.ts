/** Requests to a private CA, and the check of the certificate that it issued. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';
import type { Fault } from '../model/names.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Instant } from '../model/time.ts';
import { certificateFacts, certificatesOfPem, isIssuedBy, isSelfSigned } from '../pki/x509/certificate.ts';
import { MAKING } from './fault-making.ts';
import { standingOf, type Wanted } from './standing.ts';
import type { Limits } from './validity.ts';

export type PrivateCa = {
  readonly arn: string;
  /** PEM. */
  readonly certificatePem: string;
  /** UsageMode SHORT_LIVED_CERTIFICATE: certificates of at most seven days, and no revocation. */
  readonly shortLived: boolean;
  /** Whether it writes a CRL or answers OCSP. */
  readonly revokes: boolean;
};

/** ACM-PCA User Guide, "Certificate template definitions": both templates take subject and SAN from the request. */
export const templateArn = (caArn: string, fault: Fault): string => {
  const name = MAKING[fault].usage === 'server' ? 'EndEntityServerAuthCertificate' : 'EndEntityClientAuthCertificate';
  return `arn:${caArn.split(':')[1]}:acm-pca:::template/${name}/V1`;
};

const CURVES: Readonly<Record<string, SigningAlgorithm>> = {
  prime256v1: 'SHA256WITHECDSA',
  secp384r1: 'SHA384WITHECDSA',
  secp521r1: 'SHA512WITHECDSA',
};
export type SigningAlgorithm = 'SHA256WITHECDSA' | 'SHA384WITHECDSA' | 'SHA512WITHECDSA' | 'SHA256WITHRSA';

/** API_IssueCertificate, SigningAlgorithm: its family must be that of the CA's key. Null for any other key than RSA, P-256, P-384 and P-521. */
export const signingAlgorithm = (ca: PrivateCa): SigningAlgorithm | null => {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificateOf(ca).publicKey;
  return asymmetricKeyType === 'rsa' ? 'SHA256WITHRSA' : (CURVES[asymmetricKeyDetails?.namedCurve ?? ''] ?? null);
};

export const hasIssued = (ca: PrivateCa, { der }: CertificateFacts): boolean =>
  isIssuedBy(new X509Certificate(der), certificateOf(ca));

export const limitsOf = (ca: PrivateCa): Limits => ({
  caNotAfter: certificateOf(ca).validToDate.getTime(),
  shortLived: ca.shortLived,
});

const certificateOf = ({ certificatePem }: PrivateCa): X509Certificate => new X509Certificate(certificatePem);

/** Returns why this CA cannot make a certificate with the fault, or null. */
export const unable = ({ shortLived, revokes }: PrivateCa, fault: Fault): string | null => {
  if (!MAKING[fault].byRevocation) return null;
  if (shortLived) return 'its CA is in short-lived mode, which cannot revoke: use one in general-purpose mode';
  return revokes
    ? null
    : 'its CA has neither a CRL nor OCSP enabled: no relying party would see a revocation (UpdateCertificateAuthority)';
};

export type Checked = { readonly leaf: X509Certificate; readonly certificatePem: string };

/** Returns the chain without its root. Refuses a certificate with another key, issuer or names than requested, or that neither has its fault nor will soon. */
export const checkIssued = (
  { certificate, chain }: { readonly certificate: string; readonly chain: string },
  publicKey: KeyObject,
  wanted: Wanted,
  now: Instant,
): Parsed<Checked> => {
  const [leaf] = certificatesOfPem(certificate);
  if (leaf === undefined) return refused('it is not a certificate');
  if (!leaf.publicKey.equals(publicKey)) return refused('it is for another key');
  const standing = standingOf(certificateFacts(leaf), wanted, now);
  if (standing !== (MAKING[wanted.fault].validity === 'ends-soon' ? 'coming' : 'good'))
    return refused(`its issuer, names, dates or usage are not those of one that is ${wanted.fault}`);
  const others = certificatesOfPem(chain).filter((each) => !isSelfSigned(each));
  return { ok: true, value: { leaf, certificatePem: [leaf, ...others].map(String).join('') } };
};

const refused = (why: string) => ({ ok: false, reason: `what the CA issued was not kept: ${why}` }) as const;

/** API_RevokeCertificate, CertificateSerial: hexadecimal bytes separated by colons. */
export const serialText = ({ serialNumber }: Pick<CertificateFacts, 'serialNumber'>): string =>
  (serialNumber.toLowerCase().match(/../g) ?? []).join(':');
