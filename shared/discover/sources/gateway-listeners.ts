/**
 * Listeners of the Gateway API, with the hosts of the routes that are attached to them. Client certificates: `spec.tls.frontend` (default and perPort, for HTTPS
 * listeners; gateway-api.sigs.k8s.io, GEP-91), before v1.4 `listeners[].tls.frontendValidation`.
 */
import type { DataDocument } from '../../claims/document.ts';
import type { Field } from '../../claims/field.ts';
import { printable } from '../../claims/printable.ts';
import type { ClientCertificate } from '../../model/claim.ts';
import { type Candidate, candidateOf, type LeftOut, ownerIn } from '../candidate.ts';

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute'];
export const isRoute = ({ object }: DataDocument): boolean => ROUTES.includes(object?.kind ?? '');

/** A route at one of its parents. */
export type Route = {
  readonly kind: string;
  readonly hosts: readonly string[];
  readonly gateway: string;
  readonly namespace: string | null;
  /** Null: at every listener. */
  readonly listener: string | null;
};

export const routesIn = ({ root, object }: DataDocument): readonly Route[] => {
  const hosts = root.get('spec', 'hostnames').texts();
  return root
    .get('spec', 'parentRefs')
    .items()
    .map((parent) => ({
      ...{ kind: object?.kind ?? '', hosts, gateway: parent.get('name').text() ?? '' },
      namespace: parent.get('namespace').text() ?? object?.namespace ?? null,
      listener: parent.get('sectionName').text(),
    }));
};

/** `AllowInsecureFallback` lets clients in without a certificate, too. */
const validationOf = (validation: Field): ClientCertificate | null => {
  if (!validation.get('caCertificateRefs').isThere) return null;
  return validation.get('mode').text() === 'AllowInsecureFallback' ? 'optional' : 'required';
};

const clientCertificateOf = (gateway: Field, listener: Field): ClientCertificate => {
  if (listener.get('tls', 'mode').text() === 'Passthrough') return 'passed-through';
  const own = validationOf(listener.get('tls', 'frontendValidation'));
  if (own !== null || listener.get('protocol').text() !== 'HTTPS') return own ?? 'none';
  const frontend = gateway.get('spec', 'tls', 'frontend');
  const port = listener.get('port').number();
  const perPort = frontend
    .get('perPort')
    .items()
    .find((each) => each.get('port').number() === port);
  const validation = perPort === undefined ? frontend.get('default', 'validation') : perPort.get('tls', 'validation');
  return validationOf(validation) ?? 'none';
};

export const gatewayCandidates = (gateway: DataDocument, all: readonly Route[]): readonly (Candidate | LeftOut)[] => {
  const { object } = gateway;
  const routes = all.filter((each) => each.gateway === object?.name && each.namespace === object.namespace);
  return gateway.root
    .get('spec', 'listeners')
    .items()
    .flatMap((listener) => ofListener(gateway, listener, routes));
};

const ofListener = (
  { root, object }: DataDocument,
  listener: Field,
  routes: readonly Route[],
): readonly (Candidate | LeftOut)[] => {
  const section = listener.get('name').text() ?? '';
  const name = `${object?.namespace ?? 'default'}-${object?.name ?? ''}-${section}`;
  const leftOut = (why: string): readonly LeftOut[] => [
    { what: `listener ${printable(name, 80)}`, why, at: listener.at() },
  ];
  const protocol = listener.get('protocol').text();
  if (protocol !== 'HTTPS' && protocol !== 'TLS')
    return leftOut(`its protocol is ${printable(protocol ?? 'unsaid', 20)}: no TLS`);
  const attached = routes.filter((route) => route.listener === null || route.listener === section);
  const own = listener.get('hostname').text();
  const isExact = own !== null && !own.startsWith('*');
  const hosts = isExact
    ? [own]
    : [...new Set(attached.flatMap((route) => route.hosts))].filter((host) => !host.startsWith('*'));
  const addresses =
    own === null && hosts.length === 0
      ? root
          .get('status', 'addresses')
          .items()
          .flatMap((each) => each.get('value').text() ?? [])
      : [];
  const clientCertificate = clientCertificateOf(root, listener);
  if (hosts.length + addresses.length === 0)
    return leftOut('no name leads to it: a wildcard, and no route or address with one');
  const each = hosts.length > 0 ? hosts.map((host) => [host]) : [addresses];
  return each.map((names) =>
    candidateOf({
      ...{
        name: each.length === 1 ? name : `${name}-${names[0]}`,
        at: listener.at(),
        hosts: names,
        port: listener.get('port').number(),
      },
      ...{ ...schemeOf(protocol, attached), clientCertificate, owner: ownerIn(object?.labels ?? {}) },
      notes: clientCertificate === 'passed-through' ? ['TLS ends at the service behind the Gateway'] : [],
    }),
  );
};

const schemeOf = (protocol: string, routes: readonly Route[]): Pick<Candidate, 'scheme' | 'path'> => {
  if (protocol === 'TLS') return { scheme: 'tls', path: '' };
  const grpc = routes.length > 0 && routes.every(({ kind }) => kind === 'GRPCRoute');
  return grpc ? { scheme: 'grpcs', path: '' } : { scheme: 'https', path: '/' };
};
