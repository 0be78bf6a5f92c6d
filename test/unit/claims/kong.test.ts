/** Kong’s claims, from decK files and listings of the Admin API written for these tests, in the forms that developer.konghq.com documents; no real Kong made them. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (...files: readonly (string | object)[]) =>
  readSource(
    files.map((file, at) => ({ name: `kong-${at}`, text: typeof file === 'string' ? file : JSON.stringify(file) })),
    { source: 'kong', readAt: now, now },
  );
/** Made by `openssl req -x509 -subj '/CN=Payments CA'`; its key was thrown away. */
const CA = `
-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUeWoLwz82t9cbpC/EZ8Kqv/g2yfQwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLUGF5bWVudHMgQ0EwHhcNMjYxMjAxMTc1OTI0WhcNMzYxMTI4
MTc1OTI0WjAWMRQwEgYDVQQDDAtQYXltZW50cyBDQTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABDFLfsSmiZePJxW1e0HLoZWurplSUFVc6JMNnH3w+W/PzJpYYeqb
rxOBn/Mhd6yAHqIJSfTNcw46RucPRfwW2F6jUzBRMB0GA1UdDgQWBBSrkbEIMaRz
WCFKI4pT7L/14hY/nDAfBgNVHSMEGDAWgBSrkbEIMaRzWCFKI4pT7L/14hY/nDAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCLEMZ7xeDr7UrBg7l3
cHpdJKB1A30u23/w9eHYZlnbqwIhALYVSvA0eCUwGUUHPS9mPXReKyyE9sSgTzjE
geWsgVuF
-----END CERTIFICATE-----`;
const ID = 'cce8c384-721f-4f58-85dd-50834e3e733a';
const deck = (config: string, more = ''): string => `_format_version: "3.0"
services:
  - name: pay
    url: http://pay.internal:8080
    plugins:
      - name: mtls-auth
        config: { ca_certificates: [${ID}], ${config} }
    routes:
      - name: api
        hosts: [pay.corp.example]
        paths: [/v1]
        protocols: [https]
${more}
ca_certificates:
  - id: ${ID}
    cert: |${CA.replaceAll('\n', '\n      ')}
`;
const claim = (config: string, more = '') => read(deck(config, more)).claims[0]!;

describe('mtls-auth', () => {
  test('is required, of its CAs, with soft revocation', () => {
    expect(read(deck('skip_consumer_lookup: true'))).toMatchObject({
      problems: [],
      claims: [
        {
          at: { file: 'kong-0', line: 9, object: 'route api' },
          endpoint: {
            hosts: ['pay.corp.example'],
            path: '/v1',
            protocol: 'https',
            workload: 'http://pay.internal:8080',
          },
          clientCertificate: { value: 'required', because: 'the service’s `mtls-auth`', at: { line: 6 } },
          plaintext: { value: 'refused' },
          authorities: {
            value: [
              { subject: 'CN=Payments CA', sha256: '2ffcd6844cd5ec1fbd3983d3e7797bbd2c137a239c824f4e111c3a64dcd7cfbc' },
            ],
          },
          revocation: { value: 'crl-and-ocsp' },
          expiry: { value: 'checked' },
          admission: null,
          unread: [],
          notes: [
            'Every certificate of its CAs is let in: `skip_consumer_lookup` asks for no consumer.',
            'A revoked certificate is let in while its CA’s list and responder cannot be asked.',
          ],
        },
      ],
    });
  });

  test.for([
    ['revocation_check_mode: SKIP', 'none'],
    ['revocation_check_mode: STRICT', 'crl-and-ocsp'],
  ])('%s: %s', ([config, value]) => {
    expect(claim(config!).revocation).toMatchObject({ value });
  });

  test('with `anonymous` lets in whoever fails, unless that consumer’s requests are ended', () => {
    const open = claim('anonymous: nobody');
    expect(open).toMatchObject({ clientCertificate: { value: 'passed-through' }, expiry: { value: 'ignored' } });
    expect(open.notes).toContain('Whoever has no certificate, or a wrong one, is let in as the consumer nobody.');
    const ended = 'consumers: [{ username: nobody, plugins: [{ name: request-termination }] }]';
    expect(claim('anonymous: nobody', ended).clientCertificate).toMatchObject({ value: 'required' });
  });

  test('needs a consumer of a name of the certificate', () => {
    const consumers = 'consumers: [{ username: payments, custom_id: p1 }, { username: orders }]';
    const all = claim('', consumers).admission?.value.rules;
    expect(all).toMatchObject([
      {
        effect: 'refuse',
        all: [
          { field: 'subject-cn', not: true, any: [{ text: 'payments' }, { text: 'p1' }, { text: 'orders' }] },
          {},
          {},
        ],
        unread: [],
      },
    ]);
    expect(claim('consumer_by: [custom_id]', consumers).admission?.value.rules[0]?.all[0]?.any).toEqual([
      { how: 'exact', text: 'p1' },
    ]);
  });

  test('a field that nobody knows is named', () => {
    expect(claim('trust_everybody: true').unread).toMatchObject([{ path: expect.stringMatching(/trust_everybody$/) }]);
  });
});

