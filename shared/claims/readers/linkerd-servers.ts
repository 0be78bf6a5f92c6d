/** What Linkerd's policies say of each Server, and of each Service that no Server selects. */

import type { Admission, Rule } from '../../model/admission.ts';
import type { Claim } from '../../model/claim.ts';
import type { Place } from '../../model/place.ts';
import { claimOf, said } from '../claim-of.ts';
import type { Field } from '../field.ts';
import { type ObjectDocument, qualifiedName } from '../kubernetes-objects.ts';
import { isSamePort, isSelected, type ServicePort, selectorText } from '../mesh-services.ts';
import { printable } from '../printable.ts';
import type { ReaderContext } from '../reader.ts';
import { type Authorization, rulesOf } from './linkerd-authorizations.ts';
import { CLIENTS, type DefaultPolicy, POLICIES, type Policy, SKIPPED } from './linkerd-default-policy.ts';

type Endpoint = Pick<Claim, 'endpoint' | 'at'>;

/** One for each port of a Service that leads to it; one without a host where none is in the source. */
export const claimsOfServer = (
  server: ObjectDocument,
  authorizations: readonly Authorization[],
  ports: readonly ServicePort[],
  context: ReaderContext,
): readonly Claim[] => {
  const spec = server.root.get('spec');
  const own = authorizations.filter(({ appliesTo }) => appliesTo(server));
  const field = spec.get('accessPolicy');
  const policy = field.oneOf(POLICIES) ?? 'deny';
  const fallback = { policy, isStated: true, at: field.at(), because: `accessPolicy of the Server is ${policy}` };
  const who = whoIsAdmitted(own, fallback, spec.at());
  const workload = selectorText(spec.get('podSelector'));
  spec.get('proxyProtocol').text();
  const leading = ports.filter((port) => isBehind(server, port) === true);
  return endpointsOf(server, workload, leading).map((endpoint) =>
    claimOf('linkerd', context, {
      ...endpoint,
      ...who,
      policy: 'present',
      notes: own.flatMap(({ clients }) => clients.notes).map((note) => printable(note)),
      unread: [...spec.unread(), ...own.flatMap(({ unread }) => unread)],
    }),
  );
};

/** Whether every pod of the Service’s port is the Server’s. Null where a name of a port is compared with a number. */
export const isBehind = (
  { root, object }: ObjectDocument,
  { namespace, selector, target }: ServicePort,
): boolean | null => {
  const spec = root.get('spec');
  const isOthers = object.namespace !== namespace || selector === null || !spec.get('podSelector').isThere;
  if (isOthers || !isSelected(spec.get('podSelector'), selector)) return false;
  return isSamePort(spec.get('port').text() ?? '', target);
};

export const claimOfDefault = (port: ServicePort, fallback: DefaultPolicy, context: ReaderContext): Claim =>
  claimOf('linkerd', context, {
    ...endpointOfPort(port, null),
    ...whoIsAdmitted([], fallback, fallback.at),
    policy: fallback.isStated ? 'present' : 'absent',
    notes: [],
  });

/** Of a port that `skip-inbound-ports` takes past the proxy. */
export const claimOfSkipped = (port: ServicePort, context: ReaderContext): Claim =>
  claimOf('linkerd', context, {
    ...endpointOfPort(port, null),
    notes: [`${SKIPPED} has the port: it goes past the proxy, and Linkerd enforces nothing there.`],
  });

const endpointsOf = (
  server: ObjectDocument,
  workload: string,
  leading: readonly ServicePort[],
): readonly Endpoint[] => {
  if (leading.length > 0) return leading.map((port) => endpointOfPort(port, workload));
  const { root, object } = server;
  const port = portOf(root.get('spec', 'port'));
  const protocol = null;
  const rest = { hosts: [], port, workload: printable(workload), protocol, path: null, labels: { ...object.labels } };
  return [{ at: root.at(), endpoint: { name: printable(qualifiedName(object)), ...rest } }];
};

/** Null for a named port: its number is the pod's. */
const portOf = (field: Field): number | null => (/^\d+$/.test(field.text() ?? '') ? field.port() : null);

const endpointOfPort = (
  { service, hosts, port, labels, document }: ServicePort,
  workload: string | null,
): Endpoint => ({
  at: document.root.at(),
  endpoint: {
    name: printable(`${service}:${port}`),
    ...{ hosts, port, workload: workload === null ? null : printable(workload), protocol: null, path: null },
    labels: { ...labels },
  },
});

/** Without TLS there is no identity: what lets somebody in without one lets plaintext in. */
const whoIsAdmitted = (own: readonly Authorization[], fallback: DefaultPolicy, at: Place) => {
  const open = own.find(({ clients }) => clients.isOpen);
  const byDefault = CLIENTS[fallback.policy];
  const isOpen = open !== undefined || (byDefault?.isOpen ?? false);
  const because = open === undefined ? fallback.because : `${open.name} lets clients in without an identity`;
  const place = open === undefined ? fallback.at : open.document.root.at();
  const authorized =
    own.length === 0 ? 'no authorization applies' : `as ${own.map(({ name }) => name).join(' and ')} say`;
  return {
    clientCertificate: said(isOpen ? ('optional' as const) : ('required' as const), place, printable(because)),
    plaintext: said(isOpen ? ('allowed' as const) : ('refused' as const), place, printable(because)),
    admission: said(admissionOf(own, fallback), at, printable(`${authorized}; else ${fallback.because}`)),
  };
};

const admissionOf = (
  own: readonly Authorization[],
  { policy, at }: { readonly policy: Policy; readonly at: Place },
): Admission => {
  const byDefault = CLIENTS[policy];
  const rules: Rule[] = own.flatMap(rulesOf);
  if (byDefault === null) return { rules, otherwise: 'refuse' };
  if (byDefault.isOpen && byDefault.unread.length === 0) return { rules, otherwise: 'admit' };
  const { all, unread } = byDefault;
  return { rules: [...rules, { effect: 'admit', all, unread, at }], otherwise: 'refuse' };
};
