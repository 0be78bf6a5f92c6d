/** Whom Linkerd's authorizations let in, as conditions on the proxy's identity: a DNS SAN `ACCOUNT.NAMESPACE.serviceaccount.identity.PLANE.DOMAIN` (linkerd.io/2/reference/authorization-policy). */
import type { Condition, Match } from '../../model/admission.ts';
import type { Field } from '../field.ts';
import type { ObjectDocument } from '../kubernetes-objects.ts';

/** Clients of one authorization: all that hold `all`. */
export type Clients = {
  readonly all: Condition[];
  /** Whether a client without an identity is let in. */
  readonly isOpen: boolean;
  /** Paths that are not understood, as networks are: a claim knows no client's address. */
  readonly unread: string[];
  readonly notes: readonly string[];
};
const NOBODY_ELSE = { isOpen: false, unread: [], notes: [] };

const ofIdentities = (any: Match[]): Clients => ({
  all: [{ field: 'san-dns', not: false, any }],
  ...NOBODY_ELSE,
});
export const ANY_MESHED: Clients = ofIdentities([{ how: 'present', text: '' }]);
export const ANYBODY: Clients = { all: [], isOpen: true, unread: [], notes: [] };

/** `*` alone: every meshed client; `*.x`: all of a domain. */
const identityMatch = (text: string): Match => {
  if (text === '*') return { how: 'present', text: '' };
  return text.startsWith('*') ? { how: 'suffix', text: text.slice(1) } : { how: 'exact', text };
};

/** The control plane's namespace and the trust domain, which follow, are not in the source. */
const accountMatch = (name: string, namespace: string): Match => ({
  how: 'prefix',
  text: `${name}.${namespace}.serviceaccount.identity.`,
});

/** `client` of a ServerAuthorization: exactly one of `meshTLS` and `unauthenticated`, and perhaps `networks`. */
export const clientsOf = (client: Field, namespace: string): Clients => {
  const unread = networksIn(client.get('networks'));
  const tls = client.get('meshTLS');
  if (client.get('unauthenticated').boolean() === true || tls.get('unauthenticatedTLS').boolean() === true)
    return { ...ANYBODY, unread };
  const accounts = tls.get('serviceAccounts').items();
  const any = [
    ...tls.get('identities').texts().map(identityMatch),
    ...accounts.map((each) => accountMatch(each.get('name').text() ?? '', each.get('namespace').text() ?? namespace)),
  ];
  return { ...ofIdentities(any), unread };
};

/** All of `requiredAuthenticationRefs` must hold; without any that asks for an identity, whoever comes is let in. */
export const clientsOfRefs = (refs: readonly Field[], namespace: string, known: readonly ObjectDocument[]): Clients => {
  const each = refs.map((ref) => clientsOfRef(ref, namespace, known));
  return {
    all: each.flatMap(({ all }) => all),
    isOpen: each.every(({ isOpen }) => isOpen),
    unread: each.flatMap(({ unread }) => unread),
    notes: each.flatMap(({ notes }) => notes),
  };
};

const clientsOfRef = (ref: Field, from: string, known: readonly ObjectDocument[]): Clients => {
  const name = ref.get('name').text() ?? '';
  const namespace = ref.get('namespace').text() ?? from;
  const kind = ref.get('kind').text() ?? '';
  ref.get('group').text();
  if (kind === 'ServiceAccount') return ofIdentities([accountMatch(name, namespace)]);
  const document = known.find(
    ({ object }) => object.kind === kind && object.name === name && object.namespace === namespace,
  );
  if (kind === 'MeshTLSAuthentication' && document !== undefined)
    return ofAuthentication(document.root.get('spec'), namespace);
  if (kind === 'NetworkAuthentication' && document !== undefined)
    return { ...ANYBODY, unread: networksIn(document.root.get('spec', 'networks')) };
  const note = `It asks for ${kind} ${namespace}/${name}, which is not in the source.`;
  // One of networks asks for no identity.
  return { ...NOBODY_ELSE, isOpen: kind === 'NetworkAuthentication', all: [], unread: [ref.path], notes: [note] };
};

const ofAuthentication = (spec: Field, namespace: string): Clients => {
  const refs = spec.get('identityRefs').items();
  const any = [
    ...spec.get('identities').texts().map(identityMatch),
    ...refs.map((ref): Match => {
      const name = ref.get('name').text() ?? '';
      if (ref.get('kind').text() === 'Namespace') return { how: 'contains', text: `.${name}.serviceaccount.identity.` };
      return accountMatch(name, ref.get('namespace').text() ?? namespace);
    }),
  ];
  return ofIdentities(any);
};

/** Paths of networks that do not hold every address. */
const networksIn = (networks: Field): string[] => {
  const all = networks.items().map((network) => ({
    network,
    cidr: network.get('cidr').text(),
    hasException: network.get('except').texts().length > 0,
  }));
  const isEverywhere = all.some(({ cidr, hasException }) => cidr === '0.0.0.0/0' && !hasException);
  return isEverywhere ? [] : all.map(({ network }) => network.path);
};
