/** Which claims of a source speak of an endpoint. */
import type { Claim, Reading } from '../../model/claim.ts';
import type { Covered } from '../../model/configured.ts';
import { parseHost } from '../../model/host.ts';
import type { ConfigurationSource, Endpoint } from '../../model/registry.ts';
import type { Instant } from '../../model/time.ts';

type Named = Pick<Endpoint, 'host' | 'port' | 'serverName' | 'hostHeader' | 'path'>;

/** Null where the source does not speak of it, and the registry does not say that it should. */
export const coveredBy = (
  endpoint: Endpoint,
  { name, maxAge }: Pick<ConfigurationSource, 'name' | 'maxAge'>,
  { claims, certificates, readAt }: Pick<Reading, 'claims' | 'certificates'> & { readonly readAt: Instant },
): Covered | null => {
  const called = endpoint.sources?.[name] ?? null;
  const own = called === null ? claims.filter((claim) => isAt(claim, endpoint)) : named(claims, called);
  const held = certificates.filter(({ names }) => names.some((each) => isNameOf(each, endpoint)));
  if (own.length === 0 && held.length === 0 && called === null) return null;
  return {
    ...{ source: name, maxAge, readAt, certificates: held },
    claims: mostSpecific(own, endpoint),
    missing: called !== null && own.length === 0 ? called : null,
  };
};

/** By the whole name; else by its last part, where one endpoint alone has it. */
const named = (claims: readonly Claim[], called: string): readonly Claim[] => {
  const whole = claims.filter(({ endpoint }) => endpoint.name === called);
  return whole.length > 0 ? whole : claims.filter(({ endpoint }) => endpoint.workload === called);
};

/** Whether a claim is about the endpoint’s host and port. */
export const isAt = ({ endpoint: { hosts, port, path } }: Pick<Claim, 'endpoint'>, endpoint: Named): boolean =>
  (port === null || port === endpoint.port) &&
  hosts.some((host) => isNameOf(host, endpoint)) &&
  (path === null || isBelow(endpoint.path, path));

const isBelow = (path: string, prefix: string): boolean => {
  const [own = path] = path.split('?');
  return own === prefix || own.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
};

const isNameOf = (host: string, { host: own, serverName, hostHeader }: Named): boolean =>
  [own, serverName, hostOf(hostHeader)].some((name) => name !== null && matchesHost(host, name));

const hostOf = (header: string): string => header.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

const matchesHost = (pattern: string, name: string): boolean => {
  const wanted = plain(pattern);
  const given = plain(name);
  if (wanted === given) return true;
  const suffix = wanted.startsWith('*.') ? wanted.slice(1) : null;
  return suffix !== null && given.endsWith(suffix) && !given.slice(0, -suffix.length).includes('.');
};

const plain = (name: string): string => {
  const host = parseHost(name.replace(/\.$/, ''));
  return host === null ? name.toLowerCase() : host.name;
};

/** Those of the longest path that the endpoint’s is below: a location decides before its server. */
const mostSpecific = (claims: readonly Claim[], { path }: Named): readonly Claim[] => {
  const lengths = claims.map(({ endpoint }) =>
    endpoint.path !== null && isBelow(path, endpoint.path) ? endpoint.path.length : 0,
  );
  const longest = Math.max(0, ...lengths);
  return claims.filter((_, at) => lengths[at] === longest);
};
