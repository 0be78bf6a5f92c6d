/** One port, two names, client authentication for one of them: whoever leaves that name out of the handshake, or takes the other's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checked, LabEndpoint } from '../../helpers/registry.ts';
import type { Running } from '../servers/lab-server.ts';
import { caddy } from './caddy-sites.ts';
import { direct, downstreamTls, http, inspector } from './envoy-parts.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';
import { apache, envoy, haproxy, isMissing, nginx, type Terminator } from './proxies.ts';

let lab: Lab;
let checked: Checked;

/** Client authentication for strict.localhost, none for any other name; the backend is found by Host. */
const haproxySites = async (options: string, rules: string) => {
  const { ca } = lab.files;
  const list = await lab.write(
    'crt-list',
    `$pem [verify required ca-file ${ca}] strict.localhost\n$pem open.localhost\n`.replaceAll(
      '$pem',
      `${lab.files.directory}/server.pem`,
    ),
  );
  return haproxy(
    lab,
    `
frontend lab
  $bind crt-list ${list} ${options} ssl-min-ver TLSv1.2
  ${rules}
  acl strict req.hdr(host) -m beg strict.localhost
  http-request return status 200 content-type text/plain string "payments: ok\\n" if strict
  http-request return status 200 content-type text/plain string "welcome\\n"`,
  );
};
const HOST_IS_SNI = 'http-request deny deny_status 421 unless { ssl_fc_sni,strcmp(txn.host) eq 0 }';

/** A filter chain a name. `shared`: each has every host. `default-page`: whoever names none of them gets the same page whatever the host. */
const envoySites = (kind: 'own' | 'shared' | 'default-page') => {
  const welcome = { direct_response: { status: 200, body: { inline_string: 'welcome\n' } } };
  const both = { 'strict.localhost': direct, '*': welcome };
  const others = { own: { 'open.localhost': welcome }, shared: both, 'default-page': { '*': welcome } }[kind];
  return envoy(lab, {
    listener_filters: [inspector],
    filter_chains: [
      {
        filter_chain_match: { server_names: ['strict.localhost'] },
        transport_socket: downstreamTls(lab, { required: true }),
        filters: [http(kind === 'shared' ? both : { 'strict.localhost': direct })],
      },
      {
        ...(kind === 'own' ? { filter_chain_match: { server_names: ['open.localhost'] } } : {}),
        transport_socket: downstreamTls(lab, null),
        filters: [http(others)],
      },
    ],
  });
};

/** nginx answers 421 where Host is another server's that wants certificates, but for a client that named none of its own accord. */
const nginxSites = (fallback: string) =>
  nginx(
    lab,
    `server { $listen default_server; server_name _; ${fallback} }
     server { $listen; server_name strict.localhost; ssl_client_certificate ${lab.files.ca}; ssl_verify_client on;
       location / { return 200 "payments: ok\\n"; } }
     server { $listen; server_name open.localhost; location / { return 200 "welcome\\n"; } }`,
  );
/** Both names are one application behind one proxy_pass; client authentication is by name. */
const nginxOneApplication = () =>
  nginx(
    lab,
    `server { $listen default_server; server_name open.localhost; location / { return 200 "payments: ok\\n"; } }
     server { $listen; server_name strict.localhost; ssl_client_certificate ${lab.files.ca}; ssl_verify_client on;
       location / { return 200 "payments: ok\\n"; } }`,
  );

const apacheSites = (check: 'on' | 'off', compat = '') =>
  apache(
    lab,
    `SSLStrictSNIVHostCheck ${check}
${compat}
<VirtualHost *:$port>
  ServerName open.localhost
  SSLEngine on
  ErrorDocument 200 "welcome"
  RewriteEngine on
  RewriteRule ^ - [R=200,L]
</VirtualHost>
<VirtualHost *:$port>
  ServerName strict.localhost
  SSLEngine on
  SSLCACertificateFile ${lab.files.ca}
  SSLVerifyClient require
  ErrorDocument 200 "payments: ok"
  RewriteEngine on
  RewriteRule ^ - [R=200,L]
</VirtualHost>`,
  );

