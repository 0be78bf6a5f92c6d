/** Traefik’s claims, from files written for these tests in the forms that doc.traefik.io documents; no real Traefik took them. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { instantOf } from '../../../shared/model/time.ts';

const now = instantOf('2026-12-01T00:00:00Z');
const read = (...texts: readonly string[]) =>
  readSource(
    texts.map((text, at) => ({ name: `traefik-${at}.yml`, text })),
    { source: 'edge', readAt: now, now },
  );

const STATIC = `entryPoints:
  web: { address: ":80" }
  websecure: { address: ":443", http: { tls: { options: strict@file } } }
`;
const dynamic = (options: string, routers = ''): string => `http:
  routers:
    pay:
      rule: Host(\`pay.corp.example\`) && PathPrefix(\`/v1\`)
      entryPoints: [websecure]
      service: pay
      tls: { options: strict }
${routers}
tls:
  options:
    strict: ${options}
`;
const claim = (options: string, routers = '') => read(STATIC, dynamic(options, routers)).claims[0]!;

describe('what becomes of a client certificate', () => {
  test.for([
    ['{ clientAuth: { caFiles: [/tls/ca.pem] } }', 'required', 'checked'],
    ['{ clientAuth: { caFiles: [/tls/ca.pem], clientAuthType: RequireAndVerifyClientCert } }', 'required', 'checked'],
    ['{ clientAuth: { caFiles: [/tls/ca.pem], clientAuthType: VerifyClientCertIfGiven } }', 'optional', 'checked'],
    ['{ clientAuth: { clientAuthType: RequireAnyClientCert } }', 'passed-through', 'ignored'],
    ['{ clientAuth: { clientAuthType: RequestClientCert } }', 'passed-through', 'ignored'],
    ['{ clientAuth: { clientAuthType: NoClientCert } }', 'none', undefined],
    ['{ minVersion: VersionTLS13 }', 'none', undefined],
  ] as const)('%s: %s', ([options, value, expiry]) => {
    const said = claim(options);
    expect([said.clientCertificate?.value, said.expiry?.value]).toEqual([value, expiry]);
    expect(said).toMatchObject({
      at: { file: 'traefik-1.yml', line: 4, object: 'router pay' },
      endpoint: { hosts: ['pay.corp.example'], port: 443, path: '/v1', protocol: 'https', workload: 'pay' },
      unread: [],
    });
  });

  test('of the entry point, where the router has none of its own', () => {
    const [own] = read(
      STATIC,
      'http: { routers: { pay: { rule: "Host(`pay.corp.example`)", entryPoints: [websecure] } } }\ntls: { options: { strict: { clientAuth: { caFiles: [/ca.pem] } } } }',
    ).claims;
    expect(own).toMatchObject({
      clientCertificate: { value: 'required' },
      plaintext: { because: 'its entry point has `tls`' },
    });
  });

  test('options that are not in the source are unsaid; no default ones ask for nothing', () => {
    const routers = (tls: string) => `http: { routers: { pay: { rule: "Host(\`pay.corp.example\`)", tls: ${tls} } } }`;
    expect(read(routers('{ options: mtls@docker }')).claims[0]).toMatchObject({
      clientCertificate: null,
      notes: ['Its TLS options mtls are not in this source.'],
    });
    expect(read(routers('{}')).claims[0]).toMatchObject({ clientCertificate: { value: 'none' } });
  });

  test.for([
    ['its rule has no `Host`', 'Path(`/x`)'],
    ['the router pay has others for the same name', 'Host(`pay.corp.example`)'],
  ])('options do not count: %s', ([why, rule]) => {
    const routers = `    other: { rule: "${rule}", service: pay, tls: { options: other } }`;
    const { claims } = read(
      `${dynamic('{ clientAuth: { caFiles: [/ca.pem] } }', routers)}    other: { clientAuth: { clientAuthType: RequireAnyClientCert } }\n`,
    );
    expect(claims[1]).toMatchObject({
      clientCertificate: { value: 'none' },
      notes: [`Its options other do not count: ${why}.`],
    });
  });
});

test('a router without TLS for the same name is another way, unless it redirects', () => {
  const options = '{ clientAuth: { caFiles: [/ca.pem] } }';
  const open = '    old: { rule: "Host(`pay.corp.example`)", entryPoints: [web], service: pay }';
  expect(claim(options, open).otherWays).toMatchObject([
    { what: 'the router old without TLS', url: 'http://pay.corp.example:80/' },
  ]);
  const redirects = `    old: { rule: "Host(\`pay.corp.example\`)", entryPoints: [web], service: pay, middlewares: [https] }
  middlewares: { https: { redirectScheme: { scheme: https } } }`;
  expect(claim(options, redirects).otherWays).toEqual([]);
});

test('headers that carry the certificate, and who may forge them', () => {
  const { claims } = read(`http:
  routers:
    a: { rule: "Host(\`a.corp.example\`)", service: app, tls: {}, middlewares: [pass] }
    b: { rule: "Host(\`b.corp.example\`)", service: app, tls: {} }
  middlewares: { pass: { passTLSClientCert: { pem: true } } }
`);
  expect(claims[0]).toMatchObject({ headers: ['X-Forwarded-Tls-Client-Cert'], notes: [] });
  expect(claims[1]?.notes).toEqual([
    'A client’s own header X-Forwarded-Tls-Client-Cert is passed on as it came: only other routers to this service overwrite it.',
  ]);
});

test('TLS that is passed on', () => {
  const text =
    'tcp: { routers: { db: { rule: "HostSNI(`db.corp.example`)", service: db, tls: { passthrough: true } } } }';
  expect(read(text).claims).toMatchObject([
    {
      endpoint: { hosts: ['db.corp.example'], protocol: 'tls' },
      clientCertificate: null,
      plaintext: { value: 'refused' },
    },
  ]);
});

test('objects of Kubernetes: the options of a namespace, and the one called default', () => {
  const { claims, problems } = read(`apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: pay, namespace: payments }
spec:
  entryPoints: [websecure]
  routes: [{ match: "Host(\`pay.corp.example\`)", kind: Rule, services: [{ name: pay, port: 80 }] }]
  tls: { secretName: pay, options: { name: strict } }
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: shop, namespace: payments }
spec:
  routes: [{ match: "Host(\`shop.corp.example\`)", kind: Rule, services: [{ name: shop, port: 80 }] }]
  tls: { secretName: shop }
---
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: strict, namespace: payments }
spec: { clientAuth: { secretNames: [clients], clientAuthType: RequireAndVerifyClientCert } }
---
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: default, namespace: edge }
spec: { clientAuth: { clientAuthType: RequestClientCert } }
`);
  expect(problems).toEqual([]);
  expect(claims.map(({ endpoint, clientCertificate }) => [endpoint.hosts[0], clientCertificate?.value])).toEqual([
    ['pay.corp.example', 'required'],
    ['shop.corp.example', 'passed-through'],
  ]);
  expect(claims[0]?.notes).toEqual([
    'It trusts the CAs in the secret clients; what is in there is not in this source.',
  ]);
});

test('/api/rawdata', () => {
  const text = JSON.stringify({
    routers: {
      'pay@file': {
        entryPoints: ['websecure'],
        service: 'pay',
        rule: 'Host(`pay.corp.example`)',
        tls: { options: 'strict' },
        status: 'enabled',
      },
    },
    services: { 'pay@file': {} },
  });
  expect(read(text).claims).toMatchObject([{ endpoint: { hosts: ['pay.corp.example'] }, clientCertificate: null }]);
});

test('damage loses its router and no other; what nobody knows is named', () => {
  const { claims, problems } = read(
    dynamic('{ clientAuth: { caFiles: [/ca.pem], clientAuthTyp: x } }', '    bad: { rule: [x], tls: {} }'),
  );
  expect(problems).toMatchObject([
    { path: 'http.routers.bad.rule', message: 'expected a single value, found a list', at: { line: 8 } },
  ]);
  expect(claims).toMatchObject([{ unread: [{ path: 'tls.options.strict.clientAuth.clientAuthTyp' }] }]);
});

describe('entry points', () => {
  const CONFIG = `entryPoints:
  web: { address: ':443', http: { tls: { options: strict } } }
  other: { address: ':8443' }
---
http:
  routers:
    a: { rule: 'Host(\`a.test\`)', entryPoints: [web], service: s }
    b: { rule: 'Host(\`b.test\`)', entryPoints: [web], service: s }
    c: { rule: 'Host(\`b.test\`) && PathPrefix(\`/c\`)', entryPoints: [web], service: s, tls: {} }
    d: { rule: 'Host(\`d.test\`)', entryPoints: [other], service: s, tls: { options: open } }
    e: { rule: 'Host(\`d.test\`)', entryPoints: [web], service: s, tls: {} }
tcp:
  routers:
    f: { rule: 'HostSNI(\`*\`)', entryPoints: [web], service: s }
tls:
  options:
    default: { clientAuth: { caFiles: [ca.pem], clientAuthType: RequireAndVerifyClientCert } }
    strict: { clientAuth: { caFiles: [ca.pem], clientAuthType: RequireAndVerifyClientCert } }
    open: { clientAuth: { clientAuthType: NoClientCert } }
`;
  const of = (name: string, text = CONFIG) =>
    readSource([{ name: 'traefik.yaml', text }], { source: 'edge', readAt: 0, now: 0 }).claims.find(
      ({ endpoint }) => endpoint.name.split(' ')[0] === name,
    );

  test('its options are those of a router of HTTP without its own, and of no router of TCP', () => {
    expect(of('a')?.clientCertificate).toMatchObject({ value: 'required' });
    expect(of('f')).toMatchObject({ clientCertificate: null, plaintext: { value: 'allowed' } });
  });
  test('they conflict with those of another router there: the default ones count', () => {
    const weak = CONFIG.replace(/default: .*/, 'default: {}');
    expect(of('b', weak)).toMatchObject({ clientCertificate: { value: 'none' } });
    expect(of('b', weak)?.notes.join()).toContain('the router c has others');
  });
  test('a router at another entry point is no rival', () => {
    expect(of('d')?.clientCertificate).toMatchObject({ value: 'none' });
  });
});
