/** AuthorizationPolicies as the admission of a claim, and what DestinationRules have clients do. */
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import {
  authorizationPolicy,
  CHECKOUT,
  claimNamed,
  destinationRule,
  gateway,
  peerAuthentication,
  read,
} from './istio-support.ts';

const STRICT = peerAuthentication('default', 'payments', '  mtls: { mode: STRICT }');
const claimOn = (port: number, ...policies: readonly string[]) =>
  claimNamed(read(CHECKOUT, STRICT, ...policies), 'payments/checkout', port);
const admission = (...policies: readonly string[]) => claimOn(443, ...policies).admission?.value;
const ruleOf = (spec: string, action = 'ALLOW') =>
  admission(authorizationPolicy('p', 'payments', `  action: ${action}\n  rules:\n  - ${spec}`))?.rules;
const anyOf = (field: string, ...any: readonly (readonly [string, string])[]) => ({
  ...{ field, not: false },
  any: any.map(([how, text]) => ({ how, text })),
});

describe('who is admitted by default', () => {
  test('without any policy in the source nothing is said of it', () => {
    expect(admission()).toBeUndefined();
  });
  test('an ALLOW policy without rules admits nobody', () => {
    expect(admission(authorizationPolicy('p', 'payments', ' {}'))).toEqual({ rules: [], otherwise: 'refuse' });
  });
  test('a DENY policy alone admits the rest', () => {
    const policy = authorizationPolicy('p', 'payments', '  action: DENY\n  rules: [{}]');
    expect(admission(policy)).toMatchObject({ rules: [{ effect: 'refuse', all: [], unread: [] }], otherwise: 'admit' });
  });
  test('an ALLOW policy of another workload is not its', () => {
    const policy = authorizationPolicy('p', 'payments', '  selector: { matchLabels: { app: other } }');
    expect(admission(policy)).toEqual({ rules: [], otherwise: 'admit' });
  });
  test('where labels of its workload are not known, a policy that asks for one may be for it', () => {
    const only = (spec: string) =>
      authorizationPolicy('v', 'payments', `  selector: { matchLabels: { version: v1 } }\n${spec}`);
    expect(admission(only('  rules: [{}]'))).toMatchObject({
      ...{ rules: [{ effect: 'admit', unread: ['spec.selector'] }], otherwise: 'unsaid' },
    });
    expect(admission(authorizationPolicy('none', 'payments', ' {}'), only('  rules: [{}]'))).toMatchObject({
      ...{ rules: [{ effect: 'admit', unread: ['spec.selector'] }], otherwise: 'refuse' },
    });
  });
  test('of several kinds of workload it is said only where they are alike', () => {
    const pod = (version: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${version}, namespace: payments, labels: { app: checkout, version: ${version} } }\nspec: { containers: [{ name: istio-proxy }] }`;
    const v1 = authorizationPolicy('v', 'payments', '  selector: { matchLabels: { version: v1 } }');
    const claim = claimOn(443, pod('v1'), pod('v2'), v1);
    expect(claim.admission).toBeNull();
    expect(claim.notes.join()).toContain('different AuthorizationPolicies');
    expect(claimOn(443, pod('v2'), v1).admission?.value).toEqual({ rules: [], otherwise: 'admit' });
    expect(claimOn(443, pod('v1'), v1).admission?.value).toEqual({ rules: [], otherwise: 'refuse' });
  });
  test('one with a target is enforced by a waypoint, and by nobody without one', () => {
    const policy = authorizationPolicy('p', 'payments', '  targetRefs: [{ kind: Service, group: "", name: checkout }]');
    const namespace = (labels: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: payments, labels: { istio.io/dataplane-mode: ambient${labels} } }`;
    expect(claimOn(443, namespace(''), policy).admission?.value.otherwise).toBe('admit');
    expect(claimOn(443, namespace(', istio.io/use-waypoint: none'), policy).admission?.value.otherwise).toBe('admit');
    expect(claimOn(443, namespace(', istio.io/use-waypoint: own'), policy).admission?.value.otherwise).toBe('refuse');
  });
  test('one of the root namespace is everybody’s, one of another namespace is not', () => {
    expect(admission(authorizationPolicy('p', 'istio-system', ' {}'))?.otherwise).toBe('refuse');
    expect(admission(authorizationPolicy('p', 'orders', ' {}'))?.otherwise).toBe('admit');
  });
  test('CUSTOM asks; AUDIT and dry runs refuse nobody, and are notes', () => {
    const custom = authorizationPolicy('c', 'payments', '  action: CUSTOM\n  provider: { name: opa }\n  rules: [{}]');
    const audit = authorizationPolicy('a', 'payments', '  action: AUDIT\n  rules: [{}]');
    const claim = claimOn(443, custom, audit);
    expect(claim.admission?.value).toMatchObject({ rules: [{ effect: 'ask', all: [] }], otherwise: 'admit' });
    expect(claim.notes).toEqual([
      'AuthorizationPolicy payments/c asks opa, whose answer the source does not have.',
      'AuthorizationPolicy payments/a only audits: it refuses nobody.',
    ]);
  });
});

