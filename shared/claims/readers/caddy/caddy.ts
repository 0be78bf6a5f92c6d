/** Caddy: its configuration in JSON, as `caddy adapt` and the administration’s `/config/` have it (caddyserver.com/docs/json/apps/http/servers/). */
import type { Claim } from '../../../model/claim.ts';
import { claimOf, readEach, said } from '../../claim-of.ts';
import type { DataDocument, SourceDocument } from '../../document.ts';
import type { Field } from '../../field.ts';
import { printable } from '../../printable.ts';
import type { Reader, ReaderContext } from '../../reader.ts';
import { withoutTwins } from '../without-twins.ts';
import { clientSays } from './caddy-client.ts';
import { headersOf, routesFor, rulesOf, upstreamOf } from './caddy-routes.ts';
import { type Address, addressesIn, hostsOf, policiesIn, type Server, serversIn } from './caddy-server.ts';

const isOwn = (document: SourceDocument): document is DataDocument => {
  if (document.kind !== 'data' || document.object !== null || document.root.kind !== 'map') return false;
  const apps = document.root.get('apps');
  return apps.kind === 'map' && apps.get('http').kind === 'map' && apps.get('http').get('servers').kind === 'map';
};

export const caddy: Reader = {
  name: 'caddy',
  title: 'Caddy',
  exports: ['caddy adapt --config Caddyfile', 'curl localhost:2019/config/'],
  isText: null,
  recognises: isOwn,
  read: (documents, context) => {
    const all = documents.filter(isOwn).map(({ root }) => {
      const http = root.get('apps', 'http');
      const servers = readEach(http.get('servers').entries(), ([name, server]) => [serversIn(http, name, server)]);
      const read = readEach(servers.found, (server) => claimsOf(server, servers.found, context));
      return { claims: read.found, problems: [...servers.problems, ...read.problems] };
    });
    return {
      claims: withoutTwins(all.flatMap(({ claims }) => claims)),
      certificates: [],
      problems: all.flatMap(({ problems }) => problems),
    };
  },
};

const claimsOf = (server: Server, all: readonly Server[], context: ReaderContext): readonly Claim[] =>
  addressesIn(server).flatMap((address) =>
    server.isTls
      ? policiesIn(server).map((policy) => tlsClaim({ server, address, policy, all }, context))
      : [plainClaim(server, address, context)],
  );

type Where = {
  readonly server: Server;
  readonly address: Address;
  readonly policy: Field;
  readonly all: readonly Server[];
};

const tlsClaim = ({ server, address, policy, all }: Where, context: ReaderContext): Claim => {
  const sni = policy
    .get('match', 'sni')
    .texts()
    .map((name) => printable(name));
  const hosts = sni.length > 0 ? sni : hostsOf(server, address);
  const at = { ...policy.at(), object: `server ${server.name}` };
  const routes = routesFor(server.routes, hosts[0] ?? null);
  const rules = rulesOf(routes);
  const [first] = rules;
  const { notes, ...says } = clientSays(policy);
  // Certificates, versions and ciphers do not say who is let in.
  for (const name of [...QUIET, 'match'] as const) policy.get(name).plain();
  policy.get('client_authentication').get('ca').plain();
  return claimOf('caddy', context, {
    at,
    endpoint: {
      ...{ name: `${server.name} ${sni[0] ?? address.text}`, hosts: [...hosts], port: address.port, protocol: 'https' },
      workload: upstreamOf(routes),
    },
    ...says,
    plaintext: said('refused', at, 'the server has TLS'),
    admission: first === undefined ? null : said({ rules: [...rules], otherwise: 'admit' }, first.at),
    otherWays: [...weakerPolicies(server, policy), ...plainWays(hosts, all)],
    headers: [
      ...headersOf(
        server.routes.filter((route) => route.hosts.length === 0 || route.hosts.some((host) => hosts.includes(host))),
      ),
    ],
    notes: [...notes],
    unread: [...policy.unread()],
  });
};

const QUIET = [
  ...['certificate_selection', 'cipher_suites', 'curves', 'alpn', 'protocol_min', 'protocol_max', 'default_sni'],
  ...['fallback_sni', 'insecure_secrets_log'],
] as const;

const ORDER = ['required', 'optional', 'passed-through', 'none'];
const strengthOf = (policy: Field): number => ORDER.indexOf(clientSays(policy).clientCertificate?.value ?? 'none');

/** With `strict_sni_host` (what it is where a policy asks for certificates), `Host` has to be the SNI: 421 else. */
const weakerPolicies = (server: Server, policy: Field): Claim['otherWays'] =>
  server.isStrict !== false
    ? []
    : policiesIn(server)
        .filter((other) => strengthOf(other) > strengthOf(policy))
        .map((other) => ({
          what: `the SNI ${printable(other.get('match', 'sni').texts()[0] ?? 'of no other policy')}, as \`strict_sni_host\` is off`,
          url: null,
          at: { ...other.at(), object: `server ${server.name}` },
        }));

const plainWays = (hosts: readonly string[], all: readonly Server[]): Claim['otherWays'] =>
  all
    .filter(({ isTls }) => !isTls)
    .flatMap((server) =>
      addressesIn(server).flatMap((address) =>
        hostsOf(server, address)
          .filter((host) => hosts.includes(host))
          .map((host) => ({
            what: `the server ${server.name} without TLS`,
            url: address.port === null ? null : `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/`,
            at: { ...server.field.at(), object: `server ${server.name}` },
          })),
      ),
    );

const plainClaim = (server: Server, address: Address, context: ReaderContext): Claim => {
  const at = { ...server.field.at(), object: `server ${server.name}` };
  return claimOf('caddy', context, {
    at,
    endpoint: {
      name: `${server.name} ${address.text}`,
      hosts: [...hostsOf(server, address)],
      port: address.port,
      protocol: 'http',
    },
    clientCertificate: said('none', at, server.whyPlain),
    plaintext: said('allowed', at, server.whyPlain),
  });
};
