/** CertificateRequests of cert-manager: what was signed, and by which CA (cert-manager.io/docs/usage/certificaterequest). */

import type { CertificateFacts } from '../../model/certificate.ts';
import type { Authority, CertificateClaim } from '../../model/claim.ts';
import type { Place } from '../../model/place.ts';
import { iso } from '../../model/time.ts';
import { certificateOf } from '../claim-of.ts';
import type { Field } from '../field.ts';
import { annotationOf, type ObjectDocument, qualifiedName } from '../kubernetes-objects.ts';
import { authorityOf, certificatesIn } from '../pem-field.ts';
import { printable } from '../printable.ts';

export type Request = {
  readonly name: string;
  /** `namespace/name` of the Certificate that asked; null where somebody else did (istio-csr, csi-driver). */
  readonly certificate: string | null;
  readonly revision: number;
  readonly usages: readonly string[];
  readonly leaf: CertificateFacts | null;
  /** The signer’s, as far as the issuer says; null where it does not. */
  readonly authorities: Authority[] | null;
  readonly trouble: string | null;
  readonly at: Place;
};

export const requestIn = (document: ObjectDocument): Request => {
  const { root, object } = document;
  const status = root.get('status');
  const owner = annotationOf(document, 'cert-manager.io/certificate-name');
  const revision = annotationOf(document, 'cert-manager.io/certificate-revision');
  const authorities = certificatesIn(status.get('ca'), 'in-base64').map(authorityOf);
  const [leaf = null] = certificatesIn(status.get('certificate'), 'in-base64');
  return {
    name: qualifiedName(object),
    certificate: owner === null ? null : qualifiedName({ namespace: object.namespace, name: owner }),
    revision: Number(revision ?? 0) || 0,
    usages: root.get('spec', 'usages').texts(),
    leaf,
    authorities: authorities.length === 0 ? null : authorities,
    trouble: refusalIn(status),
    at: root.at(),
  };
};

/** Each Certificate’s request of the highest revision. */
export const newestRequests = (requests: readonly Request[]): ReadonlyMap<string, Request> => {
  const newest = new Map<string, Request>();
  for (const request of requests) {
    const { certificate, revision } = request;
    if (certificate !== null && revision >= (newest.get(certificate)?.revision ?? 0)) newest.set(certificate, request);
  }
  return newest;
};

/** Of a request without a Certificate, which nothing else tells of. */
export const claimOfRequest = ({ name, leaf, usages, authorities, trouble, at }: Request): CertificateClaim =>
  certificateOf({
    use: usages.includes('client auth') && !usages.includes('server auth') ? 'client' : 'served',
    name,
    names: [...(leaf?.dnsNames ?? []), ...(leaf?.uris ?? []), ...(leaf?.ipAddresses ?? [])].map((text) =>
      printable(text),
    ),
    sha256: leaf?.sha256 ?? null,
    issuer: leaf === null ? null : printable(leaf.issuer),
    notBefore: leaf === null ? null : iso(leaf.notBefore),
    notAfter: leaf === null ? null : iso(leaf.notAfter),
    ...{ trouble, authorities, at },
  });

/** Denied, InvalidRequest, and Ready that failed (`CertificateRequestConditionType`). */
const refusalIn = (status: Field): string | null => {
  const refused = status
    .get('conditions')
    .items()
    .find((condition) => {
      const isTrue = condition.get('status').text() === 'True';
      const type = condition.get('type').text();
      const hasFailed = type === 'Ready' && !isTrue && condition.get('reason').text() === 'Failed';
      return hasFailed || (isTrue && (type === 'Denied' || type === 'InvalidRequest'));
    });
  if (refused === undefined) return null;
  const words = refused.get('message').text() ?? refused.get('reason').text() ?? 'no reason given';
  return printable(`its request was refused: ${words}`);
};