describe('conditions', () => {
  test('principals are SPIFFE IDs; wildcards stand at either end', () => {
    const values = '["cluster.local/ns/orders/sa/web", "cluster.local/ns/orders/*", "*/sa/web", "*"]';
    expect(ruleOf(`from: [{ source: { principals: ${values} } }]`)).toMatchObject([
      {
        effect: 'admit',
        all: [
          anyOf(
            'spiffe-id',
            ['exact', 'spiffe://cluster.local/ns/orders/sa/web'],
            ['prefix', 'spiffe://cluster.local/ns/orders/'],
            ['suffix', '/sa/web'],
            ['present', ''],
          ),
        ],
        unread: [],
      },
    ]);
  });

  test('cluster.local is whichever trust domain the mesh has, and its aliases', () => {
    const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata:\n  mesh: |-\n    trustDomain: corp.example\n    trustDomainAliases: [old.example]`;
    const policy = authorizationPolicy(
      'p',
      'payments',
      '  rules:\n  - from: [{ source: { principals: ["cluster.local/ns/a/sa/b"] } }]',
    );
    expect(admission(config, policy)?.rules[0]?.all).toEqual([
      anyOf('spiffe-id', ['exact', 'spiffe://corp.example/ns/a/sa/b'], ['exact', 'spiffe://old.example/ns/a/sa/b']),
    ]);
  });

  test('notPrincipals of a DENY rule refuse a client without a certificate, too', () => {
    const [rule] = ruleOf('from: [{ source: { notPrincipals: ["*"] } }]', 'DENY') ?? [];
    expect(rule).toMatchObject({
      effect: 'refuse',
      all: [{ field: 'spiffe-id', not: true, any: [{ how: 'present' }] }],
    });
  });

  test('namespaces and service accounts', () => {
    expect(
      ruleOf('from: [{ source: { namespaces: ["orders", "team-*"], notNamespaces: [team-x] } }]')?.[0]?.all,
    ).toEqual([
      anyOf('namespace', ['exact', 'orders'], ['prefix', 'team-']),
      { ...anyOf('namespace', ['exact', 'team-x']), not: true },
    ]);
    expect(ruleOf('from: [{ source: { serviceAccounts: [web, orders/cart] } }]')?.[0]?.all).toEqual([
      anyOf('spiffe-id', ['suffix', '/ns/payments/sa/web'], ['suffix', '/ns/orders/sa/cart']),
    ]);
  });

  test('one rule for each source and each operation', () => {
    const spec =
      'from: [{ source: { namespaces: [a] } }, { source: { namespaces: [b] } }]\n    to: [{ operation: { methods: [GET], paths: ["/info*"] } }, { operation: { paths: ["/v/{*}/{**}"] } }]';
    const rules = ruleOf(spec) ?? [];
    expect(rules.map(({ all }) => all.map(({ field, any }) => [field, any[0]?.text]))).toEqual([
      [
        ['namespace', 'a'],
        ['method', 'GET'],
        ['path', '/info'],
      ],
      [
        ['namespace', 'a'],
        ['path', '^/v/[^/]+/.*$'],
      ],
      [
        ['namespace', 'b'],
        ['method', 'GET'],
        ['path', '/info'],
      ],
      [
        ['namespace', 'b'],
        ['path', '^/v/[^/]+/.*$'],
      ],
    ]);
  });

  test('ports are the workload’s, and decide at once', () => {
    const on = (ports: string) => ruleOf(`to: [{ operation: { ports: ${ports} } }]`)?.length;
    expect([on('["8443"]'), on('["443"]')]).toEqual([1, 0]);
    expect(ruleOf('to: [{ operation: { notPorts: ["8443"] } }]')).toEqual([]);
  });

  test('when: what is known is read, anything else is named', () => {
    const when =
      'when: [{ key: source.namespace, values: [a] }, { key: "request.headers[x]", values: [y] }, { key: source.ip, notValues: [10.0.0.0/8] }]';
    expect(ruleOf(when)).toMatchObject([
      {
        all: [anyOf('namespace', ['exact', 'a'])],
        unread: ['spec.rules[0].when[1].values', 'spec.rules[0].when[2].notValues'],
      },
    ]);
  });

  test('at a port that is not HTTP, conditions on requests admit nobody and refuse more', () => {
    const allow = authorizationPolicy('p', 'payments', '  rules: [{ to: [{ operation: { methods: [GET] } }] }]');
    const deny = authorizationPolicy(
      'q',
      'payments',
      '  action: DENY\n  rules: [{ to: [{ operation: { methods: [GET] } }] }]',
    );
    const claim = claimOn(9090, allow, deny);
    expect(claim.admission?.value).toMatchObject({ rules: [{ effect: 'refuse', all: [] }], otherwise: 'refuse' });
    expect(claim.notes).toHaveLength(2);
  });
});

describe('ambient mode', () => {
  const namespace = (labels: string) =>
    `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: payments\n  labels: { istio.io/dataplane-mode: ambient${labels} }`;
  const l7 = 'rules: [{ from: [{ source: { namespaces: [a] } }], to: [{ operation: { methods: [GET] } }] }]';

  test('ztunnel sees no requests: an ALLOW rule about them admits nobody', () => {
    const claim = claimOn(443, namespace(''), authorizationPolicy('p', 'payments', `  ${l7}`));
    expect(claim.admission?.value).toEqual({ rules: [], otherwise: 'refuse' });
    expect(claim.notes).toEqual([expect.stringContaining('have no effect at ztunnel')]);
  });
  test('a policy for the Service is its waypoint’s, which sees them; a sidecar reads no such policy', () => {
    const policy = authorizationPolicy(
      'p',
      'payments',
      `  targetRefs: [{ kind: Service, group: "", name: checkout }]\n  ${l7}`,
    );
    expect(
      claimOn(443, namespace(', istio.io/use-waypoint: waypoint'), policy).admission?.value.rules[0]?.all,
    ).toHaveLength(2);
    const injected =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: payments\n  labels: { istio-injection: enabled }';
    expect(claimOn(443, injected, policy).admission?.value).toEqual({ rules: [], otherwise: 'admit' });
  });
});

describe('clients', () => {
  const clients = (...rules: readonly string[]) => claimOn(443, ...rules).clients;
  const tls = (mode: string) => `  trafficPolicy: { tls: { mode: ${mode} } }`;

  test('without a rule, mutual TLS is automatic', () => {
    expect(clients()).toMatchObject({
      value: 'mutual',
      because: 'no DestinationRule says a mode: mutual TLS is automatic',
    });
  });
  test('a rule of the Service’s namespace decides before the mesh’s', () => {
    const mesh = destinationRule('all', 'istio-system', `  host: "*.local"\n${tls('ISTIO_MUTUAL')}`);
    expect(clients(mesh)?.value).toBe('mutual');
    expect(clients(mesh, destinationRule('c', 'payments', `  host: checkout\n${tls('DISABLE')}`))).toMatchObject({
      value: 'plaintext',
      at: { object: 'DestinationRule payments/c' },
    });
  });
  test('the most specific host decides, and a name with a dot is whole', () => {
    const wide = destinationRule('w', 'payments', `  host: "*.payments.svc.cluster.local"\n${tls('SIMPLE')}`);
    const short = destinationRule('s', 'payments', `  host: checkout.payments\n${tls('DISABLE')}`);
    expect(clients(wide, short)?.value).toBe('simple');
  });
  test('a port’s settings inherit nothing', () => {
    const spec = `  host: checkout\n  trafficPolicy:\n    tls: { mode: DISABLE }\n    portLevelSettings: [{ port: { number: 443 }, connectionPool: {} }]`;
    expect(clients(destinationRule('c', 'payments', spec))?.value).toBe('mutual');
    expect(claimOn(9090, destinationRule('c', 'payments', spec)).clients?.value).toBe('plaintext');
  });
  test('rules of clients’ own namespaces, and of subsets, are notes', () => {
    const own = destinationRule('c', 'orders', `  host: checkout.payments.svc.cluster.local\n${tls('DISABLE')}`);
    const subset = destinationRule(
      's',
      'payments',
      `  host: checkout\n  subsets: [{ name: v1, labels: { v: "1" }, trafficPolicy: { tls: { mode: SIMPLE } } }]`,
    );
    expect(claimOn(443, own, subset).notes).toEqual([
      'Clients in orders use no TLS (DestinationRule orders/c).',
      'Clients of its subset v1 use TLS without a certificate of their own (DestinationRule payments/s).',
    ]);
  });
});

describe('gateways', () => {
  const server = (name: string, port: string, tls: string) =>
    `  - name: ${name}\n    port: ${port}\n    hosts: ["shop/api.example.com"]${tls === '' ? '' : `\n    tls: ${tls}`}`;
  const HTTPS = '{ number: 443, name: https, protocol: HTTPS }';
  const gatewayWith = (...servers: readonly string[]) =>
    gateway('public', 'edge', `  selector: { istio: ingressgateway }\n  servers:\n${servers.join('\n')}`);
  const one = (tls: string) => claimNamed(read(gatewayWith(server('a', HTTPS, tls))), 'edge/public:a');

  test.each([
    ['SIMPLE', 'none', 'refused'],
    ['MUTUAL', 'required', 'refused'],
    ['OPTIONAL_MUTUAL', 'optional', 'refused'],
    ['ISTIO_MUTUAL', 'required', 'refused'],
    ['PASSTHROUGH', undefined, undefined],
    ['AUTO_PASSTHROUGH', undefined, undefined],
  ])('%s', (mode, clientCertificate, plaintext) => {
    const claim = one(`{ mode: ${mode}, credentialName: api }`);
    expect([claim.clientCertificate?.value, claim.plaintext?.value]).toEqual([clientCertificate, plaintext]);
    expect(claim.endpoint).toMatchObject({ hosts: ['api.example.com'], port: 443, protocol: 'https' });
    expect(claim.unread).toEqual([]);
  });

  test('insecureSkipVerify verifies nothing', () => {
    expect(one('{ mode: MUTUAL, insecureSkipVerify: true }').clientCertificate?.value).toBe('passed-through');
  });
  test('a list of revoked certificates, no list, and a Secret that may have one', () => {
    const files = 'mode: MUTUAL, serverCertificate: /a, privateKey: /b, caCertificates: /c';
    expect(one(`{ ${files}, caCrl: /d }`).revocation?.value).toBe('crl');
    expect(one(`{ ${files} }`).revocation?.value).toBe('none');
    expect(one('{ mode: MUTUAL, credentialName: api }').revocation).toBeNull();
  });
  test('names admit, and hashes of keys are not read', () => {
    const { admission: admits } = one(
      '{ mode: MUTUAL, subjectAltNames: [a.example, "spiffe://x/y"], verifyCertificateSpki: [AAAA] }',
    );
    expect(admits?.value).toMatchObject({
      rules: [
        { all: [anyOf('san-uri', ['exact', 'spiffe://x/y'])], unread: ['spec.servers[0].tls.verifyCertificateSpki'] },
        { all: [anyOf('san-dns', ['exact', 'a.example'])] },
      ],
      otherwise: 'refuse',
    });
  });
  test('a server without TLS for the same host is another way in, unless it redirects', () => {
    const http = (tls: string) => server('b', '{ number: 80, name: http, protocol: HTTP }', tls);
    const mutual = server('a', HTTPS, '{ mode: MUTUAL, credentialName: api }');
    expect(claimNamed(read(gatewayWith(mutual, http(''))), 'edge/public:a').otherWays).toMatchObject([
      { what: 'the server b of the same gateway, without TLS', url: 'http://api.example.com:80/' },
    ]);
    expect(claimNamed(read(gatewayWith(mutual, http('{ httpsRedirect: true }'))), 'edge/public:a').otherWays).toEqual(
      [],
    );
  });
});

test('a Service alone asks no reader of Istio', () => {
  const { claims } = readSource([{ name: 'x', text: CHECKOUT }], { source: 'x', readAt: 0, now: 0 });
  expect(claims).toEqual([]);
});
