/** Linkerd: its policies (linkerd.io/2/reference/authorization-policy), and the edges that its extension viz saw. */
import type { Place } from '../../model/place.ts';
import { readEach } from '../claim-of.ts';
import type { DataDocument, SourceDocument } from '../document.ts';
import { annotationOf, isObjectOf, type ObjectDocument, objectsOf } from '../kubernetes-objects.ts';
import { portsOf, type ServicePort } from '../mesh-services.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { unlessDamaged } from '../unless-damaged.ts';
import { authorizationIn } from './linkerd-authorizations.ts';
import { ANNOTATION, annotatedPolicy, type DefaultPolicy, isMeshed, isSkipped } from './linkerd-default-policy.ts';
import { claimsOfEdges, isEdges } from './linkerd-edges.ts';
import { claimOfDefault, claimOfSkipped, claimsOfServer, isBehind } from './linkerd-servers.ts';

const GROUP = 'policy.linkerd.io';
const GATEWAY = 'gateway.networking.k8s.io';
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

const isHelper = (document: SourceDocument): boolean =>
  isObjectOf(document, '', ['Service', 'Namespace', 'Pod']) ||
  isObjectOf(document, 'apps', WORKLOADS) ||
  isObjectOf(document, GATEWAY, ['HTTPRoute', 'GRPCRoute']);

/** A namespace that says something of Linkerd is a reason to ask. */
const isMarked = (document: SourceDocument): boolean =>
  isObjectOf(document, '', ['Namespace']) &&
  unlessDamaged(() => [ANNOTATION, 'linkerd.io/inject'].some((name) => annotationOf(document, name) !== null));

export const linkerd: Reader = {
  name: 'linkerd',
  title: 'Linkerd',
  exports: [
    'kubectl get servers.policy.linkerd.io,serverauthorizations,authorizationpolicies.policy.linkerd.io,meshtlsauthentications,networkauthentications,httproutes.policy.linkerd.io,services,namespaces,deployments -A -o json',
    'linkerd viz edges deployment -A -o json',
  ],
  isText: null,
  recognises: (document) => isObjectOf(document, GROUP) || isEdges(document) || isHelper(document),
  onlyHelps: (document) => isHelper(document) && !isMarked(document),
  read: (documents, context) => {
    const lists = documents.filter((document): document is DataDocument => isEdges(document));
    const edges = claimsOfEdges(
      lists.flatMap(({ root }) => root.items()),
      context,
    );
    const policies = ofPolicies(documents, context);
    return {
      claims: [...policies.claims, ...edges.claims],
      certificates: [],
      problems: [...policies.problems, ...edges.problems],
    };
  },
};

const ofPolicies = (documents: readonly SourceDocument[], context: ReaderContext) => {
  const known = [...objectsOf(documents, GROUP), ...objectsOf(documents, GATEWAY)];
  const ofKind = (...kinds: readonly string[]) => known.filter(({ object }) => kinds.includes(object.kind));
  const authorizations = readEach(ofKind('ServerAuthorization', 'AuthorizationPolicy'), (each) => [
    authorizationIn(each, known),
  ]);
  const ports = readEach(objectsOf(documents, '', ['Service']), portsOf);
  const servers = ofKind('Server');
  const past = readEach(ports.found, (port) => (isPast(port, documents) ? [port] : []));
  const taken = ports.found.filter((port) => !past.found.includes(port));
  const claims = readEach(servers, (server) => claimsOfServer(server, authorizations.found, taken, context));
  const uncovered = taken.filter((port) => !servers.some((server) => covers(server, port)));
  const byDefault = readEach(uncovered, (port) => {
    const fallback = defaultOf(port, documents);
    return fallback === null ? [] : [claimOfDefault(port, fallback, context)];
  });
  return {
    claims: [...claims.found, ...byDefault.found, ...past.found.map((port) => claimOfSkipped(port, context))],
    problems: [authorizations, ports, past, claims, byDefault].flatMap(({ problems }) => problems),
  };
};

/** Or may do so. A Server that is damaged is told of once, where its claims are read. */
const covers = (server: ObjectDocument, port: ServicePort): boolean =>
  readEach([server], (each) => [isBehind(each, port) !== false]).found[0] ?? true;

const namespaceOf = (port: ServicePort, documents: readonly SourceDocument[]): ObjectDocument | null =>
  objectsOf(documents, '', ['Namespace']).find(({ object }) => object.name === port.namespace) ?? null;

const isPast = (port: ServicePort, documents: readonly SourceDocument[]): boolean =>
  isSkipped(port.target, workloadOf(port, documents), namespaceOf(port, documents));

/** Null where nobody says that Linkerd's proxy is there. */
const defaultOf = (port: ServicePort, documents: readonly SourceDocument[]): DefaultPolicy | null => {
  const namespace = namespaceOf(port, documents);
  const workload = workloadOf(port, documents);
  if (!isMeshed(workload, namespace)) return null;
  return annotatedPolicy(workload, namespace) ?? clusterPolicy(port.document.root.at());
};

/** What an install says is not in these objects; without a word it is all-unauthenticated. */
const clusterPolicy = (at: Place): DefaultPolicy => ({
  ...{ policy: 'all-unauthenticated', isStated: false, at },
  because: 'no Server selects it and no annotation says otherwise, and Linkerd installs with all-unauthenticated',
});

const workloadOf = (
  { namespace, selector }: ServicePort,
  documents: readonly SourceDocument[],
): ObjectDocument | null =>
  [...objectsOf(documents, 'apps', WORKLOADS), ...objectsOf(documents, '', ['Pod'])].find(({ root, object }) => {
    if (selector === null || object.namespace !== namespace) return false;
    const labels =
      object.kind === 'Pod' ? root.get('metadata', 'labels') : root.get('spec', 'template', 'metadata', 'labels');
    return Object.entries(selector).every(([name, value]) => labels.get(name).text() === value);
  }) ?? null;
