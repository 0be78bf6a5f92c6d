/** Whom Istio’s policies speak of: ports of Services, and namespaces and workloads where the export has no Services. */
import type { Place } from '../../../model/place.ts';
import { type Labels, labelText } from './istio-labels.ts';
import type { PeerPolicy } from './istio-peer-authentication.ts';
import { isInfrastructure, type Service, type ServicePort, servicePort, workloadsBehind } from './istio-services.ts';
import { dataplaneOf, EVERYTHING, isCaptured, type Workload } from './istio-workloads.ts';
import type { World } from './istio-world.ts';

/** One port of one kind of workload. */
export type Subject = {
  readonly name: string;
  readonly namespace: string;
  /** Null: no Service. */
  readonly service: string | null;
  /** Whether workloads are selected; a Service without a selector selects none. */
  readonly isSelected: boolean;
  readonly at: Place;
  readonly hosts: readonly string[];
  readonly labels: Labels;
  readonly workload: Workload;
  readonly workloadName: string | null;
  readonly port: ServicePort;
  readonly waypoint: string | null;
};
type Subjects = readonly [Subject, ...Subject[]];

/** Each is one claim. `places`: of Namespaces, by their names. */
export const subjectsOf = (world: World, places: ReadonlyMap<string, Place>): readonly Subjects[] =>
  world.services.length > 0 ? ofServices(world) : ofPolicies(world, places);

const ofServices = (world: World): readonly Subjects[] => {
  const gateways = world.gateways.map(({ selector }) => selector);
  return world.services
    .filter((service) => !service.isExternal && !isInfrastructure(service, gateways))
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const [first, ...rest] = workloadsBehind(service, world.workloads, world.namespaces).map((workload) =>
          ofPort(service, servicePort(port, workload), workload, world),
        );
        return first === undefined ? [] : [[first, ...rest] as const];
      }),
    );
};

const ofPort = (service: Service, port: ServicePort, workload: Workload, { namespaces }: World): Subject => {
  const isSelected = service.selector !== null;
  const isKnown = workload.labels !== service.selector;
  return {
    ...{ name: `${service.namespace}/${service.name}`, namespace: service.namespace, service: service.name },
    ...{ at: service.at, hosts: service.hosts, labels: service.labels, port, isSelected },
    workload: isSelected && isCaptured(workload, port.target) ? workload : { ...workload, dataplane: 'none' },
    workloadName: isSelected ? (isKnown ? workload.name : labelText(workload.labels)) : null,
    waypoint: waypointOf(service.waypoint ?? namespaces.get(service.namespace)?.['istio.io/use-waypoint'] ?? null),
  };
};

/** `none` takes one out that its namespace has (istio.io/latest/docs/reference/config/labels). */
const waypointOf = (label: string | null): string | null => (label === 'none' ? null : label);

const NO_PORT: ServicePort = { port: null, target: null, name: null, kind: 'unknown', scheme: null };

const ofPolicies = (world: World, places: ReadonlyMap<string, Place>): readonly Subjects[] => {
  const { rootNamespace } = world.mesh;
  const stated = [...world.peers, ...world.admissions].map(({ namespace }) => namespace);
  const retired = world.retired.flatMap(({ namespace }) => namespace ?? []);
  const names = new Set([...world.namespaces.keys(), ...stated, ...retired].filter((name) => name !== rootNamespace));
  const meshWide = world.peers.find(({ namespace, selector }) => namespace === rootNamespace && selector === null);
  const ofMesh = meshWide?.mode.at ?? world.retired.find(({ namespace }) => namespace === null)?.at;
  return [
    ...(ofMesh === undefined ? [] : [[ofNamespace('*', {}, ofMesh, world)] as const]),
    ...[...names].flatMap((name) => {
      const at = places.get(name) ?? firstPlace(world, name);
      return at === null ? [] : [[ofNamespace(name, {}, at, world)] as const];
    }),
    ...world.peers.flatMap((policy) => ofWorkloads(policy, world)),
  ];
};

const firstPlace = ({ peers, admissions, retired }: World, name: string): Place | null =>
  peers.find(({ namespace }) => namespace === name)?.mode.at ??
  admissions.find(({ namespace }) => namespace === name)?.at ??
  retired.find(({ namespace }) => namespace === name)?.at ??
  null;

const ofNamespace = (namespace: string, labels: Labels, at: Place, { namespaces }: World): Subject => {
  const dataplane = dataplaneOf(namespaces.get(namespace));
  const within = namespace === '*' ? '' : `${namespace}.`;
  return {
    ...{ name: namespace === '*' ? '*' : `${namespace}/*`, namespace, service: null, isSelected: true, at },
    ...{ hosts: [`*.${within}svc.cluster.local`], labels: {}, workloadName: null, port: NO_PORT, waypoint: null },
    // A namespace without the label may still have single workloads in the mesh.
    workload: {
      name: namespace,
      namespace,
      labels,
      dataplane: dataplane === 'none' ? null : dataplane,
      ...{ isWhole: false, ports: new Map(), captures: EVERYTHING },
    },
  };
};

/** The workloads that one policy selects, and each of its ports. */
const ofWorkloads = (policy: PeerPolicy, world: World): readonly Subjects[] => {
  const { selector, namespace } = policy;
  if (selector === null || namespace === world.mesh.rootNamespace) return [];
  const subject = {
    ...ofNamespace(namespace, selector, policy.mode.at, world),
    ...{ name: `${namespace}/${labelText(selector)}`, workloadName: labelText(selector), labels: selector },
  };
  const ports = [...policy.ports].map(([target, { at }]) => ({
    ...subject,
    at,
    port: { ...NO_PORT, port: target, target },
  }));
  return [[subject], ...ports.map((each): Subjects => [each])];
};