describe('listings of the Admin API', () => {
  const list = (...data: readonly object[]) => ({ data, next: null });
  const services = list({ id: 's1', name: 'pay', host: 'pay.internal', port: 8080, protocol: 'http' });
  const route = (id: string, ...protocols: readonly string[]) => ({
    ...{
      id,
      name: id,
      hosts: ['pay.corp.example'],
      paths: [`/${id}`],
      protocols,
      service: { id: 's1' },
      strip_path: true,
    },
  });
  const plugin = (name: string, where: object, config: object = {}, enabled = true) => ({
    ...{
      id: name,
      name,
      enabled,
      config,
      protocols: ['http', 'https'],
      route: null,
      service: null,
      consumer: null,
      ...where,
    },
  });
  const words = (...plugins: readonly object[]) =>
    read(services, list(route('a', 'https'), route('b', 'http', 'https')), list(...plugins)).claims.map(
      ({ endpoint, clientCertificate, plaintext }) => [endpoint.path, clientCertificate?.value, plaintext?.value],
    );

  test('the route’s plugin counts before the service’s, and that before the global one', () => {
    const anonymous = { anonymous: 'nobody' };
    expect(words(plugin('mtls-auth', {}, anonymous), plugin('mtls-auth', { route: { id: 'a' } }))).toEqual([
      ['/a', 'required', 'refused'],
      ['/b', 'passed-through', 'allowed'],
    ]);
    expect(words(plugin('mtls-auth', {}, anonymous), plugin('mtls-auth', { service: { id: 's1' } }))).toEqual([
      ['/a', 'required', 'refused'],
      ['/b', 'required', 'refused'],
    ]);
  });

  test('what is off, or covers another route, covers nothing', () => {
    expect(words(plugin('mtls-auth', {}, {}, false))).toEqual([
      ['/a', 'none', 'refused'],
      ['/b', 'none', 'allowed'],
    ]);
  });

  test('a route to the same service that is not covered is another way', () => {
    const { claims } = read(
      ...[services, list(route('a', 'https'), route('b', 'http', 'https'))],
      list(plugin('mtls-auth', { route: { id: 'a' } })),
    );
    expect(claims.map(({ otherWays }) => otherWays)).toMatchObject([
      [{ what: 'the route b to the same service', url: 'https://pay.corp.example/b' }],
      [],
    ]);
  });

  test('a certificate that is only asked for, and the headers that carry it', () => {
    const { claims } = read(
      ...[services, list(route('a', 'https'))],
      list(
        plugin('tls-handshake-modifier', {}, { tls_client_certificate: 'REQUEST' }),
        plugin('tls-metadata-headers', {}, { inject_client_cert_details: true, client_cert_header_name: 'X-Cert' }),
      ),
    );
    expect(claims[0]).toMatchObject({ clientCertificate: { value: 'passed-through' } });
    expect(claims[0]?.headers.slice(0, 2)).toEqual(['X-Cert', 'X-Client-Cert-Serial']);
  });

  test('a page of several says so', () => {
    expect(read(services, { data: [route('a', 'https')], next: '/routes?offset=x' }).problems).toMatchObject([
      { path: 'next', message: 'there are more pages; ask with ?size=1000' },
    ]);
  });
});

test('damage loses its entity and no other', () => {
  const text = `_format_version: "3.0"
routes:
  - { name: a, protocols: [https], hosts: { not: a list } }
  - { name: b, protocols: [https], hosts: [pay.corp.example] }
plugins:
  - { name: mtls-auth, route: b, config: { revocation_check_mode: SOMETIMES } }
ca_certificates:
  - { id: x, cert: "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----" }
`;
  const { problems } = read(text);
  expect(problems.map(({ at, path, message }) => [at.line, path, message])).toEqual([
    [3, 'routes[0].hosts', 'expected a list, found a map'],
    [8, 'ca_certificates[0].cert', 'a certificate in it is damaged'],
    [6, 'plugins[0].config.revocation_check_mode', '"SOMETIMES" is none of SKIP, IGNORE_CA_ERROR, STRICT'],
  ]);
});
