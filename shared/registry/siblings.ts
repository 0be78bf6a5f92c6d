/** Endpoints that may share an address and a port: if one relying party serves several names, one name may bypass the checks of another. */
import { parseHost } from '../model/host.ts';
import type { Endpoint, Sibling } from '../model/registry.ts';
import { recordOf } from '../protocol/protocols.ts';

/** Most siblings of an endpoint: each costs checks of its own. */
const MOST = 8;

const siblingOf = ({ name, host, port, path, serverName, hostHeader, http, admits }: Endpoint): Sibling => ({
  name,
  host,
  port,
  path,
  serverName,
  hostHeader,
  method: http.method,
  admits,
});

const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1);

/** Hosts with one parent name, such as `a.corp.example` and `b.corp.example`, are often one load balancer. The probe compares their addresses. */
const neighbourhoodOf = (host: string): string =>
  parseHost(host)?.kind === 'dns' ? `below ${parentOf(host)}` : `at ${host}`;

type Groups = ReadonlyMap<string, readonly Sibling[]>;
type Near = { readonly sameHost: Groups; readonly neighbourhood: Groups; readonly keyOf: (host: string) => string };

/** Groups the endpoints by host and by neighbourhood. Parses each host once: a registry may have ten thousand endpoints. */
const grouped = (endpoints: readonly Endpoint[]): Near => {
  const all = endpoints.filter(({ protocol }) => recordOf(protocol.kind).namesServerTwice).map(siblingOf);
  const neighbourhoods = new Map(
    [...new Set(all.map(({ host }) => host))].map((host) => [host, neighbourhoodOf(host)]),
  );
  const keyOf = (host: string): string => neighbourhoods.get(host) ?? neighbourhoodOf(host);
  return {
    sameHost: Map.groupBy(all, ({ host, port }) => `${port} ${host}`),
    neighbourhood: Map.groupBy(all, ({ host, port }) => `${port} ${keyOf(host)}`),
    keyOf,
  };
};

/** Returns at most `MOST` siblings: first those with the same host, then the others, each in the registry's order. */
const siblingsOf = ({ name, host, port }: Endpoint, { sameHost, neighbourhood, keyOf }: Near): readonly Sibling[] => {
  const here = firstOf(sameHost.get(`${port} ${host}`) ?? [], MOST, (other) => other.name !== name);
  const missing = MOST - here.length;
  if (missing === 0) return here;
  const near = neighbourhood.get(`${port} ${keyOf(host)}`) ?? [];
  return [...here, ...firstOf(near, missing, (other) => other.host !== host && other.name !== name)];
};

const firstOf = <T>(all: readonly T[], most: number, wanted: (each: T) => boolean): readonly T[] => {
  const found: T[] = [];
  for (const each of all) {
    if (found.length >= most) break;
    if (wanted(each)) found.push(each);
  }
  return found;
};

/** Fills in `siblings`, for protocols that name the server twice (HTTP) only. */
export const withSiblings = (endpoints: readonly Endpoint[]): readonly Endpoint[] => {
  const near = grouped(endpoints);
  return endpoints.map((endpoint) =>
    recordOf(endpoint.protocol.kind).namesServerTwice
      ? { ...endpoint, siblings: siblingsOf(endpoint, near) }
      : endpoint,
  );
};
