/** HAProxy’s claims, from texts written for these tests; real ones, which `haproxy -c` takes, are read in test/lab/claims-proxies.test.ts. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (text: string, lists: Readonly<Record<string, string>> = {}) =>
  readSource([{ name: 'haproxy.cfg', text }, ...Object.entries(lists).map(([name, list]) => ({ name, text: list }))], {
    source: 'edge',
    readAt: now,
    now,
  });
const TLS = 'ssl crt /tls/pay.pem ca-file /tls/ca.pem';
const frontend = (bind: string, ...lines: readonly string[]): string =>
  ['global', 'defaults', '  mode http', 'frontend pay', `  bind ${bind}`, ...lines.map((line) => `  ${line}`)].join(
    '\n',
  );
const claim = (bind: string, ...lines: readonly string[]) => read(frontend(bind, ...lines)).claims[0]!;

describe('what becomes of a client certificate', () => {
  test.for([
    ['verify required', 'required', 'checked'],
    ['verify optional', 'optional', 'checked'],
    ['verify none', 'none', undefined],
    ['', 'none', undefined],
    ['verify required crt-ignore-err 10', 'required', 'ignored'],
    ['verify required crt-ignore-err X509_V_ERR_CERT_HAS_EXPIRED', 'required', 'ignored'],
    ['verify required crt-ignore-err 12', 'required', 'checked'],
    ['verify required ca-ignore-err all crt-ignore-err all', 'passed-through', 'ignored'],
    ['verify optional crt-ignore-err 20,21', 'passed-through', 'checked'],
  ] as const)('%s: %s, dates %s', ([options, value, expiry]) => {
    const { clientCertificate, expiry: dates } = claim(`:443 ${TLS} ${options}`);
    expect([clientCertificate?.value, dates?.value]).toEqual([value, expiry]);
    expect(clientCertificate?.at).toEqual({ file: 'haproxy.cfg', line: 5, object: 'frontend pay' });
  });

  test('of a rule that looks at the verification', () => {
    const bind = `:443 ${TLS} verify optional ca-ignore-err all crt-ignore-err all`;
    const unused = claim(bind, 'http-request deny unless { ssl_c_verify 0 }');
    expect(unused).toMatchObject({
      clientCertificate: { value: 'optional' },
      expiry: { value: 'checked' },
      admission: null,
    });
    const used = claim(bind, 'http-request deny unless { ssl_c_verify 0 } { ssl_c_used }');
    expect(used.admission?.value.rules).toMatchObject([
      { effect: 'refuse', all: [{ field: 'subject', not: true, any: [{ how: 'present' }] }], unread: [] },
    ]);
  });

  test.for([
    ['', 'none'],
    ['crl-file /tls/crl.pem', 'crl'],
    ['crl-file /tls/crl.pem crt-ignore-err 23', 'none'],
  ])('revocation: %s %s', ([options, value]) => {
    expect(claim(`:443 ${TLS} verify required ${options}`).revocation).toMatchObject({ value });
  });
});

describe('addresses', () => {
  test.for([
    [':443', [], 443],
    ['*:443', [], 443],
    ['192.0.2.1:443', ['192.0.2.1'], 443],
    ['ipv6@[2001:db8::1]:8443', ['2001:db8::1'], 8443],
    [':::443', [], 443],
  ] as const)('%s', ([where, hosts, port]) => {
    expect(claim(`${where} ${TLS}`).endpoint).toMatchObject({ hosts, port, protocol: 'https' });
  });

  test('for IPv4 and IPv6 is one claim, unless they say different things', () => {
    const ports = (more: string) =>
      read(frontend(`:443 ${TLS} verify required`, `bind :::443 ${TLS} ${more}`)).claims.map(
        ({ clientCertificate }) => clientCertificate?.value,
      );
    expect(ports('verify required')).toEqual(['required']);
    expect(ports('verify none')).toEqual(['required', 'none']);
  });

  test('several of one bind, and none for a socket of the machine', () => {
    const { claims } = read(frontend(`:443,:8443,unix@/run/pay.sock ${TLS}`));
    expect(claims.map(({ endpoint }) => endpoint.port)).toEqual([443, 8443]);
  });

  test('without TLS beside TLS is another way, unless it only redirects', () => {
    const open = read(frontend(`:443 ${TLS} verify required`, 'bind 192.0.2.1:80')).claims;
    expect(open.map(({ plaintext }) => plaintext?.value)).toEqual(['refused', 'allowed']);
    expect(open[0]?.otherWays).toMatchObject([{ url: 'http://192.0.2.1:80/', at: { line: 6 } }]);
    const redirect = 'http-request redirect scheme https code 301 unless { ssl_fc }';
    expect(read(frontend(`:443 ${TLS} verify required`, 'bind :80', redirect)).claims).toMatchObject([
      { endpoint: { port: 443 }, otherWays: [] },
    ]);
  });

  test('a frontend that leads to the same backend without TLS is another way', () => {
    const text = `${frontend(`:443 ${TLS} verify required`, 'default_backend app')}
frontend old
  bind :8080
  default_backend app
backend app
  server one 192.0.2.9:8080`;
    expect(read(text).claims[0]).toMatchObject({
      endpoint: { workload: 'backend app' },
      otherWays: [{ what: 'the address *:8080 without TLS', url: null, at: { object: 'frontend old' } }],
    });
  });

  test('bytes that are passed on to a bind with TLS, or answered as they are', () => {
    const text = `defaults
  mode http
frontend lab
  bind 127.0.0.1:8443 ${TLS} verify required
frontend any
  mode tcp
  bind :443
  use_backend tls if { req.ssl_hello_type 1 }
  default_backend plain
backend tls
  mode tcp
  server tls 127.0.0.1:8443
backend plain
  http-request return status 200`;
    expect(read(text).claims[1]).toMatchObject({
      clientCertificate: { value: 'required' },
      plaintext: { value: 'allowed', because: 'it leads to a backend of `mode http`' },
    });
  });
});

describe('crt-list', () => {
  const bind = `:443 ssl crt-list /tls/list.txt ca-file /tls/ca.pem verify required`;
  const list =
    '# /tls/list.txt\n/tls/a.pem [verify none] open.corp.example\n/tls/b.pem [ssl-min-ver TLSv1.3] pay.corp.example !x.corp.example\n';

  test('has options of its own for names', () => {
    const { claims, problems } = read(frontend(bind), { 'list.txt': list });
    expect(problems).toEqual([]);
    expect(claims.map(({ endpoint, clientCertificate }) => [endpoint.hosts, clientCertificate?.value])).toEqual([
      [['open.corp.example'], 'none'],
      [['pay.corp.example'], 'required'],
    ]);
    expect(claims[1]?.otherWays).toMatchObject([
      { what: 'the SNI open.corp.example, with `verify none`', at: { file: 'list.txt', line: 2 } },
    ]);
  });

  test('a line without names has options of its own, too', () => {
    const { claims } = read(frontend(bind), { 'list.txt': '/tls/a.pem [verify none]\n/tls/b.pem pay.corp.example\n' });
    expect(claims.map(({ clientCertificate }) => clientCertificate?.value)).toEqual(['none', 'required']);
  });

  test('that is not there is noted', () => {
    expect(read(frontend(bind)).claims[0]?.notes).toContain(
      'Options of single names stand in /tls/list.txt, which is not in this source.',
    );
  });
});

describe('who is turned away', () => {
  const rules = (...lines: readonly string[]) =>
    claim(`:443 ${TLS} verify required`, ...lines).admission?.value.rules ?? [];
  const cn = (not: boolean, ...names: readonly string[]) => ({
    ...{ field: 'subject-cn', not },
    any: names.map((text) => ({ how: 'exact', text })),
  });

  test.for([
    [
      ['tcp-request content accept if { ssl_c_s_dn(CN) -m str payments }', 'tcp-request content reject'],
      [[cn(true, 'payments')]],
    ],
    [
      [
        'tcp-request content accept if { ssl_c_s_dn(CN) -m str payments }',
        'http-request deny if { ssl_c_s_dn(CN) -m str payments }',
      ],
      [[cn(false, 'payments')]],
    ],
    [['http-request deny unless { ssl_c_s_dn(CN) -m str payments }'], [[cn(true, 'payments')]]],
    [['http-request deny if !{ ssl_c_s_dn(cn) payments orders }'], [[cn(true, 'payments', 'orders')]]],
    [
      ['acl ok ssl_c_s_dn(CN) payments', 'acl ok ssl_c_s_dn(CN) orders', 'http-request deny unless ok'],
      [[cn(true, 'payments'), cn(true, 'orders')]],
    ],
    [
      ['acl a ssl_c_s_dn(CN) a', 'acl b ssl_c_s_dn(CN) b', 'http-request deny if a or b'],
      [[cn(false, 'a')], [cn(false, 'b')]],
    ],
    [
      ['http-request deny if { path_beg /admin } !{ ssl_c_s_dn(CN) root }'],
      [[{ field: 'path', not: false, any: [{ how: 'prefix', text: '/admin' }] }, cn(true, 'root')]],
    ],
    [
      ['http-request allow if { path /healthz }', 'http-request deny unless { ssl_c_s_dn(CN) a }'],
      [[cn(true, 'a'), { field: 'path', not: true, any: [{ how: 'exact', text: '/healthz' }] }]],
    ],
    [['http-request deny unless { ssl_c_verify 0 }'], []],
    [['http-request deny if { src 192.0.2.0/24 }'], []],
    [['http-request return status 200', 'http-request deny unless { ssl_c_s_dn(CN) a }'], []],
  ] as const)('%j', ([lines, all]) => {
    expect(rules(...lines)).toMatchObject(all.map((conditions) => ({ effect: 'refuse', all: conditions, unread: [] })));
  });

  test.for([
    ['http-request deny unless { ssl_c_s_dn(CN) -f /etc/names }', 'not ssl_c_s_dn(CN) -f /etc/names'],
    ['http-request deny if { ssl_c_sha1,hex -m str ab }', 'ssl_c_sha1,hex -m str ab'],
  ] as const)('what is not plain is named, not guessed: %s', ([line, text]) => {
    expect(rules(line)).toMatchObject([{ all: [], unread: [text] }]);
  });
});

test('headers that carry the client’s name, and who may forge them', () => {
  const bind = `:443 ${TLS} verify optional`;
  const always = claim(bind, 'http-request set-header X-SSL-CN "%{+Q}[ssl_c_s_dn(cn)]"');
  expect([always.headers, always.notes.filter((note) => note.includes('header'))]).toEqual([['X-SSL-CN'], []]);
  const sometimes = claim(bind, 'http-request set-header X-SSL-CN %[ssl_c_s_dn(cn)] if { ssl_c_used }');
  expect(sometimes.notes).toContain(
    'A client’s own header X-SSL-CN is passed on, at least for some requests: nothing overwrites it for all of them.',
  );
});

test('what is inherited: the defaults above, or those that are named', () => {
  const text = `defaults tcp
  mode tcp
defaults web
  mode http
frontend a from tcp
  bind :443 ${TLS}
frontend b
  bind :444 ${TLS} some-new-word`;
  expect(read(text).claims).toMatchObject([
    { endpoint: { protocol: 'tls' }, unread: [] },
    { endpoint: { protocol: 'https' }, unread: [{ path: 'bind some-new-word', at: { line: 8 } }] },
  ]);
});

test('damage loses its section and no other', () => {
  const { claims, problems } = read(`${frontend(`:443 ${TLS}`, 'http-request return string "x')}
frontend b
  bind :444 ${TLS} verify required # it's required`);
  expect(problems).toMatchObject([{ at: { line: 6 }, message: 'not HAProxy’s language: a quote has no end' }]);
  expect(claims).toMatchObject([{ endpoint: { port: 444 } }]);
});
