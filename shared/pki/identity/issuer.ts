/** Compares the issuers and names of identities: a faulty identity must be refused for its fault, not for its issuer or its name. */
import type { CertificateFacts } from '../../model/certificate.ts';
import { OID } from '../asn1/oids.ts';
import { certificateOf, isIssuedBy } from '../x509/certificate.ts';
import { isOf, takeApart } from '../x509/certificate-parts.ts';
import type { Credentials } from './identity.ts';

const authorityKeys = new WeakMap<Uint8Array, { readonly key: string | null }>();

const authorityKey = ({ der }: CertificateFacts): string | null => {
  const { key } = authorityKeys.get(der) ?? { key: readAuthorityKey(der) };
  authorityKeys.set(der, { key });
  return key;
};

const readAuthorityKey = (der: Uint8Array): string | null => {
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

const completed = new WeakMap<Credentials, Credentials>();

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
        isIssuedBy(certificateOf(top), certificateOf(each)),
    );
    if (next === undefined) break;
    chain.push(next);
  }
  const added = chain.slice(credentials.chain.length).map((each) => String(certificateOf(each)));
  if (added.length === 0) return credentials;
  const certificatePem = [credentials.certificatePem, ...added].join('');
  // The same object as before where nothing else was found: secure contexts are cached by it.
  const before = completed.get(credentials);
  if (before?.certificatePem === certificatePem) return before;
  const made = { ...credentials, chain, certificatePem };
  completed.set(credentials, made);
  return made;
};
