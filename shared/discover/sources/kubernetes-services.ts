/** Services of Kubernetes: their ports that speak TLS by name, `appProtocol` or number. */
import type { DataDocument } from '../../claims/document.ts';
import type { Field } from '../../claims/field.ts';
import { printable } from '../../claims/printable.ts';
import { type Candidate, candidateOf, type LeftOut, ownerIn } from '../candidate.ts';
import { annotationOf } from './kubernetes-ingress.ts';

const TLS_PORTS = [443, 6443, 8443, 9443];
/** Names of ports and values of `appProtocol`, as schemes of a registry. */
const SCHEMES: readonly (readonly [RegExp, string])[] = [
  [/^grpcs|^kubernetes\.io\/grpcs/, 'grpcs'],
  [/https/, 'https'],
  [/^mqtts/, 'mqtts'],
  [/^postgres/, 'postgres'],
  [/^rediss/, 'rediss'],
  [/(^|-)m?tls(-|$)/, 'tls'],
];

const schemeOf = (port: Field): string | null => {
  const words = [port.get('appProtocol').text(), port.get('name').text()].flatMap((word) => word?.toLowerCase() ?? []);
  const said = SCHEMES.find(([form]) => words.some((word) => form.test(word)));
  if (said !== undefined) return said[1];
  return TLS_PORTS.includes(port.get('port').number() ?? 0) ? 'https' : null;
};

export const serviceCandidates = ({ root, object }: DataDocument): readonly (Candidate | LeftOut)[] => {
  const [namespace, own] = [object?.namespace ?? 'default', object?.name ?? ''];
  const leftOut = (why: string): readonly LeftOut[] => [
    { what: `Service ${printable(`${namespace}/${own}`, 80)}`, why, at: root.at() },
  ];
  if (root.get('spec', 'type').text() === 'ExternalName')
    return leftOut('it is a name for something outside (ExternalName)');
  const ports = root
    .get('spec', 'ports')
    .items()
    .flatMap((field) => {
      const scheme = field.get('protocol').text() === 'UDP' ? null : schemeOf(field);
      return scheme === null ? [] : [{ field, scheme, port: field.get('port').number() }];
    });
  if (ports.length === 0) return leftOut('none of its ports is called https, grpcs or tls, or is a usual TLS port');
  return ports.map(({ field, scheme, port }) =>
    candidateOf({
      ...{ name: ports.length === 1 ? `${namespace}-${own}` : `${namespace}-${own}-${port}`, at: field.at() },
      ...{ hosts: hostsOf(root, namespace, own), port, scheme, path: scheme === 'https' ? '/' : '' },
      owner: ownerIn(object?.labels ?? {}),
    }),
  );
};

/** From outside first: of the load balancer; else the name in the cluster. */
const hostsOf = (root: Field, namespace: string, name: string): readonly string[] => {
  const external =
    annotationOf(root, 'external-dns.alpha.kubernetes.io/hostname')
      ?.split(',')
      .map((each) => each.trim()) ?? [];
  const balancer = root
    .get('status', 'loadBalancer', 'ingress')
    .items()
    .flatMap((each) => each.get('hostname').text() ?? each.get('ip').text() ?? []);
  return [...external, ...balancer, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`].filter(
    (each) => each !== '',
  );
};
