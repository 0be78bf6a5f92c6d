/** Services of Kubernetes: the endpoints of which Istio’s policies say something. */

import type { Place } from '../../../model/place.ts';
import type { Field } from '../../field.ts';
import { knownWord } from '../../known-word.ts';
import type { ObjectDocument } from '../../kubernetes-objects.ts';
import { isSubset, type Labels } from './istio-labels.ts';
import { dataplaneOf, distinct, EVERYTHING, type Namespaces, type Workload } from './istio-workloads.ts';

export type ServicePort = {
  /** Null where a policy speaks of no port. */
  readonly port: number | null;
  /** Where the workload listens; null where the source does not say. */
  readonly target: number | null;
  readonly name: string | null;
  readonly kind: 'http' | 'opaque' | 'unknown';
  /** A scheme of a registry. */
  readonly scheme: string | null;
};

export type Service = {
  readonly name: string;
  readonly namespace: string;
  readonly at: Place;
  readonly hosts: readonly string[];
  readonly labels: Labels;
  readonly selector: Labels | null;
  readonly isExternal: boolean;
  readonly ports: readonly StatedPort[];
  readonly waypoint: string | null;
};
/** `target`: a number, or a name that a workload gives to one. */
type StatedPort = Omit<ServicePort, 'target'> & { readonly target: number | string };

/** Throws `DamagedField`. */
export const serviceIn = ({ root, object }: ObjectDocument): Service => {
  const spec = root.get('spec');
  const namespace = object.namespace ?? 'default';
  const balancers = root.get('status', 'loadBalancer', 'ingress').items();
  const cluster = `${object.name}.${namespace}`;
  const selector = spec.get('selector');
  return {
    ...{ name: object.name, namespace, at: root.at(), labels: object.labels },
    hosts: [
      ...[`${cluster}.svc.cluster.local`, `${cluster}.svc`, cluster],
      ...[spec.get('clusterIP').text() ?? 'None'].filter((address) => address !== 'None' && address !== ''),
      ...spec.get('externalIPs').texts(),
      ...balancers.flatMap((each) => each.get('hostname').text() ?? each.get('ip').text() ?? []),
    ],
    selector: selector.isThere ? selectorLabels(selector) : null,
    isExternal: spec.get('type').text() === 'ExternalName',
    ports: spec.get('ports').items().flatMap(portIn),
    waypoint: object.labels['istio.io/use-waypoint'] ?? null,
  };
};

const selectorLabels = (selector: Field): Labels | null => {
  const labels = Object.fromEntries(selector.entries().map(([name, value]) => [name, value.text() ?? '']));
  return Object.keys(labels).length === 0 ? null : labels;
};

const portIn = (port: Field): readonly StatedPort[] => {
  const number = port.get('port').port();
  if (number === null) throw port.damaged('a port without its number');
  if ((port.get('protocol').text() ?? 'TCP') !== 'TCP') return [];
  const target = port.get('targetPort').text() ?? String(number);
  const name = port.get('name').text();
  return [
    {
      ...{ port: number, name, target: /^\d+$/.test(target) ? Number(target) : target },
      ...protocolOf(port.get('appProtocol').text() ?? name ?? ''),
    },
  ];
};

const HTTP: Readonly<Record<string, string>> = { http: 'https', http2: 'https', 'grpc-web': 'https', grpc: 'grpcs' };
const OPAQUE: Readonly<Record<string, string | null>> = {
  ...{ tcp: 'tls', tls: 'tls', https: 'https', redis: 'rediss', mysql: null, mongo: null },
};

/** `<protocol>[-<suffix>]` (istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection). Scheme: as it is inside mutual TLS. */
const protocolOf = (name: string): Pick<ServicePort, 'kind' | 'scheme'> => {
  const word = name.startsWith('grpc-web') ? 'grpc-web' : (name.toLowerCase().split('-')[0] ?? '');
  const http = knownWord(HTTP, word);
  if (http !== undefined) return { kind: 'http', scheme: http };
  return Object.hasOwn(OPAQUE, word)
    ? { kind: 'opaque', scheme: knownWord(OPAQUE, word) ?? null }
    : { kind: 'unknown', scheme: null };
};

/** Proxies that stand alone and the control plane: no PeerAuthentication decides for them. */
export const isInfrastructure = ({ labels, selector }: Service, gateways: readonly Labels[]): boolean => {
  const all = { ...selector, ...labels };
  const role = all['istio'] ?? '';
  return (
    all['app'] === 'istiod' ||
    ['pilot', 'ingressgateway', 'egressgateway', 'eastwestgateway'].includes(role) ||
    Object.hasOwn(all, 'gateway.networking.k8s.io/gateway-name') ||
    (selector !== null && gateways.some((gateway) => isSubset(gateway, selector)))
  );
};

/** Those behind a Service; where the export has none, one of which no more is known than that the Service selects it. */
export const workloadsBehind = (
  { selector, namespace, name }: Pick<Service, 'selector' | 'namespace' | 'name'>,
  workloads: readonly Workload[],
  namespaces: Namespaces,
): readonly Workload[] => {
  const labels = selector ?? {};
  const found = distinct(workloads.filter((each) => each.namespace === namespace && isSubset(labels, each.labels)));
  const dataplane = dataplaneOf(namespaces.get(namespace));
  return found.length > 0 && selector !== null
    ? found
    : [{ name, namespace, labels, dataplane, isWhole: false, ports: new Map(), captures: EVERYTHING }];
};

export const servicePort = ({ target, ...port }: StatedPort, { ports }: Workload): ServicePort => ({
  ...port,
  target: typeof target === 'number' ? target : (ports.get(target) ?? null),
});
