/** Real proxies in front of an application that believes what they pass on: right where they overwrite it, wrong where it passes through. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checked, LabEndpoint } from '../../helpers/registry.ts';
import { HOST } from '../servers/lab-server.ts';
import { answering, BELIEVES, type Believes, serve } from './believers.ts';
import { backendAt, downstreamTls, forward, http } from './envoy-parts.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';
import { apache, envoy, haproxy, isMissing, nginx, type Terminator } from './proxies.ts';

let lab: Lab;
let checked: Checked;

/** The application of a proxy: what it reads of the headers, as that proxy is documented to write them. */
const READS: Readonly<Record<string, Believes>> = {
  nginx: BELIEVES['nginx']!,
  // The first element: what came first.
  envoy: ({ 'x-forwarded-client-cert': xfcc }) =>
    /URI=spiffe:\/\/lab\.test\/payments(;|$)/.test(String(xfcc).split(/,(?=By=|Hash=)/)[0]!),
  haproxy: (headers) => headers['x-ssl-client-verify'] === '0' && headers['x-ssl-client-cn'] === 'payments',
  apache: (headers) =>
    headers['ssl_client_verify'] === 'SUCCESS' && /CN=payments/.test(String(headers['ssl_client_s_dn'])),
};

const nginxFront = (backend: number, verify: string, headers: string) =>
  nginx(
    lab,
    `server { $listen; ssl_client_certificate ${lab.files.ca}; ssl_verify_client ${verify};
      location / { ${headers} proxy_pass http://${HOST}:${backend}; } }`,
  );
const OVERWRITES = `proxy_set_header X-SSL-Client-Verify $ssl_client_verify; proxy_set_header X-SSL-Client-S-DN $ssl_client_s_dn;`;

const envoyFront = (backend: number, required: boolean, details: string) =>
  envoy(
    lab,
    {
      filter_chains: [
        {
          transport_socket: downstreamTls(lab, { required }),
          filters: [
            http(
              { '*': forward },
              { forward_client_cert_details: details, set_current_client_cert_details: { subject: true, uri: true } },
            ),
          ],
        },
      ],
    },
    [backendAt(backend)],
  );

const haproxyFront = (backend: number, verify: string, rules: string) =>
  haproxy(
    lab,
    `
frontend lab
  $bind crt $pem ca-file ${lab.files.ca} verify ${verify} ssl-min-ver TLSv1.2
  ${rules}
  default_backend app
backend app
  server app ${HOST}:${backend}`,
  );
const SETS = [
  'http-request set-header X-SSL-Client-Verify %[ssl_c_verify]',
  'http-request set-header X-SSL-Client-CN %{+Q}[ssl_c_s_dn(cn)]',
];

const apacheFront = (backend: number, headers: string) =>
  apache(
    lab,
    `SSLEngine on
SSLCACertificateFile ${lab.files.ca}
SSLVerifyClient optional
${headers}
ProxyPass / http://${HOST}:${backend}/`,
  );
const REQUEST_HEADERS = `RequestHeader set SSL_CLIENT_VERIFY "%{SSL_CLIENT_VERIFY}s"
RequestHeader set SSL_CLIENT_S_DN "%{SSL_CLIENT_S_DN}s"`;

