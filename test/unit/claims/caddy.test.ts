/** Caddy’s claims, from JSON written for these tests in the form that `caddy adapt` of Caddy 2.6.2 prints, with `ca` of later ones; real output is read in test/lab/claims-proxies.test.ts. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (servers: object, http: object = {}) =>
  readSource([{ name: 'caddy.json', text: JSON.stringify({ apps: { http: { ...http, servers } } }, null, 1) }], {
    source: 'edge',
    readAt: now,
    now,
  });
/** Made by `openssl req -x509 -subj '/CN=Payments CA'`; its key was thrown away. */
const CA =
  'MIIBgjCCASegAwIBAgIUeWoLwz82t9cbpC/EZ8Kqv/g2yfQwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLUGF5bWVudHMgQ0EwHhcNMjYxMjAxMTc1OTI0WhcNMzYxMTI4MTc1OTI0WjAWMRQwEgYDVQQDDAtQYXltZW50cyBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDFLfsSmiZePJxW1e0HLoZWurplSUFVc6JMNnH3w+W/PzJpYYeqbrxOBn/Mhd6yAHqIJSfTNcw46RucPRfwW2F6jUzBRMB0GA1UdDgQWBBSrkbEIMaRzWCFKI4pT7L/14hY/nDAfBgNVHSMEGDAWgBSrkbEIMaRzWCFKI4pT7L/14hY/nDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCLEMZ7xeDr7UrBg7l3cHpdJKB1A30u23/w9eHYZlnbqwIhALYVSvA0eCUwGUUHPS9mPXReKyyE9sSgTzjEgeWsgVuF';
const SHA256 = '2ffcd6844cd5ec1fbd3983d3e7797bbd2c137a239c824f4e111c3a64dcd7cfbc';

const site = (host: string | null, ...handle: readonly object[]) => ({
  ...(host !== null && { match: [{ host: [host] }] }),
  handle: [{ handler: 'subroute', routes: [{ handle }] }],
  terminal: true,
});
const answer = (status: number) => ({ handler: 'static_response', status_code: status });
const server = (client: object | undefined, more: object = {}) => ({
  listen: [':443'],
  routes: [site('pay.corp.example', answer(200))],
  tls_connection_policies: [{ match: { sni: ['pay.corp.example'] }, client_authentication: client }, {}],
  ...more,
});
const claim = (client: object, more: object = {}) => read({ srv0: server(client, more) }).claims[0]!;

describe('what becomes of a client certificate', () => {
  const pems = { trusted_ca_certs_pem_files: ['/tls/ca.pem'] };
  test.for([
    [{ mode: 'require_and_verify', ...pems }, 'required', 'checked', 'none'],
    [{ mode: 'verify_if_given', ...pems }, 'optional', 'checked', 'none'],
    [{ mode: 'require' }, 'passed-through', 'ignored', undefined],
    [{ mode: 'request' }, 'passed-through', 'ignored', undefined],
    [pems, 'required', 'checked', 'none'],
    [{ ca: { provider: 'file', pem_files: ['/tls/ca.pem'] } }, 'required', 'checked', 'none'],
    [{ verifiers: [{ verifier: 'leaf' }] }, 'passed-through', 'ignored', undefined],
    [{ mode: 'require', trusted_leaf_certs: [CA] }, 'required', 'ignored', 'none'],
    [{ mode: 'request', trusted_leaf_certs: [CA] }, 'required', 'ignored', 'none'],
    [{ mode: 'verify_if_given', trusted_leaf_certs: [CA] }, 'required', 'checked', 'none'],
    [{}, 'none', undefined, undefined],
  ] as const)('%j: %s, dates %s, revocation %s', ([client, value, expiry, revocation]) => {
    const said = claim(client);
    expect([said.clientCertificate?.value, said.expiry?.value, said.revocation?.value]).toEqual([
      ...[value, expiry, revocation],
    ]);
    expect(said.unread).toEqual([]);
  });

  test('the CAs that stand in it', () => {
    const expected = [{ subject: 'CN=Payments CA', sha256: SHA256, notAfter: '2036-11-28T17:59:24.000Z' }];
    expect(claim({ trusted_ca_certs: [CA] }).authorities?.value).toEqual(expected);
    expect(claim({ ca: { provider: 'inline', trusted_ca_certs: [CA] } }).authorities?.value).toEqual(expected);
  });

  test('without a CA the machine’s own count', () => {
    expect(claim({ mode: 'require_and_verify' }).notes).toEqual([
      'It names no CA: those of the machine’s own store are trusted.',
    ]);
  });

  test('each policy is a claim; the last has the hosts that no other names', () => {
    const { claims } = read({
      srv0: server(
        { mode: 'require' },
        { routes: [site('pay.corp.example', answer(200)), site('open.corp.example', answer(200))] },
      ),
    });
    expect(claims.map(({ endpoint, clientCertificate }) => [endpoint.hosts, clientCertificate?.value])).toEqual([
      [['pay.corp.example'], 'passed-through'],
      [['open.corp.example'], 'none'],
    ]);
  });
});

