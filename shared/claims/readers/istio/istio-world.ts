/** The documents of a cluster’s export, each kind read into what the rules of Istio need. A damaged object is a problem, and loses nothing else. */
import type { ReadingProblem } from '../../../model/claim.ts';
import { readEach } from '../../claim-of.ts';
import type { SourceDocument } from '../../document.ts';
import { isObjectOf, type ObjectDocument, objectsOf } from '../../kubernetes-objects.ts';
import { type AdmissionPolicy, admissionPolicyIn } from './istio-admission.ts';
import { authoritiesIn, type MeshAuthorities } from './istio-certificates.ts';
import { type ClientRule, clientRuleIn } from './istio-clients.ts';
import { type Gateway, gatewayIn } from './istio-gateways.ts';
import { DEFAULT_MESH, isMeshConfig, type MeshConfig, meshConfigIn } from './istio-mesh-config.ts';
import { type PeerPolicy, peerPolicyIn } from './istio-peer-authentication.ts';
import { type RequestPolicy, requestPolicyIn } from './istio-requests.ts';
import { type RetiredPolicy, retiredPolicyIn } from './istio-retired.ts';
import { type Service, serviceIn } from './istio-services.ts';
import { isWorkload, type Namespaces, type Workload, workloadIn } from './istio-workloads.ts';

export type World = {
  readonly mesh: MeshConfig;
  readonly peers: readonly PeerPolicy[];
  readonly retired: readonly RetiredPolicy[];
  readonly admissions: readonly AdmissionPolicy[];
  readonly requests: readonly RequestPolicy[];
  readonly clientRules: readonly ClientRule[];
  readonly gateways: readonly Gateway[];
  readonly services: readonly Service[];
  readonly workloads: readonly Workload[];
  readonly namespaces: Namespaces;
  readonly authorities: MeshAuthorities;
};

const SECURITY = 'security.istio.io';
const NETWORKING = 'networking.istio.io';
const RETIRED = 'authentication.istio.io';

export const isPolicy = (document: SourceDocument): document is ObjectDocument =>
  isObjectOf(document, SECURITY, ['PeerAuthentication', 'AuthorizationPolicy', 'RequestAuthentication']) ||
  isObjectOf(document, NETWORKING, ['DestinationRule', 'Gateway']) ||
  isObjectOf(document, RETIRED) ||
  isObjectOf(document, 'install.istio.io', ['IstioOperator']);

const isCore = (document: SourceDocument): document is ObjectDocument =>
  isObjectOf(document, '', ['Service', 'Namespace']) ||
  (isObjectOf(document, '', ['ConfigMap']) && (isMeshConfig(document) || isRootCertificate(document)));

const isRootCertificate = ({ object }: ObjectDocument): boolean =>
  object.kind === 'ConfigMap' && ['istio-ca-root-cert', 'istio-ca-crl'].includes(object.name);

export const isHelp = (document: SourceDocument): document is ObjectDocument =>
  isCore(document) || ((isObjectOf(document, '', ['Pod']) || isObjectOf(document, 'apps')) && isWorkload(document));

/** `onlyHelps` of the reader: a namespace that is in the mesh is more than help. */
export const isInMesh = ({ object: { kind, labels } }: ObjectDocument): boolean =>
  kind === 'Namespace' &&
  (labels['istio-injection'] === 'enabled' ||
    Object.hasOwn(labels, 'istio.io/rev') ||
    labels['istio.io/dataplane-mode'] === 'ambient');

export const worldOf = (
  documents: readonly SourceDocument[],
): { readonly world: World; readonly problems: readonly ReadingProblem[] } => {
  const problems: ReadingProblem[] = [];
  const each = <Read>(own: readonly ObjectDocument[], read: (document: ObjectDocument) => Read): readonly Read[] => {
    const result = readEach(own, (document) => [read(document)]);
    problems.push(...result.problems);
    return result.found;
  };
  const core = (kind: string) => objectsOf(documents, '', [kind]);
  const namespaces = new Map(core('Namespace').map(({ object }) => [object.name, object.labels]));
  const configs = documents.filter((document) => isCore(document) || isPolicy(document)).filter(isMeshConfig);
  const mesh = each(configs, meshConfigIn)[0] ?? DEFAULT_MESH;
  const workloads = documents.filter(
    (document): document is ObjectDocument => isHelp(document) && isWorkload(document),
  );
  const world: World = {
    ...{ mesh, namespaces },
    peers: each(objectsOf(documents, SECURITY, ['PeerAuthentication']), peerPolicyIn),
    retired: each(objectsOf(documents, RETIRED), retiredPolicyIn),
    admissions: each(objectsOf(documents, SECURITY, ['AuthorizationPolicy']), (document) =>
      admissionPolicyIn(document, mesh.trustDomains),
    ),
    requests: each(objectsOf(documents, SECURITY, ['RequestAuthentication']), requestPolicyIn),
    clientRules: each(objectsOf(documents, NETWORKING, ['DestinationRule']), clientRuleIn),
    gateways: each(objectsOf(documents, NETWORKING, ['Gateway']), gatewayIn),
    services: each(core('Service'), serviceIn),
    workloads: each(workloads, (document) => workloadIn(document, namespaces)),
    authorities: authoritiesIn(each(core('ConfigMap').filter(isRootCertificate), (document) => document)),
  };
  return { world, problems: [...problems, ...world.authorities.problems] };
};
