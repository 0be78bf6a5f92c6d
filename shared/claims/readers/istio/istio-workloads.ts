/** What stands behind a Service, as far as an export has it: Pods, and the templates of Deployments, StatefulSets and DaemonSets. */
import type { Field } from '../../field.ts';
import type { ObjectDocument } from '../../kubernetes-objects.ts';
import { type Labels, labelsIn, withoutReplicas } from './istio-labels.ts';

/** What enforces Istio’s policies for it: a proxy of its own, the node’s ztunnel, nothing, or null where the source does not say. */
export type Dataplane = 'sidecar' | 'ambient' | 'none' | null;
export type Captures = { readonly included: readonly string[]; readonly excluded: readonly string[] };
export const EVERYTHING: Captures = { included: ['*'], excluded: [] };
export type Workload = {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Whether it has no other labels. */
  readonly isWhole: boolean;
  readonly dataplane: Dataplane;
  /** Names of its ports → their numbers. */
  readonly ports: ReadonlyMap<string, number>;
  /** Ports that its proxy takes and that it leaves out, as annotations list them; what goes past it, no policy sees. */
  readonly captures: Captures;
};
/** A Namespace’s labels by its name. */
export type Namespaces = ReadonlyMap<string, Labels>;

const TEMPLATES = ['Deployment', 'StatefulSet', 'DaemonSet'];
export const isWorkload = ({ object: { group, kind } }: ObjectDocument): boolean =>
  (group === '' && kind === 'Pod') || (group === 'apps' && TEMPLATES.includes(kind));

/** What the labels of a namespace have done to its workloads (istio.io/latest/docs/reference/config/labels). */
export const dataplaneOf = (labels: Labels | undefined): Dataplane => {
  if (labels === undefined) return null;
  if (labels['istio-injection'] === 'enabled' || (labels['istio.io/rev'] ?? '') !== '') return 'sidecar';
  return labels['istio.io/dataplane-mode'] === 'ambient' ? 'ambient' : 'none';
};

/** Throws `DamagedField`. */
export const workloadIn = ({ root, object }: ObjectDocument, namespaces: Namespaces): Workload => {
  const isPod = object.kind === 'Pod';
  const pod = isPod ? root : root.get('spec', 'template');
  const labels = labelsIn(pod.get('metadata', 'labels'));
  const containers = [
    ...pod.get('spec', 'containers').items(),
    // A sidecar of Kubernetes’ own kind is an init container that goes on.
    ...pod.get('spec', 'initContainers').items(),
  ];
  const hasProxy = containers.some((container) => container.get('name').text() === 'istio-proxy');
  const namespace = object.namespace ?? 'default';
  const ofNamespace = dataplaneOf(namespaces.get(namespace));
  const ports = containers.flatMap((container) =>
    container
      .get('ports')
      .items()
      .flatMap((port) => {
        const name = port.get('name').text();
        const number = port.get('containerPort').port();
        return name === null || number === null ? [] : [[name, number] as const];
      }),
  );
  return {
    name: isPod ? (labels['app.kubernetes.io/name'] ?? labels['app'] ?? object.name) : object.name,
    ...{ namespace, labels: withoutReplicas(labels), ports: new Map(ports) },
    isWhole: true,
    captures: capturesOf(pod.get('metadata', 'annotations')),
    dataplane: hasProxy ? 'sidecar' : ownDataplane(labels, ofNamespace, isPod),
  };
};

/** `includeInboundPorts` is `*` unless it is set (istio.io/latest/docs/reference/config/annotations). */
const capturesOf = (annotations: Field): Captures => {
  const listed = (name: string) =>
    (annotations.get(`traffic.sidecar.istio.io/${name}`).text()?.split(',') ?? null)?.map((port) => port.trim());
  return { included: listed('includeInboundPorts') ?? ['*'], excluded: listed('excludeInboundPorts') ?? [] };
};

export const isCaptured = ({ captures: { included, excluded } }: Workload, port: number | null): boolean =>
  port === null || (!excluded.includes(String(port)) && (included.includes('*') || included.includes(String(port))));

/** Of one in which no proxy stands: a Pod shows what was injected, a template does not. */
const ownDataplane = (labels: Labels, ofNamespace: Dataplane, isPod: boolean): Dataplane => {
  const mode = labels['istio.io/dataplane-mode'];
  if (mode === 'ambient') return 'ambient';
  if (ofNamespace === 'ambient') return mode === 'none' ? 'none' : 'ambient';
  if (isPod || labels['sidecar.istio.io/inject'] === 'false') return 'none';
  return labels['sidecar.istio.io/inject'] === 'true' ? 'sidecar' : ofNamespace;
};

/** One of each set of labels. */
export const distinct = (workloads: readonly Workload[]): readonly Workload[] => [
  ...new Map(
    workloads.map((each) => [
      JSON.stringify([each.namespace, each.dataplane, each.captures, Object.entries(each.labels).toSorted()]),
      each,
    ]),
  ).values(),
];
