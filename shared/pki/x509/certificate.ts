/** Turns certificates into `CertificateFacts` and checks who issued them. node:crypto does the parsing. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type CertificateFacts, SHORT_LIVED } from '../../model/certificate.ts';
import { takeApart } from './certificate-parts.ts';
import { issuerDigest, keyDigest } from './digests.ts';
import { Latest } from './latest.ts';

/** A parsed certificate takes some 10 KB of native memory. */
const MOST_PARSED = 256;
const parsed = new Latest<Uint8Array, X509Certificate>(MOST_PARSED);

/** The certificate that the facts were taken from, parsed once while it is among those used last. Throws node:crypto's error for a damaged one. */
export const certificateOf = ({ der }: Pick<CertificateFacts, 'der'>): X509Certificate =>
  parsed.of(der, () => new X509Certificate(der));

const PEM_CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** Returns every certificate of a PEM text, in its order; none for a text without any. Throws node:crypto's error for a damaged certificate. */
export const certificatesOfPem = (pem: string): X509Certificate[] =>
  (pem.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block));

const altNames = (certificate: X509Certificate): readonly (readonly [string, string])[] => {
  // node:crypto writes a value that contains a comma as a JSON string, so that one SAN cannot be read as two.
  const entries = (certificate.subjectAltName ?? '').match(/[^,":]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return entries.map((entry) => {
    const colon = entry.indexOf(':');
    const value = entry.slice(colon + 1);
    return [entry.slice(0, colon).trim(), value.startsWith('"') ? String(JSON.parse(value)) : value] as const;
  });
};

/** node:crypto writes one attribute per line, in the order of the encoding; RFC 4514 §2.1 reverses that order. */
const distinguishedName = (lines: string | undefined): string => (lines ?? '').split('\n').reverse().join(', ');

/** Node 20, in which a user may synthesise, has the dates as text only (node:crypto, `x509.validFromDate`, added in 22.10). */
const datesOf = ({
  validFrom,
  validTo,
  validFromDate = new Date(validFrom),
  validToDate = new Date(validTo),
}: X509Certificate) => [validFromDate, validToDate];

const factsOf = new WeakMap<X509Certificate, CertificateFacts>();

/**
 * Returns the facts of a certificate; dates are milliseconds since the epoch. Never throws for a certificate that node:crypto has parsed. Made once for
 * each object: nothing in them depends on the time.
 */
export const certificateFacts = (certificate: X509Certificate): CertificateFacts => {
  const known = factsOf.get(certificate) ?? takenFrom(certificate);
  factsOf.set(certificate, known);
  return known;
};

const takenFrom = (certificate: X509Certificate): CertificateFacts => {
  const names = altNames(certificate);
  // An unreadable date becomes the epoch, because reports need numbers; `oddDate` of the certificate's profile names the date.
  const [notBefore = 0, notAfter = 0] = datesOf(certificate).map((date) => date.getTime() || 0);
  const of = (type: string) => names.filter(([kind]) => kind === type).map(([, value]) => value);
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    serialNumber: certificate.serialNumber,
    dnsNames: of('DNS'),
    ipAddresses: of('IP Address'),
    uris: of('URI'),
    extendedKeyUsage: certificate.keyUsage ?? null,
    ca: certificate.ca,
    notBefore,
    notAfter,
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    keySha256: keyDigest(certificate.raw),
    issuerSha256: issuerDigest(certificate.raw, notAfter - notBefore <= SHORT_LIVED),
    der: new Uint8Array(certificate.raw),
  };
};

/**
 * Returns a short name for messages: the `CN=…` of the subject, else the first URI, the first DNS name, the whole subject, or the serial number.
 */
export const shortName = (facts: CertificateFacts): string =>
  /(^|, )(CN=[^,]*)/.exec(facts.subject)?.[2] ??
  facts.uris[0] ??
  facts.dnsNames[0] ??
  (facts.subject || `serial ${facts.serialNumber}`);

/** Returns the certificate's key; null for a key of a kind that the runtime's OpenSSL cannot read (node:crypto throws for it). */
export const readableKey = (certificate: X509Certificate): KeyObject | null => {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
};

const signatures = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>();

/**
 * Whether the key of `signer` verifies the signature of `certificate`; false for a key that cannot be read. Names are not compared. Verified once for
 * each two objects: whether a signature is right depends on their bytes alone.
 */
export const isVerifiedBy = (certificate: X509Certificate, signer: X509Certificate): boolean => {
  const known = signatures.get(certificate) ?? new WeakMap<X509Certificate, boolean>();
  signatures.set(certificate, known);
  const right = known.get(signer) ?? verifies(signer, certificate);
  known.set(signer, right);
  return right;
};

const verifies = (signer: X509Certificate, certificate: X509Certificate): boolean => {
  const key = readableKey(signer);
  return key !== null && certificate.verify(key);
};

/** Whether `issuer` is a CA (RFC 5280 §4.2.1.9) and signed `certificate`: names, key identifiers and signature match. Dates are not checked. */
export const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && isVerifiedBy(certificate, issuer);

/**
 * Whether the trust anchor signed `certificate`. Besides CAs this accepts a self-signed root of version 1: RFC 5280 §6.1.4 (k) requires basic
 * constraints only in version 3, and relying parties accept such roots.
 */
export const isAnchoredBy = (certificate: X509Certificate, anchor: X509Certificate): boolean =>
  isIssuedBy(certificate, anchor) ||
  (certificate.checkIssued(anchor) &&
    isVerifiedBy(certificate, anchor) &&
    takeApart(anchor.raw).version.length === 0 &&
    isSelfSigned(anchor));

/** Whether subject and issuer are equal and the certificate's own key verifies its signature. */
export const isSelfSigned = (certificate: X509Certificate): boolean =>
  certificate.subject === certificate.issuer && isVerifiedBy(certificate, certificate);

/**
 * Whether a path may end at this certificate: a CA, or a self-signed certificate (an older root without basic constraints, or a pinned
 * certificate).
 */
export const isAnchor = (certificate: X509Certificate): boolean => certificate.ca || isSelfSigned(certificate);
