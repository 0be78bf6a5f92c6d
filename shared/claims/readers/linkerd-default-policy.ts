/** Linkerd's default inbound policies, of the cluster, a namespace, a workload or a Server (linkerd.io/2/reference/authorization-policy, Default policies). */
import type { Place } from '../../model/place.ts';
import { annotationOf, type ObjectDocument } from '../kubernetes-objects.ts';
import { ANY_MESHED, ANYBODY, type Clients } from './linkerd-clients.ts';

export const ANNOTATION = 'config.linkerd.io/default-inbound-policy';
export const POLICIES = [
  'all-unauthenticated',
  'all-authenticated',
  'cluster-authenticated',
  'cluster-unauthenticated',
  'deny',
  'audit',
] as const;
export type Policy = (typeof POLICIES)[number];

const NETWORKS = 'the networks of the cluster';

/** Whom a policy lets in; none for `deny`. `audit` lets everybody in and logs what would be refused. */
export const CLIENTS: Readonly<Record<Policy, Clients | null>> = {
  'all-unauthenticated': ANYBODY,
  'all-authenticated': ANY_MESHED,
  'cluster-authenticated': { ...ANY_MESHED, unread: [NETWORKS] },
  'cluster-unauthenticated': { ...ANYBODY, unread: [NETWORKS] },
  deny: null,
  audit: ANYBODY,
};

/** `isStated`: whether any object of the source says it. */
export type DefaultPolicy = {
  readonly policy: Policy;
  readonly isStated: boolean;
  readonly because: string;
  readonly at: Place;
};

/** The nearest that says one: the workload's pod template, its namespace. Null where neither does. */
export const annotatedPolicy = (
  workload: ObjectDocument | null,
  namespace: ObjectDocument | null,
): DefaultPolicy | null => {
  const own = workload === null ? null : ofTemplate(workload);
  return own ?? (namespace === null ? null : ofObject(namespace));
};

const ofTemplate = ({ root, object }: ObjectDocument): DefaultPolicy | null => {
  const isPod = object.kind === 'Pod';
  const annotations = isPod
    ? root.get('metadata', 'annotations')
    : root.get('spec', 'template', 'metadata', 'annotations');
  const field = annotations.get(ANNOTATION);
  const policy = field.oneOf(POLICIES);
  return policy === null
    ? null
    : { policy, isStated: true, at: field.at(), because: `${ANNOTATION} of the workload is ${policy}` };
};

const ofObject = (document: ObjectDocument): DefaultPolicy | null => {
  const field = document.root.get('metadata', 'annotations').get(ANNOTATION);
  const policy = field.oneOf(POLICIES);
  return policy === null
    ? null
    : { policy, isStated: true, at: field.at(), because: `${ANNOTATION} of the namespace is ${policy}` };
};

/** Whether Linkerd's proxy is injected: the workload's annotation, else the namespace's. */
export const isMeshed = (workload: ObjectDocument | null, namespace: ObjectDocument | null): boolean => {
  const isPod = workload?.object.kind === 'Pod';
  const template = workload?.root.get('spec', 'template', 'metadata', 'annotations').get('linkerd.io/inject').text();
  const own = isPod && workload !== null ? annotationOf(workload, 'linkerd.io/inject') : template;
  const inject = own ?? (namespace === null ? null : annotationOf(namespace, 'linkerd.io/inject'));
  return inject === 'enabled' || inject === 'ingress';
};

export const SKIPPED = 'config.linkerd.io/skip-inbound-ports';

/** Whether a port of the container goes past the proxy: `8080,9000-9010` (linkerd.io/2/reference/proxy-configuration). The workload’s annotation goes before the namespace’s. */
export const isSkipped = (port: string, workload: ObjectDocument | null, namespace: ObjectDocument | null): boolean => {
  const template =
    workload === null || workload.object.kind === 'Pod'
      ? null
      : workload.root.get('spec', 'template', 'metadata', 'annotations').get(SKIPPED).text();
  const own = template ?? (workload === null ? null : annotationOf(workload, SKIPPED));
  const listed = own ?? (namespace === null ? null : annotationOf(namespace, SKIPPED)) ?? '';
  return listed.split(',').some((each) => {
    const [first = '', last = first] = each.trim().split('-');
    return first !== '' && (port === first || (Number(port) >= Number(first) && Number(port) <= Number(last)));
  });
};