test('Host has to be the SNI, unless that is switched off', () => {
  const client = { mode: 'require_and_verify' };
  expect(claim(client).otherWays).toEqual([]);
  expect(claim(client, { strict_sni_host: false }).otherWays).toMatchObject([
    { what: 'the SNI of no other policy, as `strict_sni_host` is off', url: null },
  ]);
});

describe('servers without TLS', () => {
  test.for([
    [{ listen: [':80'], routes: [site('pay.corp.example', answer(200))] }, 'allowed'],
    [
      {
        listen: [':8080'],
        routes: [site('pay.corp.example', answer(200))],
        automatic_https: { skip: ['pay.corp.example'] },
      },
      'allowed',
    ],
    [{ listen: [':8080'], routes: [site(null, answer(200))] }, 'allowed'],
    [
      { listen: [':8443'], routes: [site('pay.corp.example', answer(200))], automatic_https: { disable: true } },
      'allowed',
    ],
    [{ listen: [':8443'], routes: [site('pay.corp.example', answer(200))] }, 'refused'],
  ] as const)('%j: %s', ([own, value]) => {
    expect(read({ srv1: own }).claims).toMatchObject([{ plaintext: { value }, clientCertificate: { value: 'none' } }]);
  });

  test('of the same host are another way', () => {
    const plain = {
      listen: [':8080'],
      routes: [site('pay.corp.example', answer(200))],
      automatic_https: { disable: true },
    };
    const { claims } = read({ srv0: server({ mode: 'require_and_verify' }), srv1: plain });
    expect(claims[0]?.otherWays).toMatchObject([
      { what: 'the server srv1 without TLS', url: 'http://pay.corp.example:8080/' },
    ]);
  });
});

describe('routes', () => {
  const uri = '{http.request.tls.client.san.uris.0}';
  const named = (...texts: readonly string[]) => ({ match: [{ vars: { [uri]: texts } }], handle: [answer(200)] });
  const rules = (...routes: readonly object[]) =>
    claim({ mode: 'require_and_verify' }, { routes }).admission?.value.rules;

  test('the rest is turned away', () => {
    expect(rules(named('spiffe://corp.example/a', 'spiffe://corp.example/b'), { handle: [answer(403)] })).toMatchObject(
      [
        {
          effect: 'refuse',
          all: [
            {
              ...{ field: 'spiffe-id', not: true },
              any: [
                { how: 'exact', text: 'spiffe://corp.example/a' },
                { how: 'exact', text: 'spiffe://corp.example/b' },
              ],
            },
          ],
          unread: [],
        },
      ],
    );
  });

  test('some are turned away', () => {
    const match = [{ not: [{ vars: { '{http.request.tls.client.subject}': ['CN=payments'] } }] }];
    expect(rules({ match, handle: [answer(403)] }, { handle: [answer(200)] })).toMatchObject([
      { all: [{ field: 'subject', not: true, any: [{ text: 'CN=payments' }] }], unread: [] },
    ]);
  });

  test('what is not plain is named, not guessed', () => {
    const match = [{ expression: '{http.request.tls.client.subject}.contains("CN=payments")' }];
    expect(rules({ match, handle: [answer(200)] }, { handle: [answer(403)] })).toMatchObject([
      { all: [], unread: ['match'] },
    ]);
    expect(rules({ handle: [answer(200)] })).toBeUndefined();
  });

  test('headers and what is behind', () => {
    const proxy = {
      handler: 'reverse_proxy',
      headers: { request: { set: { 'X-Client': ['{http.request.tls.client.subject}'], Other: ['x'] } } },
      upstreams: [{ dial: '127.0.0.1:9000' }],
    };
    expect(claim({ mode: 'require' }, { routes: [site('pay.corp.example', proxy)] })).toMatchObject({
      headers: ['X-Client'],
      endpoint: { workload: '127.0.0.1:9000' },
    });
  });
});

test('damage loses its policy’s server and no other; what nobody knows is named', () => {
  const { claims, problems } = read({
    srv0: server({ mode: 'sometimes' }),
    srv1: server({ mode: 'require', trusts_everybody: true }, { listen: ['192.0.2.1:8443'] }),
    srv2: server({ trusted_ca_certs: ['AAAA'] }),
  });
  expect(problems).toMatchObject([
    {
      path: expect.stringMatching(/srv0.*client_authentication\.mode$/),
      message: expect.stringMatching(/^"sometimes" is none of request/),
    },
    { path: expect.stringMatching(/srv2.*trusted_ca_certs\[0\]$/), message: 'the certificate is damaged' },
  ]);
  expect(claims).toHaveLength(2);
  expect(claims[0]?.unread).toMatchObject([{ path: expect.stringMatching(/trusts_everybody$/) }]);
});
