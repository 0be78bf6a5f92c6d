/** The CAs and the revocation list that istiod hands to workloads: ConfigMaps `istio-ca-root-cert` and `istio-ca-crl` of each namespace. */
import type { Authority, CertificateClaim, ReadingProblem, Said } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { iso } from '../../../model/time.ts';
import { certificateOf, readEach, said } from '../../claim-of.ts';
import type { ObjectDocument } from '../../kubernetes-objects.ts';
import { authorityOf, certificatesIn } from '../../pem-field.ts';
import { printable } from '../../printable.ts';

export type MeshAuthorities = {
  readonly of: (namespace: string) => Said<Authority[]>;
  /** Where the list of a namespace stands; null where the source has none. */
  readonly crlOf: (namespace: string) => Place | null;
  /** Each CA once. */
  readonly certificates: readonly CertificateClaim[];
  readonly problems: readonly ReadingProblem[];
};

/** `documents`: those ConfigMaps. */
export const authoritiesIn = (documents: readonly ObjectDocument[]): MeshAuthorities => {
  const { found, problems } = readEach(
    documents.filter(({ object }) => object.name === 'istio-ca-root-cert'),
    ({ root, object }) => {
      const field = root.get('data', 'root-cert.pem');
      return [{ namespace: object.namespace ?? 'default', certificates: certificatesIn(field), at: field.at() }];
    },
  );
  const lists = new Map(
    documents
      .filter(({ object }) => object.name === 'istio-ca-crl')
      .map(({ object, root }) => [object.namespace ?? 'default', root.at()]),
  );
  const claims = found.flatMap(({ certificates, at }) =>
    certificates.map(({ sha256, subject, issuer, notBefore, notAfter }) =>
      certificateOf({
        ...{ use: 'authority', name: printable(subject), at, sha256, issuer: printable(issuer) },
        ...{ notBefore: iso(notBefore), notAfter: iso(notAfter) },
      }),
    ),
  );
  return {
    of: (namespace) => {
      const own = found.find((each) => each.namespace === namespace);
      return own === undefined
        ? null
        : said(own.certificates.map(authorityOf), own.at, 'istiod writes it into every namespace of the mesh');
    },
    crlOf: (namespace) => lists.get(namespace) ?? null,
    certificates: [...new Map(claims.map((claim) => [claim.sha256, claim])).values()],
    problems,
  };
};
