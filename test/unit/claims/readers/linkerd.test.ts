/** Objects as linkerd.io/2.15/reference/authorization-policy shows them, on its demo emojivoto; edges as viz/cmd/testdata of linkerd2 has them. */

import { describe, expect, test } from 'vitest';
import { linkerd } from '../../../../shared/claims/readers/linkerd.ts';
import { listOf, readingBy } from './read-text.ts';

const readText = readingBy(linkerd);

const of = (kind: string, name: string, spec: object, more: object = {}) => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind,
  metadata: { name, namespace: 'emojivoto', ...more },
  spec,
});
const server = (spec: object = {}, labels: object = {}) =>
  of(
    'Server',
    'voting-grpc',
    { podSelector: { matchLabels: { app: 'voting-svc' } }, port: 'grpc', proxyProtocol: 'gRPC', ...spec },
    { labels },
  );
const service = {
  ...{
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'voting-svc', namespace: 'emojivoto', labels: { team: 'votes' } },
  },
  spec: { selector: { app: 'voting-svc' }, ports: [{ name: 'grpc', port: 8080, targetPort: 'grpc' }] },
};
const namespace = (annotations: object) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'emojivoto', annotations } },
});
const authorization = (client: object) =>
  of('ServerAuthorization', 'voting', { server: { name: 'voting-grpc' }, client });
const claimsOf = (...objects: readonly object[]) => {
  const { claims, problems } = readText(listOf(...objects));
  expect(problems).toEqual([]);
  return claims;
};
const claimOf = (...objects: readonly object[]) => {
  const [claim, ...more] = claimsOf(...objects);
  expect(more).toEqual([]);
  if (claim === undefined) throw new Error('no claim');
  return claim;
};

test('a Server without an authorization refuses everybody, at the Service that leads to it', () => {
  const claim = claimOf(server(), service);
  expect(claim.endpoint).toMatchObject({
    name: 'emojivoto/voting-svc:8080',
    hosts: ['voting-svc.emojivoto.svc.cluster.local', 'voting-svc.emojivoto.svc', 'voting-svc.emojivoto'],
    port: 8080,
    workload: 'app=voting-svc',
    labels: { team: 'votes' },
  });
  expect(claim).toMatchObject({
    clientCertificate: { value: 'required', because: 'accessPolicy of the Server is deny' },
    plaintext: { value: 'refused' },
    admission: { value: { rules: [], otherwise: 'refuse' } },
    unread: [],
  });
});

describe('whom a ServerAuthorization lets in', () => {
  const rules = (client: object) =>
    claimOf(server(), authorization(client)).admission?.value.rules.map(({ all, unread }) => [all, unread]);
  test('accounts and identities of the mesh', () => {
    const meshTLS = {
      identities: [
        'web.emojivoto.serviceaccount.identity.linkerd.cluster.local',
        '*.emojivoto.serviceaccount.identity.linkerd.cluster.local',
        '*',
      ],
      serviceAccounts: [{ name: 'prometheus', namespace: 'linkerd-viz' }, { name: 'web' }],
    };
    const any = [
      { how: 'exact', text: 'web.emojivoto.serviceaccount.identity.linkerd.cluster.local' },
      { how: 'suffix', text: '.emojivoto.serviceaccount.identity.linkerd.cluster.local' },
      { how: 'present', text: '' },
      { how: 'prefix', text: 'prometheus.linkerd-viz.serviceaccount.identity.' },
      { how: 'prefix', text: 'web.emojivoto.serviceaccount.identity.' },
    ];
    expect(rules({ meshTLS })).toEqual([[[{ field: 'san-dns', not: false, any }], []]]);
  });
  test('clients without an identity: then plaintext is let in, too', () => {
    const networks = [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }];
    expect(claimOf(server(), authorization({ unauthenticated: true, networks }))).toMatchObject({
      clientCertificate: { value: 'optional' },
      plaintext: {
        value: 'allowed',
        because: 'ServerAuthorization emojivoto/voting lets clients in without an identity',
      },
      admission: { value: { rules: [{ effect: 'admit', all: [], unread: [] }] } },
    });
  });
  test('networks are named, not guessed', () => {
    expect(rules({ unauthenticated: true, networks: [{ cidr: '10.0.0.0/8' }] })).toEqual([
      [[], ['items[1].spec.client.networks[0]']],
    ]);
  });
  test('by labels of the Server', () => {
    const chosen = of('ServerAuthorization', 'all', {
      server: { selector: { matchLabels: { app: 'x' } } },
      client: { unauthenticated: true },
    });
    expect(claimOf(server({}, { app: 'x' }), chosen).plaintext?.value).toBe('allowed');
    expect(claimOf(server({}, { app: 'y' }), chosen).plaintext?.value).toBe('refused');
  });
});