type Row = {
  readonly name: string;
  readonly proxy: Terminator;
  readonly front: (backend: number) => ReturnType<typeof nginx>;
};
const ROWS: readonly Row[] = [
  { name: 'nginx-right', proxy: 'nginx', front: (port) => nginxFront(port, 'optional', OVERWRITES) },
  { name: 'nginx-wrong', proxy: 'nginx', front: (port) => nginxFront(port, 'optional', '') },
  // Half of it: who is verified says itself who it is.
  {
    name: 'nginx-half',
    proxy: 'nginx',
    front: (port) => nginxFront(port, 'on', 'proxy_set_header X-SSL-Client-Verify $ssl_client_verify;'),
  },
  { name: 'envoy-right', proxy: 'envoy', front: (port) => envoyFront(port, false, 'SANITIZE_SET') },
  { name: 'envoy-forwards', proxy: 'envoy', front: (port) => envoyFront(port, false, 'ALWAYS_FORWARD_ONLY') },
  { name: 'envoy-appends', proxy: 'envoy', front: (port) => envoyFront(port, true, 'APPEND_FORWARD') },
  { name: 'haproxy-right', proxy: 'haproxy', front: (port) => haproxyFront(port, 'optional', SETS.join('\n  ')) },
  { name: 'haproxy-wrong', proxy: 'haproxy', front: (port) => haproxyFront(port, 'optional', '') },
  // As in many a guide: only where there is a certificate.
  {
    name: 'haproxy-if-used',
    proxy: 'haproxy',
    front: (port) => haproxyFront(port, 'optional', SETS.map((rule) => `${rule} if { ssl_c_used }`).join('\n  ')),
  },
  { name: 'apache-right', proxy: 'apache', front: (port) => apacheFront(port, REQUEST_HEADERS) },
  { name: 'apache-wrong', proxy: 'apache', front: (port) => apacheFront(port, '') },
];

beforeAll(async () => {
  lab = await startLab();
  const endpoints: LabEndpoint[] = [];
  for (const { name, proxy, front } of ROWS.filter((row) => !isMissing(row.proxy))) {
    const { port: backend } = await lab.keep(serve(answering(({ headers }) => READS[proxy]!(headers))));
    endpoints.push(strictEndpoint(name, (await lab.keep(front(backend))).port));
  }
  checked = await lab.check(endpoints, { args: ['--suite', 'isolation'] });
}, 60_000);
afterAll(() => lab.end());

const REFUSED = 'pass REJECTED_BY_HTTP_STATUS';
const BELIEVED = 'fail ACCEPTED_FORGED_HEADER FORGED_HEADER_BELIEVED';
const BY_TLS = 'pass REJECTED_BY_TLS_ALERT';
const CONTROL = 'pass ACCEPTED';
const NO_CONTROL = 'fail CONTROL_REJECTED CONTROL_REFUSED';
/** What is expected: the control, then who claims to be it: nobody, orders (of the CA), stranger (of another). */
const EXPECTED: Readonly<Record<string, readonly [string, string, string, string]>> = {
  'nginx-right': [CONTROL, REFUSED, REFUSED, REFUSED],
  'nginx-wrong': [NO_CONTROL, BELIEVED, BELIEVED, 'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED'],
  'nginx-half': [
    NO_CONTROL,
    'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED',
    BELIEVED,
    'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED',
  ],
  'envoy-right': [CONTROL, REFUSED, REFUSED, BY_TLS],
  'envoy-forwards': [NO_CONTROL, BELIEVED, BELIEVED, 'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED'],
  'envoy-appends': [CONTROL, BY_TLS, BELIEVED, BY_TLS],
  'haproxy-right': [CONTROL, REFUSED, REFUSED, BY_TLS],
  'haproxy-wrong': [NO_CONTROL, BELIEVED, BELIEVED, 'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED'],
  'haproxy-if-used': [CONTROL, BELIEVED, REFUSED, BY_TLS],
  'apache-right': [CONTROL, REFUSED, REFUSED, BY_TLS],
  'apache-wrong': [NO_CONTROL, BELIEVED, BELIEVED, 'inconclusive CONTROL_NOT_ACCEPTED CONTROL_REFUSED'],
};

describe.each(ROWS)('$name', ({ name, proxy }) => {
  test.skipIf(isMissing(proxy))('whoever claims to be the control by a header', () => {
    const [control, nobody, orders, stranger] = EXPECTED[name]!;
    expect(found(checked, name, 'valid-identity', 'forged-header')).toEqual(
      inBoth({
        'valid-identity/payments': control,
        'forged-header': nobody,
        'forged-header/orders': orders,
        'forged-header/stranger': stranger,
      }),
    );
  });
});

test.skipIf(isMissing('haproxy'))('a finding says what was refused without headers, and whose headers worked', () => {
  const { message, advice } = theCheck(checked, 'haproxy-if-used/forged-header#1.3');
  expect(message).toContain('refused a client without a certificate with HTTP 401');
  expect(message).toContain('headers of HAProxy');
  expect(advice).toContain('HAProxy: http-request del-header');
});
