/** Compares the issuers and names of identities: a faulty identity must be refused for its fault, not for its issuer or its name. */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import { OID } from '../asn1/oids.ts';
import { isIssuedBy } from '../x509/certificate.ts';
import { isOf, takeApart } from '../x509/certificate-parts.ts';
import type { Credentials } from './identity.ts';

const authorityKey = ({ der }: CertificateFacts): string | null => {
  try {
    const extension = takeApart(der).extensions.find((each) => isOf(each, OID.authorityKeyIdentifier));
    return extension === undefined ? null : Buffer.from(extension).toString('hex');
  } catch {
    return null;
  }
};

/**
 * Whether both certificates have the same issuer: the same name and, if both have one, the same authority key identifier (RFC 5280 §4.2.1.1). A
 * replaced CA often keeps its name. docs/adr/0028
 */
export const haveSameIssuer = (one: CertificateFacts, other: CertificateFacts): boolean => {
  const [key, otherKey] = [authorityKey(one), authorityKey(other)];
  return one.issuer === other.issuer && (key === null || otherKey === null || key === otherKey);
};

/**
 * Whether both certificates have the same subject, URIs, DNS names and addresses, by any of which a relying party may identify them: certificates
 * of one mesh share a subject and differ in their URI.
 */
export const haveSameNames = (one: CertificateFacts, other: CertificateFacts): boolean =>
  namesOf(one) === namesOf(other);

const namesOf = ({ subject, uris, dnsNames, ipAddresses }: CertificateFacts): string =>
  JSON.stringify([subject, uris.toSorted(), dnsNames.toSorted(), ipAddresses.toSorted()]);

/**
 * Returns the credentials with the issuers that are missing from their own file and present in `known`; a relying party would refuse an incomplete
 * chain for want of a path.
 */
export const withIssuers = (credentials: Credentials, known: readonly CertificateFacts[]): Credentials => {
  const chain = [...credentials.chain];
  for (;;) {
    const top = chain.at(-1);
    const next = known.find(
      (each) =>
        top !== undefined &&
        each.subject === top.issuer &&
        !chain.some(({ sha256 }) => sha256 === each.sha256) &&
        isIssuedBy(new X509Certificate(top.der), new X509Certificate(each.der)),
    );
    if (next === undefined) break;
    chain.push(next);
  }
  const added = chain.slice(credentials.chain.length).map(({ der }) => String(new X509Certificate(der)));
  return added.length === 0
    ? credentials
    : { ...credentials, chain, certificatePem: [credentials.certificatePem, ...added].join('') };
};