describe('AuthorizationPolicy', () => {
  const policy = (targetRef: object, ...requiredAuthenticationRefs: readonly object[]) =>
    of('AuthorizationPolicy', 'web-only', { targetRef, requiredAuthenticationRefs });
  const target = { group: 'policy.linkerd.io', kind: 'Server', name: 'voting-grpc' };
  const webOnly = of('MeshTLSAuthentication', 'web', { identityRefs: [{ kind: 'ServiceAccount', name: 'web' }] });
  const authentication = { group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'web' };

  test('all of its authentications must hold', () => {
    const network = of('NetworkAuthentication', 'pods', { networks: [{ cidr: '10.0.0.0/8' }] });
    const refs = [authentication, { kind: 'NetworkAuthentication', name: 'pods', group: 'policy.linkerd.io' }];
    const claim = claimOf(server(), policy(target, ...refs), webOnly, network);
    expect(claim.plaintext?.value).toBe('refused');
    expect(claim.admission?.value.rules).toMatchObject([
      { all: [{ any: [{ text: 'web.emojivoto.serviceaccount.identity.' }] }], unread: ['items[3].spec.networks[0]'] },
    ]);
  });
  test('one that asks for nobody’s identity is open', () => {
    expect(claimOf(server(), policy({ kind: 'Namespace', name: 'emojivoto' })).plaintext?.value).toBe('allowed');
  });
  test('one that names what is not there admits nobody that is known, and says so', () => {
    const claim = claimOf(server(), policy(target, authentication));
    expect(claim.notes).toEqual(['It asks for MeshTLSAuthentication emojivoto/web, which is not in the source.']);
    expect(claim.admission?.value.rules[0]?.unread).toEqual(['items[1].spec.requiredAuthenticationRefs[0]']);
    expect(claim.plaintext?.value).toBe('refused');
  });
  test('for a route, with its method and path', () => {
    const route = of('HTTPRoute', 'votes', {
      parentRefs: [{ name: 'voting-grpc', kind: 'Server', group: 'policy.linkerd.io' }],
      rules: [
        {
          matches: [
            { path: { type: 'PathPrefix', value: '/api' }, method: 'GET' },
            { headers: [{ name: 'x', value: 'y' }] },
          ],
        },
      ],
    });
    const claim = claimOf(
      server(),
      policy({ kind: 'HTTPRoute', name: 'votes', group: 'policy.linkerd.io' }, authentication),
      webOnly,
      route,
    );
    expect(claim.admission?.value.rules).toMatchObject([
      {
        all: [
          { field: 'san-dns' },
          { field: 'method', any: [{ how: 'exact', text: 'GET' }] },
          { field: 'path', any: [{ how: 'prefix', text: '/api' }] },
        ],
        unread: [],
      },
      { all: [{ field: 'san-dns' }], unread: ['items[3].spec.rules[0].matches[1].headers'] },
    ]);
  });
});

describe('default policies', () => {
  test.each([
    ['all-unauthenticated', 'allowed', 'admit', 0],
    ['all-authenticated', 'refused', 'refuse', 1],
    ['cluster-authenticated', 'refused', 'refuse', 1],
    ['cluster-unauthenticated', 'allowed', 'refuse', 1],
    ['deny', 'refused', 'refuse', 0],
    ['audit', 'allowed', 'admit', 0],
  ])('%s: plaintext is %s', (policy, plaintext, otherwise, rules) => {
    const annotations = { 'linkerd.io/inject': 'enabled', 'config.linkerd.io/default-inbound-policy': policy };
    const claim = claimOf(service, namespace(annotations));
    expect(claim.plaintext?.value).toBe(plaintext);
    expect(claim.admission?.value.otherwise).toBe(otherwise);
    expect(claim.admission?.value.rules).toHaveLength(rules);
    expect(claimOf(server({ accessPolicy: policy })).plaintext?.value).toBe(plaintext);
  });
  test('the workload’s goes before the namespace’s, and none means open', () => {
    const annotations = { 'config.linkerd.io/default-inbound-policy': 'deny' };
    const template = { metadata: { labels: { app: 'voting-svc' }, annotations }, spec: {} };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'voting', namespace: 'emojivoto' },
      spec: { template },
    };
    const meshed = namespace({ 'linkerd.io/inject': 'enabled' });
    expect(claimOf(service, meshed, deployment).plaintext?.value).toBe('refused');
    expect(claimOf(service, meshed).plaintext).toMatchObject({
      value: 'allowed',
      because: 'no Server selects it and no annotation says otherwise, and Linkerd installs with all-unauthenticated',
    });
  });
  test('what Linkerd is not in is not its to say', () => {
    expect(claimsOf(service, namespace({ 'linkerd.io/inject': 'disabled' }))).toEqual([]);
    expect(claimsOf(service, namespace({}))).toEqual([]);
  });
  test('a word that is none of them is a problem with its line, and the others are read', () => {
    const { claims, problems } = readText(
      listOf(server({ accessPolicy: 'all-unauthentcated' }), of('Server', 'other', { podSelector: {}, port: 80 })),
    );
    expect(claims.map(({ endpoint }) => endpoint.name)).toEqual(['emojivoto/other']);
    expect(problems).toMatchObject([
      { path: 'items[0].spec.accessPolicy', at: { object: 'Server emojivoto/voting-grpc' } },
    ]);
  });
});