type Row = { readonly name: string; readonly by: Terminator; readonly start: () => Promise<Running> };
const ROWS: readonly Row[] = [
  { name: 'haproxy-by-host', by: 'haproxy', start: () => haproxySites('', '') },
  {
    name: 'haproxy-compares',
    by: 'haproxy',
    start: () => haproxySites('', `http-request set-var(txn.host) req.hdr(host),field(1,:),lower\n  ${HOST_IS_SNI}`),
  },
  // Unknown names are refused, the neighbour's is not.
  { name: 'haproxy-strict-sni', by: 'haproxy', start: () => haproxySites('strict-sni', '') },
  { name: 'envoy-shared-hosts', by: 'envoy', start: () => envoySites('shared') },
  { name: 'envoy-own-hosts', by: 'envoy', start: () => envoySites('own') },
  { name: 'nginx-421', by: 'nginx', start: () => nginxSites('return 404;') },
  { name: 'nginx-reject', by: 'nginx', start: () => nginxSites('ssl_reject_handshake on;') },
  { name: 'nginx-welcome', by: 'nginx', start: () => nginxSites('location / { return 200 "welcome\\n"; }') },
  { name: 'nginx-one-application', by: 'nginx', start: nginxOneApplication },
  { name: 'envoy-default-page', by: 'envoy', start: () => envoySites('default-page') },
  { name: 'caddy-strict', by: 'caddy', start: () => caddy(lab, true) },
  { name: 'caddy-lax', by: 'caddy', start: () => caddy(lab, false) },
  { name: 'apache-strict', by: 'apache', start: () => apacheSites('on') },
  { name: 'apache-lax', by: 'apache', start: () => apacheSites('off') },
];

beforeAll(async () => {
  lab = await startLab();
  const endpoints: LabEndpoint[] = [];
  for (const { name, start } of ROWS.filter((row) => !isMissing(row.by))) {
    const { port } = await lab.keep(start());
    endpoints.push(strictEndpoint(name, port), {
      ...strictEndpoint(`${name}-neighbour`, port),
      serverName: 'open.localhost',
      hostHeader: 'open.localhost',
    });
  }
  checked = await lab.check(endpoints, { args: ['--suite', 'enforcement'] });
}, 60_000);
afterAll(() => lab.end());

const ALERT = 'pass REJECTED_BY_TLS_ALERT';
const UNCLEAR = 'inconclusive AMBIGUOUS_ANSWER';
const STATUS = 'pass REJECTED_BY_HTTP_STATUS';
const CLOSE = 'pass REJECTED_BY_CLOSE';
const OPEN = 'fail ACCEPTED_SNI_BYPASS NAME_DECIDES_CLIENT_AUTHENTICATION';
/** Without a certificate: under its own name, with no SNI, with an unknown one, with the neighbour's. */
const EXPECTED: Readonly<Record<string, readonly [string, string, string, string]>> = {
  'haproxy-by-host': [ALERT, ALERT, ALERT, OPEN],
  'haproxy-compares': [ALERT, ALERT, ALERT, STATUS],
  'haproxy-strict-sni': [ALERT, ALERT, ALERT, OPEN],
  'envoy-shared-hosts': [ALERT, OPEN, OPEN, OPEN],
  // Without a chain for a name it closes before it has sent a byte.
  'envoy-own-hosts': [ALERT, CLOSE, CLOSE, STATUS],
  'nginx-421': [STATUS, STATUS, STATUS, STATUS],
  'nginx-reject': [STATUS, ALERT, ALERT, STATUS],
  'nginx-welcome': [STATUS, STATUS, STATUS, STATUS],
  'nginx-one-application': [STATUS, STATUS, STATUS, STATUS],
  'envoy-default-page': [ALERT, UNCLEAR, UNCLEAR, UNCLEAR],
  'caddy-strict': [ALERT, STATUS, ALERT, STATUS],
  'caddy-lax': [ALERT, OPEN, ALERT, OPEN],
  'apache-strict': [ALERT, STATUS, STATUS, STATUS],
  'apache-lax': [ALERT, STATUS, STATUS, STATUS],
};

describe.each(ROWS)('$name', ({ name, by }) => {
  test.skipIf(isMissing(by))('whoever comes without a certificate and another name inside TLS', () => {
    const [own, none, unknown, neighbour] = EXPECTED[name] ?? [];
    expect(found(checked, name, 'valid-identity', 'no-certificate', 'sni-bypass')).toEqual(
      inBoth({
        'valid-identity/payments': 'pass ACCEPTED',
        'no-certificate': String(own),
        'sni-bypass/none': String(none),
        'sni-bypass/unknown': String(unknown),
        'sni-bypass/open.localhost': String(neighbour),
      }),
    );
  });
});

test.skipIf(isMissing('caddy'))(
  'evidence has the name that was sent, the control’s comes last and has none of its own',
  () => {
    const { evidence, message } = theCheck(checked, 'caddy-lax/sni-bypass/open.localhost#1.3');
    expect(evidence.map(({ presented, sni }) => [presented, sni])).toEqual([
      [null, 'open.localhost'],
      [null, 'open.localhost'],
      ['payments', undefined],
    ]);
    expect(message).toContain('open.localhost');
  },
);

test.skipIf(isMissing('haproxy'))(
  'where everybody enters by the own name, another name says nothing new: one cause',
  () => {
    const causes = Object.values(found(checked, 'envoy-shared-hosts-neighbour', 'no-certificate', 'sni-bypass'))
      .map(String)
      .filter((each) => each.startsWith('fail'))
      .map((each) => each.split(' ')[2]);
    expect(new Set(causes)).toEqual(new Set(['CLIENT_CERTIFICATE_NOT_REQUESTED']));
  },
);
