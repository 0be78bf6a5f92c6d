/** ServerAuthorizations and AuthorizationPolicies of Linkerd: for which Servers, and whom they let in. */

import type { Condition, Rule } from '../../model/admission.ts';
import type { Unread } from '../../model/claim.ts';
import type { Field } from '../field.ts';
import { type ObjectDocument, qualifiedName } from '../kubernetes-objects.ts';
import { isSelected } from '../mesh-services.ts';
import { type Clients, clientsOf, clientsOfRefs } from './linkerd-clients.ts';

export type Authorization = {
  readonly name: string;
  readonly clients: Clients;
  readonly appliesTo: (server: ObjectDocument) => boolean;
  /** Conditions on the request, one list for each match of a route; one empty list without a route. */
  readonly requests: readonly { readonly all: Condition[]; readonly unread: string[] }[];
  readonly document: ObjectDocument;
  readonly unread: readonly Unread[];
};

const EVERY_REQUEST = [{ all: [], unread: [] }];
const ROUTES = ['HTTPRoute', 'GRPCRoute'];

export const rulesOf = ({ clients, requests, document }: Authorization): readonly Rule[] =>
  requests.map(({ all, unread }) => ({
    ...{ effect: 'admit', at: document.root.get('spec').at() },
    ...{ all: [...clients.all, ...all], unread: [...clients.unread, ...unread] },
  }));

/** Of one object; `known`: every object of Linkerd, to which it may refer. */
export const authorizationIn = (document: ObjectDocument, known: readonly ObjectDocument[]): Authorization => {
  const { root, object } = document;
  const namespace = object.namespace ?? '';
  const spec = root.get('spec');
  const isOld = object.kind === 'ServerAuthorization';
  const refs = isOld ? [] : spec.get('requiredAuthenticationRefs').items();
  const clients = isOld ? clientsOf(spec.get('client'), namespace) : clientsOfRefs(refs, namespace, known);
  const target = isOld ? ofServer(spec.get('server')) : ofTarget(spec.get('targetRef'), namespace, known);
  return {
    name: `${object.kind} ${qualifiedName(object)}`,
    clients,
    appliesTo: (server) => server.object.namespace === namespace && target.appliesTo(server),
    requests: target.requests,
    document,
    unread: spec.unread(),
  };
};

type Target = Pick<Authorization, 'appliesTo' | 'requests'>;

const ofServer = (server: Field): Target => {
  const name = server.get('name').text();
  const selector = server.get('selector');
  // A selector that is damaged is this object’s fault, and not each Server’s that it is held against.
  isSelected(selector, {});
  const appliesTo: Target['appliesTo'] = ({ object }) =>
    name === null ? selector.isThere && isSelected(selector, object.labels) : object.name === name;
  return { appliesTo, requests: EVERY_REQUEST };
};

const ofTarget = (reference: Field, namespace: string, known: readonly ObjectDocument[]): Target => {
  const kind = reference.get('kind').text() ?? '';
  const name = reference.get('name').text() ?? '';
  reference.get('group').text();
  if (kind === 'Namespace') return { appliesTo: () => true, requests: EVERY_REQUEST };
  if (kind === 'Server') return { appliesTo: ({ object }) => object.name === name, requests: EVERY_REQUEST };
  const route = known.find(
    ({ object }) =>
      ROUTES.includes(object.kind) && object.kind === kind && object.name === name && object.namespace === namespace,
  );
  return route === undefined ? { appliesTo: () => false, requests: [] } : ofRoute(route);
};

/** Which Servers a route belongs to, and which requests it takes (Gateway API, HTTPRouteMatch). */
const ofRoute = ({ root }: ObjectDocument): Target => {
  const parents = root.get('spec', 'parentRefs').items();
  const names = parents
    .filter((parent) => parent.get('kind').text() === 'Server')
    .map((parent) => parent.get('name').text());
  const matches = root
    .get('spec', 'rules')
    .items()
    .flatMap((rule) => rule.get('matches').items());
  return {
    appliesTo: ({ object }) => names.includes(object.name),
    requests: matches.length === 0 ? EVERY_REQUEST : matches.map(requestOf),
  };
};

const PATHS = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' } as const;

const requestOf = (match: Field): { readonly all: Condition[]; readonly unread: string[] } => {
  const method = match.get('method').kind === 'scalar' ? match.get('method').text() : null;
  const path = match.get('path');
  const value = path.get('value').text();
  const how = PATHS[path.get('type').oneOf(['Exact', 'PathPrefix', 'RegularExpression']) ?? 'PathPrefix'];
  const all: Condition[] = [
    ...(method === null
      ? []
      : [{ field: 'method' as const, not: false, any: [{ how: 'exact' as const, text: method }] }]),
    ...(value === null ? [] : [{ field: 'path' as const, not: false, any: [{ how, text: value }] }]),
  ];
  return { all, unread: match.unread().map((each) => each.path) };
};
