/** nginx’s claims, from texts written for these tests in the form of `nginx -T`; real dumps of it are read in test/lab/claims-proxies.test.ts. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (text: string) => readSource([{ name: 'nginx.txt', text }], { source: 'edge', readAt: now, now });
const http = (body: string): string => `# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n${body}\n}\n`;
const claims = (body: string) => read(http(body)).claims;
const claim = (body: string) => claims(body)[0]!;

const TLS = 'listen 443 ssl; server_name pay.corp.example; ssl_certificate /etc/tls/pay.pem;';

describe('what becomes of a client certificate', () => {
  test.for([
    ['on', 'required'],
    ['optional', 'optional'],
    ['optional_no_ca', 'passed-through'],
    ['off', 'none'],
  ])('ssl_verify_client %s: %s', ([word, value]) => {
    expect(claim(`server { ${TLS} ssl_verify_client ${word}; }`).clientCertificate).toMatchObject({
      value,
      at: { file: '/etc/nginx/nginx.conf', line: 3, object: 'server pay.corp.example' },
    });
  });

  test('is inherited from http, and replaced by a server', () => {
    const [first, second] = claims(
      `ssl_verify_client on; server { ${TLS} } server { listen 444 ssl; ssl_verify_client off; }`,
    );
    expect(first?.clientCertificate).toMatchObject({
      value: 'required',
      because: '`ssl_verify_client on` of the block `http`',
    });
    expect(second?.clientCertificate).toMatchObject({ value: 'none' });
  });

  test('is none where nobody says so', () => {
    expect(claim(`server { ${TLS} }`).clientCertificate).toMatchObject({
      value: 'none',
      because: '`ssl_verify_client` is `off` unless it is set',
    });
  });

  test('is unsaid where the block around the server is not there', () => {
    const { claims } = readSource([{ name: 'conf.d/pay.conf', text: `server {\n${TLS}\n}\n` }], {
      ...{ source: 'edge', readAt: now, now },
    });
    expect(claims[0]).toMatchObject({
      clientCertificate: null,
      notes: ['The block around this server is not here: what it inherits is unsaid.'],
    });
  });
});

describe('files', () => {
  test('includes are put in their place, each with its own file and line', () => {
    const text = `nginx: configuration file /etc/nginx/nginx.conf test is successful
# configuration file /etc/nginx/nginx.conf:
http {
  ssl_verify_client on;
  include sites/*.conf;
}

# configuration file /etc/nginx/sites/pay.conf:
# payments
server { ${TLS}
  ssl_crl /etc/tls/crl.pem; }
`;
    const { claims, problems } = read(text);
    expect(problems).toEqual([]);
    expect(claims).toMatchObject([
      {
        at: { file: '/etc/nginx/sites/pay.conf', line: 2 },
        clientCertificate: { value: 'required', at: { file: '/etc/nginx/nginx.conf', line: 2 } },
        revocation: { value: 'crl', at: { file: '/etc/nginx/sites/pay.conf', line: 3 } },
        endpoint: { hosts: ['pay.corp.example'], port: 443, protocol: 'https' },
      },
    ]);
  });

  test('one that is not there is named', () => {
    expect(read(http('include tls.conf; include conf.d/*.conf;')).problems).toMatchObject([
      { at: { file: '/etc/nginx/nginx.conf', line: 3 }, message: 'tls.conf is not there: `nginx -T` prints it too' },
    ]);
  });

  test.for([
    ['http { server { listen 443 ssl; }', 2, 'the block http has no end'],
    ['http { server { listen 443 ssl; } } }', 2, 'a } that closes nothing'],
    ['http { server { server_name "pay; } }', 2, 'a quote has no end'],
    ['http { ; }', 2, 'a ; without a directive'],
    ['http { server { content_by_lua_block { return { 1 }', 2, 'a block of Lua has no end'],
  ] as const)('damage in one loses no other: %s', ([body, line, message]) => {
    const text = `# configuration file /a.conf:\n\n${body}\n# configuration file /b.conf:\nhttp { server { ${TLS} ssl_verify_client on; } }`;
    const { claims, problems } = read(text);
    expect(problems).toMatchObject([{ at: { file: '/a.conf', line }, message: `not nginx’s language: ${message}` }]);
    expect(claims).toMatchObject([{ at: { file: '/b.conf' }, clientCertificate: { value: 'required' } }]);
  });
});

describe('language', () => {
  test('quotes, escapes, variables in braces, comments and Lua', () => {
    const [first, ...others] = claims(`
      map $ssl_client_s_dn $who { default ""; "~CN=a;b{" "x y"; }
      server { # a comment { ;
        listen 443 ssl; server_name 'pay.corp.example'; set $x "\${who}-1"; return 200 a\\;b;
        location / { access_by_lua_block { if a["}"] then return '{' end -- }
        } }
        ssl_verify_client "on";
      }`);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      clientCertificate: { value: 'required' },
      endpoint: { hosts: ['pay.corp.example'] },
      unread: [{ path: 'access_by_lua_block' }],
    });
  });

  test('a directive of TLS that nobody knows is named', () => {
    expect(claim(`server { ${TLS} ssl_verify_whom everyone; }`).unread).toMatchObject([{ path: 'ssl_verify_whom' }]);
  });
});

describe('sockets', () => {
  test('without TLS beside TLS is another way, unless it only redirects', () => {
    const open = claims(`server { ${TLS} listen 8080; ssl_verify_client on; }`);
    expect(open.map(({ endpoint, plaintext }) => [endpoint.port, plaintext?.value])).toEqual([
      [443, 'refused'],
      [8080, 'allowed'],
    ]);
    expect(open[0]?.otherWays).toMatchObject([
      { what: 'the socket *:8080 without TLS', url: 'http://pay.corp.example:8080/' },
    ]);
    const redirects = claims(`server { ${TLS} ssl_verify_client on; }
      server { listen 80; server_name pay.corp.example; location /.well-known/acme-challenge/ { root /srv; }
        location / { return 301 https://$host$request_uri; } }`);
    expect(redirects).toMatchObject([{ otherWays: [] }]);
  });

  test.for([
    ['443 ssl', '*', 443],
    ['[::]:8443 ssl http2', '::', 8443],
    ['192.0.2.1:443 ssl', '192.0.2.1', 443],
    ['192.0.2.1 ssl', '192.0.2.1', 80],
    ['*:443 ssl', '*', 443],
    ['edge.corp.example:443 ssl', 'edge.corp.example', 443],
  ] as const)('listen %s', ([listen, address, port]) => {
    expect(claim(`server { listen ${listen}; }`).endpoint).toMatchObject({
      hosts: address === '*' || address === '::' ? [] : [address],
      port,
    });
  });

  test('for IPv4, IPv6 and QUIC is one claim, and another port is another', () => {
    const all = claims(`server { ${TLS} listen [::]:443 ssl; listen 443 quic; listen 8443 ssl; }`);
    expect(all.map(({ endpoint }) => endpoint.port)).toEqual([443, 8443]);
  });

  test('the default server answers for an address; others say which that is', () => {
    const [first, second] = claims(`
      server { listen 192.0.2.1:443 ssl; server_name strict.corp.example; ssl_verify_client on; }
      server { listen 192.0.2.1:443 ssl default_server; server_name open.corp.example; }`);
    expect(first?.endpoint.hosts).toEqual(['strict.corp.example']);
    expect(first?.notes).toContain(
      'Without SNI, or with a name that no server has, server open.corp.example answers, with `ssl_verify_client off`.',
    );
    expect(second?.endpoint.hosts).toEqual(['open.corp.example', '192.0.2.1']);
  });

  test('of a stream, and gRPC', () => {
    expect(claim(`server { ${TLS} location / { grpc_pass grpc://127.0.0.1:50051; } }`).endpoint).toMatchObject({
      protocol: 'grpcs',
      workload: 'grpc://127.0.0.1:50051',
    });
    const stream = read(
      'events {}\nstream { server { listen 5432 ssl; ssl_verify_client on; proxy_pass db.corp.example:5432; } }',
    );
    expect(stream.claims).toMatchObject([
      { clientCertificate: { value: 'required' }, endpoint: { protocol: 'tls', workload: 'db.corp.example:5432' } },
    ]);
  });
});

describe('revocation', () => {
  test.for([
    ['', 'none'],
    ['ssl_crl /crl.pem;', 'crl'],
    ['ssl_ocsp leaf;', 'ocsp'],
    ['ssl_crl /crl.pem; ssl_ocsp on;', 'crl-and-ocsp'],
  ])('%s %s', ([own, value]) => {
    expect(claim(`server { ${TLS} ssl_verify_client on; ${own} }`).revocation).toMatchObject({ value });
  });

  test('is unsaid where no certificate is asked for', () => {
    expect(claim(`server { ${TLS} ssl_crl /crl.pem; }`).revocation).toBeNull();
  });
});

describe('who is turned away', () => {
  const admission = (body: string, outer = '') =>
    claim(`${outer} server { ${TLS} ssl_verify_client optional; ${body} }`).admission?.value;
  const noCertificate = { field: 'subject', not: true, any: [{ how: 'present', text: '' }] };

  test.for([
    ['if ($ssl_client_verify != SUCCESS) { return 403; }', noCertificate],
    ['if ($ssl_client_verify = "NONE") { return 444; }', noCertificate],
    [
      'if ($ssl_client_s_dn !~ "CN=payments") { return 403; }',
      { field: 'subject', not: true, any: [{ how: 'contains', text: 'CN=payments' }] },
    ],
    [
      'if ($ssl_client_s_dn ~* ^CN=bad$) { return 403; }',
      { field: 'subject', not: false, any: [{ how: 'regex', text: '(?i)^CN=bad$' }] },
    ],
  ] as const)('%s', ([body, condition]) => {
    expect(admission(body)).toMatchObject({ rules: [{ effect: 'refuse', all: [condition], unread: [] }] });
    expect(admission(`location / { ${body} }`)).toMatchObject({ rules: [{ all: [condition] }] });
  });

  test('through a map', () => {
    const map = 'map $ssl_client_s_dn $ok { default 0; ~CN=payments 1; "CN=orders,O=Lab" 1; }';
    expect(admission('if ($ok = 0) { return 403; }', map)).toMatchObject({
      otherwise: 'admit',
      rules: [
        {
          all: [
            {
              ...{ field: 'subject', not: true },
              any: [
                { how: 'contains', text: 'CN=payments' },
                // `map` ignores case.
                { how: 'regex', text: '(?i)^CN=orders,O=Lab$' },
              ],
            },
          ],
        },
      ],
    });
  });

  test.for([
    ['if ($ssl_client_fingerprint != abc) { return 403; }', ''],
    ['if ($ssl_client_verify != SUCCESS) { return 302 /login; }', ''],
    ['if ($ok = 0) { return 403; }', 'map $ssl_client_s_dn $ok { default 0; ~CN=a 1; ~CN=b 0; }'],
    ['if ($ok = 0) { return 403; }', 'map "$ssl_client_verify$host" $ok { default 0; ~a 1; }'],
  ])('what is not plain is named, not guessed: %s', ([body, outer]) => {
    expect(admission(body!, outer)?.rules).toMatchObject([
      { effect: 'refuse', all: [], unread: [expect.stringMatching(/^if \(/)] },
    ]);
  });

  test('a location with rules of its own is a claim of its own; others are not', () => {
    const all = claims(`server { ${TLS} ssl_verify_client optional;
      location / { if ($ssl_client_verify != SUCCESS) { return 403; } proxy_pass http://app; }
      location = /healthz { return 200; }
      location /static/ { if ($ssl_client_verify != SUCCESS) { return 403; } root /srv; } }`);
    expect(all.map(({ endpoint, admission }) => [endpoint.path, admission?.value.rules.length ?? null])).toEqual([
      [null, 1],
      ['/healthz', null],
    ]);
    expect(all[0]?.notes).toContain(
      'TLS lets clients in without a certificate; what turns them away is an `if` of this configuration.',
    );
    expect(all[1]?.notes).toContain(
      'TLS lets clients in without a certificate; whatever stands behind has to turn them away.',
    );
  });
});

describe('headers', () => {
  const app = 'proxy_pass http://app;';
  const sets = 'proxy_set_header X-Client-DN $ssl_client_s_dn;';

  test('that carry the client’s name', () => {
    expect(claim(`server { ${TLS} ${sets} location / { ${app} } }`).headers).toEqual(['X-Client-DN']);
  });

  test('a client’s own gets through where a location sets others', () => {
    const [first, second] = claims(`server { ${TLS} ${sets} location / { ${app} } }
      server { listen 8443 ssl; ${sets} location / { proxy_set_header Host $host; ${app} } }`);
    expect(first?.notes).toEqual([]);
    expect(second?.notes).toEqual([
      'A client’s own header X-Client-DN is passed on as it came: only other places of this configuration overwrite it.',
    ]);
  });
});

describe('a refusal that is answered otherwise', () => {
  const on = (page: string) => claim(`server { ${TLS} ssl_verify_client on; ${page} }`);

  // Each tried on nginx 1.22.1.
  test.for([
    ['as if nothing were wrong', 'error_page 495 496 =200 /hello;', 'passed-through'],
    ['with the status of a location', 'error_page 495 496 = @open; location @open { return 200; }', 'passed-through'],
    ['without a certificate only', 'error_page 496 = @open; location @open { return 200; }', 'optional'],
    ['by what stands behind, with 400', 'error_page 496 @open; location @open { proxy_pass http://app; }', 'optional'],
    ['by a location that refuses', 'error_page 495 496 = @denied; location @denied { return 403; }', 'required'],
    ['with 403', 'error_page 495 496 =403 @denied;', 'required'],
    ['by a page', 'error_page 495 496 /400.html; location = /400.html { root /srv; }', 'required'],
    ['in a location, which comes too late', 'location / { error_page 495 496 =200 /hello; }', 'required'],
  ])('%s', ([, page, value]) => {
    const { clientCertificate, notes } = on(page!);
    expect(clientCertificate?.value).toBe(value);
    expect(notes.some((note) => note.startsWith('What it refuses is answered otherwise'))).toBe(value !== 'required');
  });
});

describe('which rules count where', () => {
  const verified = 'if ($ssl_client_verify != SUCCESS) { return 403; }';
  const rules = (body: string) =>
    claims(`server { ${TLS} ssl_verify_client optional; ${body} }`).map(({ endpoint, admission }) => [
      endpoint.path,
      admission?.value.rules.map(({ effect }) => effect) ?? [],
    ]);

  test('a location within another one does not inherit its `if`', () => {
    expect(rules(`location /a { ${verified} location /a/b { proxy_pass http://app; } }`)).toEqual([
      [null, []],
      ['/a', ['refuse']],
    ]);
    expect(rules(`location / { ${verified} location /a/b { proxy_pass http://app; } }`)).toEqual([
      [null, ['refuse']],
      ['/a/b', []],
    ]);
  });
  test('it inherits `auth_request`, until it is turned off', () => {
    expect(rules('auth_request /auth; location /a { auth_request off; } location /b { root /srv; }')).toEqual([
      [null, ['ask']],
      ['/a', []],
    ]);
  });
  test('`location = /` is one path', () => {
    const [whole, root] = claims(`server { ${TLS} ssl_verify_client optional; location = / { ${verified} } }`);
    expect([whole?.endpoint.path, whole?.admission]).toEqual([null, null]);
    expect(root).toMatchObject({ endpoint: { path: '/', exact: true }, admission: { value: { rules: [{}] } } });
  });
});

test('a manifest with such a text is not taken for it', () => {
  const { claims } = read(`apiVersion: v1
kind: ConfigMap
metadata: { name: nginx }
data:
  nginx.conf: |
    http {
      server { listen 80; }
    }
`);
  expect(claims).toEqual([]);
});
