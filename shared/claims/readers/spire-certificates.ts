/** Certificates in what SPIRE writes: a JWK set (SPIFFE Trust Domain and Bundle §4), base64 of DER, and PEM. */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Authority, CertificateClaim } from '../../model/claim.ts';
import type { Place } from '../../model/place.ts';
import { iso } from '../../model/time.ts';
import { readAll } from '../../pki/asn1/der.ts';
import { anchorsOfJwks } from '../../pki/served/jwks.ts';
import { certificateFacts, certificatesOfPem } from '../../pki/x509/certificate.ts';
import { certificateOf } from '../claim-of.ts';
import type { TextDocument } from '../document.ts';
import { DamagedField, type Field } from '../field.ts';
import { authorityOf } from '../pem-field.ts';
import { printable } from '../printable.ts';

export type TrustBundle = {
  /** Without its scheme; empty where the bundle does not say. */
  readonly domain: string;
  readonly authorities: readonly Authority[];
  readonly facts: readonly CertificateFacts[];
  readonly at: Place;
};

/** `bundle show` of a JWK set, or as the API has it. None of what is no bundle. */
export const bundlesIn = (root: Field): readonly TrustBundle[] => {
  const facts = [...ofJwks(root), ...ofApi(root)];
  if (facts.length === 0) return [];
  const [domain = ''] = [root.get('trust_domain').text(), ...facts.flatMap(({ uris }) => uris)].flatMap(
    (text) => text ?? [],
  );
  return [
    {
      domain: printable(domain.replace(/^spiffe:\/\//, '')),
      authorities: facts.map(authorityOf),
      facts,
      at: root.at(),
    },
  ];
};

const ofJwks = (root: Field): readonly CertificateFacts[] => {
  if (root.get('keys').kind !== 'list') return [];
  const keys = root
    .get('keys')
    .items()
    .map((key) => ({ use: key.get('use').text(), x5c: key.get('x5c').texts() }));
  const { found, unread } = anchorsOfJwks(keys);
  if (unread[0] !== undefined) throw root.get('keys').damaged(unread[0]);
  return found.map(certificateFacts);
};

const ofApi = (root: Field): readonly CertificateFacts[] =>
  root.get('x509_authorities').kind === 'list'
    ? root
        .get('x509_authorities')
        .items()
        .flatMap((each) => derIn(each.get('asn1')))
    : [];

/** One or more certificates in a row. */
const derIn = (field: Field): readonly CertificateFacts[] => {
  const text = field.text();
  if (text === null) return [];
  try {
    return readAll(Buffer.from(text, 'base64')).map(({ bytes }) => certificateFacts(new X509Certificate(bytes)));
  } catch {
    throw field.damaged('a certificate in it is damaged');
  }
};

/** One of `api fetch x509`. */
export const svidClaims = (svid: Field): readonly CertificateClaim[] => {
  const [leaf] = derIn(svid.get('x509_svid'));
  const bundle = derIn(svid.get('bundle'));
  const name = svid.get('spiffe_id').text() ?? leaf?.uris[0] ?? '';
  if (leaf === undefined) throw svid.damaged('it holds no certificate');
  return [claimOfCertificate(leaf, name, svid.at(), bundle.map(authorityOf))];
};

export const authorityClaims = ({ domain, facts, at }: TrustBundle): readonly CertificateClaim[] =>
  facts.map((each) => claimOfCertificate(each, domain, at, [authorityOf(each)]));

const claimOfCertificate = (
  facts: CertificateFacts,
  name: string,
  at: Place,
  authorities: Authority[],
): CertificateClaim =>
  certificateOf({
    ...{ use: facts.ca ? 'authority' : 'identity', name: printable(name), sha256: facts.sha256, authorities, at },
    names: [...facts.uris, ...facts.dnsNames].map((each) => printable(each)),
    ...{ issuer: printable(facts.issuer), notBefore: iso(facts.notBefore), notAfter: iso(facts.notAfter) },
  });

const ID = 'spiffe://';

/** PEM whose first certificate has a SPIFFE ID. A file with a private key is nobody’s to read. */
export const isSpirePem = (text: string): boolean => {
  if (!text.trimStart().startsWith('-----BEGIN CERTIFICATE-----') || text.includes('PRIVATE KEY')) return false;
  try {
    const [first] = certificatesOfPem(text).map(certificateFacts);
    return first?.uris.some((uri) => uri.startsWith(ID)) ?? false;
  } catch {
    return false;
  }
};

/** An SVID with its intermediates, or a bundle. */
export const claimsOfPem = ({ file, text }: TextDocument): readonly CertificateClaim[] => {
  const at = { file, line: 1, object: null };
  try {
    const facts = certificatesOfPem(text).map(certificateFacts);
    const own = facts[0]?.ca === false ? facts.slice(0, 1) : facts;
    return own.map((each) =>
      claimOfCertificate(each, each.uris[0] ?? each.subject, at, each.ca ? [authorityOf(each)] : []),
    );
  } catch {
    throw new DamagedField(at, '', 'a certificate in it is damaged');
  }
};
