/** Exports with any part replaced by anything: no reader throws, every problem has its place, and what is not damaged is read as before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSource } from '../../../../shared/claims/read-source.ts';
import { readingSchema } from '../../../../shared/model/claim.ts';
import { READ_AT } from './read-text.ts';

const object = (apiVersion: string, kind: string, spec: object, more: object = {}) => ({
  ...{
    apiVersion,
    kind,
    metadata: { name: 'x', namespace: 'n', labels: { a: 'b' }, annotations: { 'linkerd.io/inject': 'enabled' } },
    spec,
  },
  ...more,
});
const items = [
  object('v1', 'Service', { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 'http' }] }),
  object('v1', 'Namespace', {}),
  object('policy.linkerd.io/v1beta3', 'Server', {
    podSelector: { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['x'] }] },
    port: 'http',
    accessPolicy: 'deny',
  }),
  object('policy.linkerd.io/v1beta1', 'ServerAuthorization', {
    server: { name: 'x' },
    client: {
      meshTLS: { identities: ['*'], serviceAccounts: [{ name: 'y' }] },
      networks: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }],
    },
  }),
  object('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', {
    targetRef: { kind: 'HTTPRoute', name: 'x' },
    requiredAuthenticationRefs: [{ kind: 'MeshTLSAuthentication', name: 'x' }],
  }),
  object('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', {
    identityRefs: [{ kind: 'ServiceAccount', name: 'y' }],
  }),
  object('policy.linkerd.io/v1beta3', 'HTTPRoute', {
    parentRefs: [{ kind: 'Server', name: 'x' }],
    rules: [{ matches: [{ path: { type: 'Exact', value: '/' }, method: 'GET' }] }],
  }),
  object('cilium.io/v2', 'CiliumNetworkPolicy', {
    endpointSelector: { matchLabels: { app: 'x' } },
    ingress: [
      {
        fromEntities: ['all'],
        authentication: { mode: 'required' },
        toPorts: [
          { ports: [{ port: '80', endPort: 90, protocol: 'TCP' }], rules: { http: [{ path: '/', method: 'GET' }] } },
        ],
      },
    ],
  }),
  object(
    'cert-manager.io/v1',
    'Certificate',
    { dnsNames: ['x'], duration: '24h', renewBefore: '4h', usages: ['client auth'], issuerRef: { name: 'x' } },
    {
      status: {
        notBefore: '2026-11-30T00:00:00Z',
        notAfter: '2026-12-01T00:00:00Z',
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    },
  ),
  object(
    'cert-manager.io/v1',
    'CertificateRequest',
    { usages: ['client auth'] },
    { status: { ca: 'AAAA', certificate: 'AAAA' } },
  ),
  object('cert-manager.io/v1', 'Issuer', { ca: {} }, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
  object('trust.cert-manager.io/v1alpha1', 'Bundle', {
    sources: [{ inLine: 'x' }, { configMap: { name: 'x', key: 'k' } }],
    target: { configMap: { key: 'k' } },
  }),
  { ...object('v1', 'ConfigMap', {}), data: { k: 'x' } },
  object('consul.hashicorp.com/v1alpha1', 'ServiceIntentions', {
    destination: { name: 'x' },
    sources: [
      { name: 'y', permissions: [{ action: 'allow', http: { pathPrefix: '/', methods: ['GET'] } }] },
      { name: '*', action: 'deny' },
    ],
  }),
  object('consul.hashicorp.com/v1alpha1', 'ServiceDefaults', { mutualTLSMode: 'permissive' }),
];
const SOURCES: readonly object[] = [
  { apiVersion: 'v1', kind: 'List', items },
  [
    {
      src: 'a',
      src_namespace: 'n',
      dst: 'b',
      dst_namespace: 'n',
      client_id: 'a.n',
      server_id: '',
      no_tls_reason: 'Not HTTP',
    },
  ],
  {
    flow: {
      verdict: 'DROPPED',
      drop_reason_desc: 'AUTH_REQUIRED',
      l4: { TCP: { destination_port: 80 } },
      source: { labels: ['x'] },
      destination: { namespace: 'n', pod_name: 'x', workloads: [{ name: 'w' }] },
    },
  },
  {
    timestamp: 1773842446,
    graphType: 'workload',
    elements: {
      nodes: [{ data: { id: 'a', namespace: 'n', workload: 'w' } }],
      edges: [{ data: { source: 'a', target: 'a', isMTLS: '50', sourcePrincipal: 'x' } }],
    },
  },
  [{ Kind: 'service-intentions', Name: 'x', Sources: [{ Name: 'y', Action: 'allow' }] }],
  [{ SourceName: 'x', DestinationName: 'y', Action: 'deny' }],
  { TrustDomain: 'x', Roots: [{ RootCert: 'x' }] },
  { entries: [{ spiffe_id: { trust_domain: 'x', path: '/y' }, x509_svid_ttl: 60, expires_at: '1', dns_names: ['z'] }] },
  {
    agents: [{ id: { trust_domain: 'x', path: '/y' }, attestation_type: 'x', x509svid_expires_at: '1', banned: true }],
  },
  { svids: [{ spiffe_id: 'x', x509_svid: 'AAAA', bundle: 'AAAA' }] },
  { trust_domain: 'x', x509_authorities: [{ asn1: 'AAAA' }] },
  { keys: [{ use: 'x509-svid', x5c: ['AAAA'] }] },
];

/** The value with one part of it, chosen by the steps, replaced. */
const damaged = (value: unknown, steps: readonly number[], by: unknown): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined || value === null || typeof value !== 'object') return by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const inner = damaged((value as Record<string, unknown>)[key], rest, by);
  return Array.isArray(value)
    ? value.map((each, index) => (String(index) === key ? inner : each))
    : { ...value, [key]: inner };
};
const read = (value: unknown) =>
  readSource([{ name: 'x.json', text: JSON.stringify(value) }], { source: 's', readAt: READ_AT, now: READ_AT });

test('no reader throws, and what it says is as the schema has it', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('', '*', -1, 1e300, '1e9', null, [], {}, [[]], [null], { a: null }, '2026-99-99', '\u0000‮'),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...SOURCES),
      fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 9 }),
      anything,
      (source, steps, by) => {
        const reading = read(damaged(source, steps, by));
        expect(readingSchema.safeParse(reading).error?.message ?? '').toBe('');
        for (const { at, message } of reading.problems) {
          expect(at.file).toBe('x.json');
          expect(message).not.toBe('');
        }
        expect(JSON.stringify(reading)).not.toMatch(/\\u0000|‮/);
      },
    ),
    { numRuns: 3000 },
  );
});

test('sound ones have no problem but certificates that are none', () => {
  const messages = SOURCES.flatMap((source) => read(source).problems.map(({ message }) => message));
  expect(messages.filter((message) => !/certificate|no reader knows|x5c/.test(message))).toEqual([]);
});
