/** Which candidates are one endpoint, and which endpoints a registry already has. */
import type { ClientCertificate } from '../model/claim.ts';
import { parseHost } from '../model/host.ts';
import type { Endpoint } from '../model/registry.ts';
import { ownPort, SCHEME_NAMES } from '../protocol/protocols.ts';
import type { Candidate } from './candidate.ts';

const plainHost = (host: string): string => (parseHost(host)?.name ?? host).toLowerCase().replace(/\.$/, '');

/** Null where neither the source nor the scheme has one. */
export const portOf = ({ port, scheme }: Pick<Candidate, 'port' | 'scheme'>): number | null => {
  const known = SCHEME_NAMES.find((name) => name === scheme);
  return port ?? (known === undefined ? null : ownPort(known));
};

/** Every address of a machine: nothing that a client could dial. */
const EVERYWHERE = ['', '0.0.0.0', '::', '[::]', '_', '*'];

/** What stands where a character could not be shown or a text was cut: the name is not the source’s. Between two letters l a dot is one of IDNA (RFC 5892 A.3). */
const CHANGED = /(?<!l)·|·(?!l)|…/i;

/** Whether a client can dial it. */
export const isName = (host: string): boolean =>
  !host.includes('*') && !EVERYWHERE.includes(host) && !CHANGED.test(host);

/** `payments.corp.example 8443`, for each name that leads to it. */
const keysOf = (candidate: Candidate): readonly string[] =>
  candidate.hosts.filter(isName).map((host) => `${plainHost(host)} ${portOf(candidate)}`);

type Watched = Pick<Endpoint, 'name' | 'url' | 'host' | 'port' | 'serverName' | 'sources'>;
/** Finds the endpoint at which a candidate is watched; null where there is none. */
export type Watching = (candidate: Candidate) => Watched | null;

export const watchedBy = (endpoints: readonly Watched[]): Watching => {
  const byPlace = new Map<string, Watched>();
  for (const endpoint of endpoints)
    for (const host of [endpoint.host, endpoint.serverName ?? endpoint.host])
      byPlace.set(`${plainHost(host)} ${endpoint.port}`, endpoint);
  return (candidate) => {
    for (const key of keysOf(candidate)) {
      const found = byPlace.get(key);
      if (found !== undefined) return found;
    }
    return calledSo(candidate, endpoints) ?? watchedBelow(candidate, endpoints);
  };
};

/** An endpoint of the registry that says what it is called in one of its sources, with its port or without. */
const calledSo = ({ name, port }: Candidate, endpoints: readonly Watched[]): Watched | null =>
  endpoints.find(({ sources = {} }) =>
    Object.values(sources).some((called) => called === name || called === `${name}:${port}`),
  ) ?? null;

/** A wildcard has no name to ask: it is watched where one of the names below it is. */
const watchedBelow = (candidate: Candidate, endpoints: readonly Watched[]): Watched | null => {
  const below = candidate.hosts.flatMap((host) => (/^\*\.[^*]+$/.test(host) ? [plainHost(host.slice(2))] : []));
  const isBelow = (name: string) => below.some((each) => plainHost(name).endsWith(`.${each}`));
  const port = portOf(candidate);
  return (
    endpoints.find((each) => each.port === port && (isBelow(each.host) || isBelow(each.serverName ?? each.host))) ??
    null
  );
};

/** Those that lead to the same host and port are one, which has what any of them says; the first says most. */
export const combined = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const all: Candidate[] = [];
  const places = new Map<string, number>();
  for (const candidate of candidates) {
    const keys = keysOf(candidate);
    const at = keys.flatMap((key) => places.get(key) ?? [])[0];
    const same = at === undefined ? undefined : all[at];
    const index = same === undefined || at === undefined ? all.push(candidate) - 1 : at;
    if (same !== undefined) all[index] = together(same, candidate);
    for (const key of keys) places.set(key, index);
  }
  return all;
};

/** The part that asks for no certificate says least. */
const together = (one: Candidate, other: Candidate): Candidate =>
  one.clientCertificate === 'none' && asksMore(other) !== null ? both(other, one) : both(one, other);

const both = (one: Candidate, other: Candidate): Candidate => ({
  ...one,
  hosts: [...new Set([...one.hosts, ...other.hosts])],
  serverName: one.serverName ?? other.serverName,
  owner: one.owner ?? other.owner,
  clientCertificate: asksMore(one) ?? asksMore(other) ?? one.clientCertificate ?? other.clientCertificate,
  identity: one.identity ?? other.identity,
  ca: one.ca ?? other.ca,
  trustBundle: one.trustBundle ?? other.trustBundle,
  admits: distinct(one.admits, other.admits),
  principals: distinct(one.principals, other.principals),
  routes: one.routes.length > 0 ? one.routes : other.routes,
  bypasses: distinct(one.bypasses, other.bypasses),
  notes: distinct([...one.notes, ...partly(one, other)], other.notes),
});

const asksMore = ({ clientCertificate }: Candidate): ClientCertificate | null =>
  clientCertificate === 'none' ? null : clientCertificate;

/** Where one part of an endpoint asks for a certificate and another does not. */
const partly = (one: Candidate, other: Candidate): readonly string[] => {
  const without = [one, other].filter(({ clientCertificate }) => clientCertificate === 'none');
  return without.length === 1
    ? [`decide: ${without[0]?.name} is a part of it that asks for no client certificate`]
    : [];
};

const distinct = (one: readonly string[], other: readonly string[]): readonly string[] => [
  ...new Set([...one, ...other]),
];
