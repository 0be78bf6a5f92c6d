/** Certificates as facts. Parsing is node:crypto's. */
import { X509Certificate } from 'node:crypto';
import { type CertificateFacts, SHORT_LIVED } from '../../model/certificate.ts';
import { takeApart } from './certificate-parts.ts';
import { issuerDigest, keyDigest } from './digests.ts';

const PEM_CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** Every certificate of a PEM text, in its order. Throws node:crypto's error for a damaged one. */
export const certificatesOfPem = (pem: string): X509Certificate[] =>
  (pem.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block));

const altNames = (certificate: X509Certificate): readonly (readonly [string, string])[] => {
  // Node quotes a value (as JSON) that holds a comma, so that a hostile SAN cannot pretend to be two.
  const entries = (certificate.subjectAltName ?? '').match(/[^,":]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return entries.map((entry) => {
    const colon = entry.indexOf(':');
    const value = entry.slice(colon + 1);
    return [entry.slice(0, colon).trim(), value.startsWith('"') ? String(JSON.parse(value)) : value] as const;
  });
};

/** Node writes a name one attribute a line, in the encoding's order; RFC 4514 §2.1 reads it backwards. */
const distinguishedName = (lines: string | undefined): string => (lines ?? '').split('\n').reverse().join(', ');

export const certificateFacts = (certificate: X509Certificate): CertificateFacts => {
  const names = altNames(certificate);
  // A date that nobody can read is the epoch: the report has numbers, and `oddDate` names it.
  const [notBefore = 0, notAfter = 0] = [certificate.validFromDate, certificate.validToDate].map(
    (date) => date.getTime() || 0,
  );
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

/** `CN=…` where there is one, else the first name it has: short enough for a sentence. */
export const shortName = (facts: CertificateFacts): string =>
  /(^|, )(CN=[^,]*)/.exec(facts.subject)?.[2] ??
  facts.uris[0] ??
  facts.dnsNames[0] ??
  (facts.subject || `serial ${facts.serialNumber}`);

/** Whether `issuer` signed `certificate` and is a CA (RFC 5280 §4.2.1.9): names, key identifiers and signature. */
export const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** A trust anchor may be older than basic constraints: RFC 5280 §6.1.4 (k) asks for them in version 3 only. Relying parties take such roots. */
export const isAnchoredBy = (certificate: X509Certificate, anchor: X509Certificate): boolean =>
  isIssuedBy(certificate, anchor) ||
  (certificate.checkIssued(anchor) &&
    certificate.verify(anchor.publicKey) &&
    takeApart(anchor.raw).version.length === 0 &&
    isSelfSigned(anchor));

export const isSelfSigned = (certificate: X509Certificate): boolean =>
  certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);

/** What may end a path: a CA, or a root that is older than basic constraints or pinned as it is. */
export const isAnchor = (certificate: X509Certificate): boolean => certificate.ca || isSelfSigned(certificate);
