/** Endpoints that may share an address and a port: where one relying party serves several names, one may open another. */
import { parseHost } from '../model/host.ts';
import type { Endpoint, Sibling } from '../model/registry.ts';
import { recordOf } from '../protocol/protocols.ts';

/** Each costs checks of its own: those after it are left out. */
const MOST = 8;

/** `a.corp.example` and `b.corp.example` are often one load balancer; whether they are, their addresses tell when they are asked. */
const isNear = (one: string, other: string): boolean =>
  one === other || (isName(one) && isName(other) && parentOf(one) === parentOf(other));
const isName = (host: string): boolean => parseHost(host)?.kind === 'dns';
const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1);

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

/** Only where a protocol names the server twice. */
const namesTwice = ({ protocol }: Endpoint): boolean => recordOf(protocol.kind).namesServerTwice;

export const withSiblings = (endpoints: readonly Endpoint[]): readonly Endpoint[] => {
  const byPort = Map.groupBy(endpoints.filter(namesTwice), ({ port }) => port);
  return endpoints.map((endpoint) => {
    const near = (byPort.get(endpoint.port) ?? []).filter(
      (other) => other.name !== endpoint.name && isNear(other.host, endpoint.host),
    );
    const first = near.toSorted(
      (one, other) => Number(other.host === endpoint.host) - Number(one.host === endpoint.host),
    );
    return namesTwice(endpoint) ? { ...endpoint, siblings: first.slice(0, MOST).map(siblingOf) } : endpoint;
  });
};
