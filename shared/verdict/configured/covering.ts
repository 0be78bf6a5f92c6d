/** Which claims of a source speak of an endpoint. */
import type { Claim, Reading } from '../../model/claim.ts';
import type { ConfigurationSource } from '../../model/configuration-source.ts';
import type { Covered } from '../../model/configured.ts';
import { parseHost } from '../../model/host.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Instant } from '../../model/time.ts';

type Named = Pick<Endpoint, 'host' | 'port' | 'serverName' | 'hostHeader' | 'path'>;

/** Null where the source does not speak of it, and the registry does not say that it should. */
export const coveredBy = (
  endpoint: Endpoint,
  { name, maxAge }: Pick<ConfigurationSource, 'name' | 'maxAge'>,
  {
    claims,
    certificates,
    readAt,
    problems = [],
  }: Pick<Reading, 'claims' | 'certificates'> & Partial<Pick<Reading, 'problems'>> & { readonly readAt: Instant },
): Covered | null => {
  const called = endpoint.sources?.[name] ?? null;
  const claimsAt = (path: string): readonly Claim[] =>
    called === null
      ? mostSpecific(
          bestNamed(
            claims.filter((claim) => isAt(claim, { ...endpoint, path })),
            endpoint,
          ),
          path,
        )
      : mostSpecific(named(claims, called), path);
  const own = claimsAt(endpoint.path);
  const routes = endpoint.routes
    .map(({ path }) => [path, claimsAt(path)] as const)
    .filter(([, found]) => !isSame(found, own));
  const held = certificates.filter(({ names }) => names.some((each) => isNameOf(each, endpoint)));
  if (own.length === 0 && routes.length === 0 && held.length === 0 && called === null) return null;
  return {
    ...{ source: name, maxAge, readAt, certificates: held },
    claims: own,
    ...(routes.length > 0 && { routes: Object.fromEntries(routes) }),
    missing: called !== null && own.length === 0 ? called : null,
    ...(problems.length > 0 && { damaged: true as const }),
  };
};

const isSame = (one: readonly Claim[], other: readonly Claim[]): boolean =>
  one.length === other.length && one.every((claim, at) => claim === other[at]);

/** By the whole name; else by its last part, where one endpoint alone has it. */
const named = (claims: readonly Claim[], called: string): readonly Claim[] => {
  const whole = claims.filter(({ endpoint }) => isCalled(endpoint, called));
  return whole.length > 0 ? whole : claims.filter(({ endpoint }) => endpoint.workload === called);
};

/** By its name, or by its name with its port: a service of several ports is several endpoints. */
export const isCalled = ({ name, port }: Pick<Claim['endpoint'], 'name' | 'port'>, called: string): boolean =>
  name === called || (port !== null && `${name}:${port}` === called);

/** Whether a claim is about the endpoint’s host, port and path. One of plain HTTP without a port is not about a port of TLS. */
export const isAt = ({ endpoint: claimed }: Pick<Claim, 'endpoint'>, endpoint: Named): boolean =>
  (claimed.port === null ? claimed.protocol !== 'http' : claimed.port === endpoint.port) &&
  claimed.hosts.some((host) => isNameOf(host, endpoint)) &&
  isForPath(claimed, endpoint.path);

const isForPath = ({ path, exact = false }: Pick<Claim['endpoint'], 'path' | 'exact'>, own: string): boolean =>
  path === null || (exact ? plainPath(own) === path : isBelow(own, path));

const plainPath = (path: string): string => path.split('?')[0] ?? path;

const isBelow = (path: string, prefix: string): boolean => {
  const own = plainPath(path);
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

/** Of one program a whole name answers before a wildcard, and a longer wildcard before a shorter one. Addresses stay: what is asked without a name is not known. */
const bestNamed = (claims: readonly Claim[], { host, serverName, hostHeader }: Named): readonly Claim[] => {
  const names = [host, serverName, hostOf(hostHeader)].flatMap((name) => name ?? []);
  const rank = ({ endpoint: { hosts } }: Claim): number =>
    Math.max(
      ...hosts.flatMap((pattern) => (names.some((name) => matchesHost(pattern, name)) ? [rankOf(pattern)] : [])),
    );
  return ofEachReader(claims, rank);
};
const rankOf = (pattern: string): number => (pattern.startsWith('*') ? pattern.length : Number.POSITIVE_INFINITY);

/** Those of the longest path that the endpoint’s is below: a location decides before its server. */
const mostSpecific = (claims: readonly Claim[], path: string): readonly Claim[] =>
  ofEachReader(claims, ({ endpoint }) => {
    if (endpoint.path === null || !isForPath(endpoint, path)) return 0;
    return endpoint.exact === true ? Number.POSITIVE_INFINITY : endpoint.path.length;
  });

/** Those with the highest rank among the claims of their reader: what another program says of it counts, too. */
const ofEachReader = (claims: readonly Claim[], rank: (claim: Claim) => number): readonly Claim[] => {
  const highest = new Map<string, number>();
  for (const claim of claims)
    highest.set(claim.reader, Math.max(highest.get(claim.reader) ?? Number.NEGATIVE_INFINITY, rank(claim)));
  return claims.filter((claim) => rank(claim) === highest.get(claim.reader));
};
