/** Who issued an identity and what it is called: one with a fault must be refused for that, not for its issuer or its name. */
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

/** By name, and by key where both say which (RFC 5280 §4.2.1.1): a CA that was replaced often keeps its name. docs/adr/0028 */
export const haveSameIssuer = (one: CertificateFacts, other: CertificateFacts): boolean => {
  const [key, otherKey] = [authorityKey(one), authorityKey(other)];
  return one.issuer === other.issuer && (key === null || otherKey === null || key === otherKey);
};

/** By every name that a relying party may go by: certificates of one mesh share a subject and differ in their URI. */
export const haveSameNames = (one: CertificateFacts, other: CertificateFacts): boolean =>
  namesOf(one) === namesOf(other);

const namesOf = ({ subject, uris, dnsNames, ipAddresses }: CertificateFacts): string =>
  JSON.stringify([subject, uris.toSorted(), dnsNames.toSorted(), ipAddresses.toSorted()]);

/** With the issuers that its own file leaves out and another's holds: alone it would be refused for want of a path. */
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
