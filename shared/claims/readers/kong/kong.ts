/** Kong: what its Admin API lists, or a decK file. One claim for each path of a route. */
import type { Claim } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { DataDocument, SourceDocument } from '../../document.ts';
import { printable } from '../../printable.ts';
import type { Reader, ReaderContext } from '../../reader.ts';
import { type Entities, entitiesIn, isDeck, listedKind, type Route, type Service } from './kong-entities.ts';
import { type MtlsSays, mtlsSays, pluginFor } from './kong-mtls.ts';

const isOwn = (document: SourceDocument): document is DataDocument =>
  document.kind === 'data' && (isDeck(document) || listedKind(document) !== null);

export const kong: Reader = {
  name: 'kong',
  title: 'Kong',
  exports: [
    'deck gateway dump -o -',
    ...['services', 'routes', 'plugins', 'ca_certificates', 'consumers'].map(
      (name) => `curl localhost:8001/${name}?size=1000`,
    ),
  ],
  isText: null,
  recognises: isOwn,
  read: (documents, context) => {
    const own = documents.filter(isOwn);
    const entities = entitiesIn(own);
    const { found, problems } = readEach(entities.routes, (route) => claimsOf(route, entities, context));
    return {
      claims: found,
      certificates: [],
      problems: [...entities.problems, ...problems, ...own.flatMap(moreProblems)],
    };
  },
};

/** A listing that is one page of several says nothing of the others. */
const moreProblems = (document: DataDocument) => {
  const next = isDeck(document) ? null : document.root.get('next');
  return next?.isThere ? [{ at: next.at(), path: 'next', message: 'there are more pages; ask with ?size=1000' }] : [];
};

const claimsOf = (route: Route, entities: Entities, context: ReaderContext): readonly Claim[] => {
  const service = serviceOf(route, entities);
  const { unread, ...says } = saysOf(route, service, entities);
  const paths = route.paths.filter((path) => !path.startsWith('~'));
  const patterns = route.paths.filter((path) => path.startsWith('~'));
  const scheme = schemeOf(route);
  return (paths.length === 0 ? [null] : paths).map((path) =>
    claimOf('kong', context, {
      at: route.at,
      endpoint: {
        ...{ name: `${route.name}${path === null ? '' : ` ${path}`}`, hosts: [...route.hosts], protocol: scheme },
        path: path === '/' ? null : path,
        workload: service?.upstream ?? service?.name ?? null,
      },
      ...says,
      otherWays: [...otherWaysOf(route, service, entities)],
      headers: [...headersOf(route, service, entities)],
      notes: [
        ...says.notes,
        ...patterns.map((path) => `It also leads there where the path matches ${printable(path, 100)}.`),
      ],
      unread: [...unread],
    }),
  );
};

const serviceOf = ({ service }: Route, { services }: Entities): Service | null =>
  services.find(({ keys }) => service !== null && keys.includes(service)) ?? null;

const schemeOf = ({ protocols }: Route): string =>
  ['https', 'grpcs', 'tls'].find((scheme) => protocols.includes(scheme)) ?? (protocols[0] === 'tcp' ? 'tcp' : 'http');

type Says = MtlsSays & Pick<Claim, 'unread'>;

const saysOf = (route: Route, service: Service | null, entities: Entities): Says => {
  const mtls = pluginFor('mtls-auth', route, service, entities);
  if (mtls !== null) {
    const says = mtlsSays(mtls, route, entities);
    for (const name of [
      'cache_ttl',
      'cert_cache_ttl',
      'http_timeout',
      'authenticated_group_by',
      'send_ca_dn',
      'ssl_verify',
    ])
      mtls.config.get(name).plain();
    return { ...says, unread: [...mtls.config.unread()] };
  }
  const asks = pluginFor('tls-handshake-modifier', route, service, entities);
  const header = pluginFor('header-cert-auth', route, service, entities);
  const isHttp = route.protocols.some((protocol) => protocol === 'http' || protocol === 'grpc');
  const at = asks === null ? route.at : { ...asks.field.at(), object: route.at.object };
  return {
    clientCertificate:
      asks === null
        ? said('none', at, 'no `mtls-auth` covers the route')
        : said('passed-through', at, '`tls-handshake-modifier` asks for a certificate and verifies none'),
    plaintext: isHttp
      ? said('allowed', route.at, 'its `protocols` have `http`')
      : said('refused', route.at, 'its `protocols` have no `http`'),
    ...{ authorities: null, revocation: null, expiry: null, admission: null, notes: [] },
    unread: header === null ? [] : [{ at: header.field.at(), path: 'header-cert-auth' }],
  };
};

/** Routes to the same service that ask less. */
const otherWaysOf = (route: Route, service: Service | null, entities: Entities): Claim['otherWays'] => {
  const isStrict = (each: Route) => saysOf(each, service, entities).clientCertificate?.value === 'required';
  if (service === null || !isStrict(route)) return [];
  return entities.routes
    .filter((other) => other !== route && serviceOf(other, entities) === service && !isStrict(other))
    .map((other) => {
      const scheme = schemeOf(other);
      const [host] = other.hosts;
      const isUrl = host !== undefined && !host.includes('*') && (scheme === 'https' || scheme === 'http');
      const path = other.paths.find((each) => !each.startsWith('~')) ?? '/';
      return {
        what: `the route ${other.name} to the same service`,
        url: isUrl ? `${scheme}://${host}${path}` : null,
        at: other.at,
      };
    });
};

/** Of `tls-metadata-headers`, with the names that it has unless they are set. */
const NAMES: Readonly<Record<string, string>> = {
  client_cert_header_name: 'X-Client-Cert',
  client_serial_header_name: 'X-Client-Cert-Serial',
  client_cert_issuer_dn_header_name: 'X-Client-Cert-Issuer-DN',
  client_cert_subject_dn_header_name: 'X-Client-Cert-Subject-DN',
  client_cert_fingerprint_header_name: 'X-Client-Cert-Fingerprint',
};

const headersOf = (route: Route, service: Service | null, entities: Entities): readonly string[] => {
  const plugin = pluginFor('tls-metadata-headers', route, service, entities);
  if (plugin?.config.get('inject_client_cert_details').boolean() !== true) return [];
  return Object.entries(NAMES).map(([name, usual]) => printable(plugin.config.get(name).text() ?? usual, 100));
};