describe('edges of viz', () => {
  const edge = (src: string, dst: string, client: string, reason = '') => ({
    ...{ src, src_namespace: 'emojivoto', dst, dst_namespace: 'emojivoto' },
    ...{ client_id: client, server_id: reason === '' ? `${dst}.emojivoto` : '', no_tls_reason: reason },
  });
  const read = (...edges: readonly object[]) => readText(JSON.stringify(edges, null, 2), 'edges.json');

  test('one without TLS is plaintext that was let in', () => {
    const { claims, problems } = read(
      edge('web', 'voting', 'web.emojivoto'),
      edge('legacy', 'voting', '', 'Not Provided By Remote'),
      edge('voting', 'voting', '', 'Loopback'),
    );
    expect(problems).toEqual([]);
    expect(claims).toMatchObject([
      {
        endpoint: { name: 'emojivoto/voting', workload: 'voting' },
        clientCertificate: null,
        plaintext: {
          value: 'allowed',
          at: { file: 'edges.json', line: 11 },
          because: 'Linkerd saw 1 of 2 edges without mutual TLS: from emojivoto/legacy (Not Provided By Remote)',
        },
        admission: {
          value: {
            rules: [{ all: [{ field: 'san-dns', any: [{ how: 'prefix', text: 'web.emojivoto.' }] }] }],
            otherwise: 'unsaid',
          },
        },
        unread: [],
      },
    ]);
  });
  test('that all are with TLS does not say that plaintext is refused', () => {
    const [claim] = read(edge('web', 'emoji', 'web.emojivoto')).claims;
    expect(claim?.plaintext).toBe(null);
    expect(claim?.notes).toEqual(['Linkerd saw 1 edge to it, each with mutual TLS.']);
  });
});

describe('what no policy sees', () => {
  const numbered = { ...service, spec: { ...service.spec, ports: [{ name: 'grpc', port: 8080 }] } };
  const meshed = { 'linkerd.io/inject': 'enabled' };

  test('whether a policy speaks of it: a Server, an annotation, or only the default of an install', () => {
    expect(claimOf(namespace(meshed), service).policy).toBe('absent');
    expect(claimOf(server(), service).policy).toBe('present');
    const annotated = { ...meshed, 'config.linkerd.io/default-inbound-policy': 'all-unauthenticated' };
    expect(claimOf(namespace(annotated), service).policy).toBe('present');
  });

  test.for([
    ['8080', null],
    ['4000, 8000-9000', null],
    ['8081', 'allowed'],
  ])('skip-inbound-ports %s', ([ports, plaintext]) => {
    const annotations = { ...meshed, 'config.linkerd.io/skip-inbound-ports': ports };
    const claim = claimOf(namespace(annotations), numbered);
    expect([claim.plaintext?.value ?? null, claim.clientCertificate === null]).toEqual([plaintext, plaintext === null]);
  });

  test('a Server says nothing of a port that goes past the proxy', () => {
    const strict = server({ port: 8080, accessPolicy: 'all-authenticated' });
    const annotations = { ...meshed, 'config.linkerd.io/skip-inbound-ports': '8080' };
    const found = claimsOf(strict, numbered, namespace(annotations)).filter(
      ({ endpoint }) => endpoint.hosts.length > 0,
    );
    expect(found).toMatchObject([{ clientCertificate: null, plaintext: null }]);
  });

  test('a NetworkAuthentication that is not in the source asks for no identity', () => {
    const policy = of('AuthorizationPolicy', 'p', {
      targetRef: { kind: 'Server', name: 'voting-grpc' },
      requiredAuthenticationRefs: [{ kind: 'NetworkAuthentication', name: 'gone', group: 'policy.linkerd.io' }],
    });
    expect(claimOf(server(), policy, service).plaintext?.value).toBe('allowed');
  });
});
