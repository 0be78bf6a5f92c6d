/** cert-manager: which certificate a Secret holds, until when, whether its renewal was missed, and which CA signed it (cert-manager.io/docs/reference/api-docs). */
import type { CertificateClaim } from '../../model/claim.ts';
import { iso, SECOND } from '../../model/time.ts';
import { certificateOf, readEach } from '../claim-of.ts';
import type { Field } from '../field.ts';
import { goDurationIn } from '../go-duration.ts';
import { instantIn } from '../instant-in.ts';
import { isObjectOf, type ObjectDocument, objectsOf, qualifiedName } from '../kubernetes-objects.ts';
import { printable } from '../printable.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { certificateRenewal } from './cert-manager-renewal.ts';
import { claimOfRequest, newestRequests, type Request, requestIn } from './cert-manager-requests.ts';

const GROUP = 'cert-manager.io';
const ISSUERS = ['Issuer', 'ClusterIssuer'];
const KINDS = ['Certificate', 'CertificateRequest', ...ISSUERS];

export const certManager: Reader = {
  name: 'cert-manager',
  title: 'cert-manager',
  exports: [
    'kubectl get certificates,certificaterequests,issuers,clusterissuers -A -o json',
    'kubectl get certificates -A -o json',
  ],
  isText: null,
  recognises: (document) => isObjectOf(document, GROUP, KINDS),
  read: (documents, context) => {
    const ofKinds = (...kinds: readonly string[]) => objectsOf(documents, GROUP, kinds);
    const requests = readEach(ofKinds('CertificateRequest'), (request) => [requestIn(request)]);
    const issuers = readEach(ofKinds(...ISSUERS), (issuer) => [issuerIn(issuer)]);
    const newest = newestRequests(requests.found);
    const certificates = readEach(ofKinds('Certificate'), (certificate) => [
      certificateIn(certificate, newest.get(qualifiedName(certificate.object)) ?? null, issuers.found, context),
    ]);
    return {
      claims: [],
      certificates: [
        ...certificates.found,
        ...requests.found.filter(({ certificate }) => certificate === null).map(claimOfRequest),
        ...issuers.found.flatMap(({ claim }) => claim ?? []),
      ],
      problems: [...certificates.problems, ...requests.problems, ...issuers.problems],
    };
  },
};

/** `trouble` of its condition Ready; `claim` where there is one, since nothing else tells of it. */
type Issuer = { readonly name: string; readonly trouble: string | null; readonly claim: CertificateClaim | null };

const issuerIn = ({ root, object }: ObjectDocument): Issuer => {
  const trouble = troubleOf(conditionOf(root.get('status'), 'Ready'));
  const name = `${object.kind} ${qualifiedName(object)}`;
  const claim = certificateOf({ use: 'authority', name: qualifiedName(object), trouble, at: root.at() });
  return { name, trouble, claim: trouble === null ? null : claim };
};

const certificateIn = (
  { root, object }: ObjectDocument,
  request: Request | null,
  issuers: readonly Issuer[],
  context: ReaderContext,
): CertificateClaim => {
  const spec = root.get('spec');
  const status = root.get('status');
  const issuing = conditionOf(status, 'Issuing');
  const duration = goDurationIn(spec.get('duration'));
  const { renewAt, troubles } = certificateRenewal(root, issuing?.status === 'True', context.readAt);
  const issuer = issuerNamed(spec.get('issuerRef'), object.namespace);
  const troubleOfIssuer = issuers.find(({ name }) => name === issuer)?.trouble ?? null;
  return certificateOf({
    use: useOf(spec),
    name: qualifiedName(object),
    names: [...spec.get('dnsNames').texts(), ...spec.get('uris').texts(), ...spec.get('ipAddresses').texts()],
    issuer: printable(issuer),
    // What the newest request got is what the Secret holds, once the dates are the same.
    sha256: request?.leaf?.notAfter === instantIn(status.get('notAfter')) ? (request?.leaf?.sha256 ?? null) : null,
    notBefore: dateIn(status.get('notBefore')),
    notAfter: dateIn(status.get('notAfter')),
    renewAt: renewAt === null ? null : iso(renewAt),
    ...(duration !== null && { lifetime: duration / SECOND }),
    trouble: sentence([
      troubleOf(conditionOf(status, 'Ready')),
      ...troubles,
      request?.trouble ?? null,
      troubleOfIssuer === null ? null : `its issuer: ${troubleOfIssuer}`,
    ]),
    authorities: request?.authorities ?? null,
    at: root.at(),
  });
};

/** The reference’s kind is Issuer where it has none, and its namespace is the Certificate’s. */
const issuerNamed = (reference: Field, namespace: string | null): string => {
  const kind = reference.get('kind').text() ?? 'Issuer';
  const name = reference.get('name').text() ?? '';
  return kind === 'Issuer' ? `Issuer ${qualifiedName({ namespace, name })}` : `${kind} ${name}`;
};

/** Without usages they are digital signature and key encipherment: a server’s (`usages` of CertificateSpec). */
const useOf = (spec: Field): CertificateClaim['use'] => {
  const usages = spec.get('usages').texts();
  if (spec.get('isCA').boolean() === true) return 'authority';
  return usages.includes('client auth') && !usages.includes('server auth') ? 'client' : 'served';
};

const dateIn = (field: Field): string | null => {
  const instant = instantIn(field);
  return instant === null ? null : iso(instant);
};

type ConditionOf = { readonly status: string | null; readonly words: string };

const conditionOf = (status: Field, type: string): ConditionOf | null => {
  const found = status
    .get('conditions')
    .items()
    .find((condition) => condition.get('type').text() === type);
  if (found === undefined) return null;
  const words = [found.get('reason').text() ?? 'no reason given', found.get('message').text() ?? ''];
  return { status: found.get('status').text(), words: words.filter((word) => word !== '').join(': ') };
};

/** What the condition Ready says, where it is there and not True. */
const troubleOf = (ready: ConditionOf | null): string | null =>
  ready === null || ready.status === 'True' ? null : `it is not ready: ${ready.words}`;

const sentence = (troubles: readonly (string | null)[]): string | null => {
  const those = troubles.filter((trouble) => trouble !== null);
  return those.length === 0 ? null : printable(those.join('; '));
};
