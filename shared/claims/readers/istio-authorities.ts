/** The CAs of istiod, once Citadel: `istio-ca-root-cert` in each namespace, and the Secrets `cacerts` and `istio-ca-secret` (istio.io, Plug in CA Certificates). Of a Secret only certificates are asked for, never a key. */
import type { Authority, CertificateClaim } from '../../model/claim.ts';
import { iso } from '../../model/time.ts';
import { certificateOf, readEach } from '../claim-of.ts';
import type { SourceDocument } from '../document.ts';
import type { Field } from '../field.ts';
import { isObjectOf, type ObjectDocument, qualifiedName } from '../kubernetes-objects.ts';
import { authorityOf, certificatesIn } from '../pem-field.ts';
import { printable } from '../printable.ts';
import type { ReaderResult } from '../reader.ts';

const ROOTS = 'istio-ca-root-cert';
const SECRETS = ['cacerts', 'istio-ca-secret'];

export type IstioAuthorities = Pick<ReaderResult, 'problems'> & {
  /** What workloads trust; each once. */
  readonly authorities: Authority[];
  readonly certificates: readonly CertificateClaim[];
};

export const isIstioAuthority = (document: SourceDocument): document is ObjectDocument =>
  (isObjectOf(document, '', ['ConfigMap']) && document.object.name === ROOTS) ||
  (isObjectOf(document, '', ['Secret']) && SECRETS.includes(document.object.name));

/** Of all documents of a source; those that are none of these are passed over. */
export const istioAuthorities = (documents: readonly SourceDocument[]): IstioAuthorities => {
  const { found, problems } = readEach(documents.filter(isIstioAuthority), claimsOf);
  const authorities = found.flatMap((claim) => claim.authorities ?? []);
  return {
    authorities: [...new Map(authorities.map((each) => [each.sha256, each])).values()],
    // The same root stands in every namespace.
    certificates: [...new Map(found.map((claim) => [claim.sha256, claim])).values()],
    problems,
  };
};

const claimsOf = (document: ObjectDocument): readonly CertificateClaim[] => {
  const { root, object } = document;
  const data = root.get('data');
  if (object.kind === 'ConfigMap') return authorityClaims(document, data.get('root-cert.pem'), 'as-text');
  const [signing] = authorityClaims(document, data.get('ca-cert.pem'), 'in-base64');
  const roots = authorityClaims(document, data.get('root-cert.pem'), 'in-base64');
  // A self-signed CA of istiod has no root-cert.pem: it is its own root.
  if (roots.length === 0) return signing === undefined ? [] : [signing];
  return signing === undefined ? roots : [{ ...signing, authorities: null }, ...roots];
};

const authorityClaims = (
  { object, root }: ObjectDocument,
  field: Field,
  encoded: 'as-text' | 'in-base64',
): readonly CertificateClaim[] =>
  certificatesIn(field, encoded).map((facts) =>
    certificateOf({
      ...{
        use: 'authority',
        name: qualifiedName(object),
        sha256: facts.sha256,
        issuer: printable(facts.issuer),
        at: root.at(),
      },
      ...{
        names: facts.uris.map((uri) => printable(uri)),
        notBefore: iso(facts.notBefore),
        notAfter: iso(facts.notAfter),
      },
      authorities: [authorityOf(facts)],
    }),
  );
