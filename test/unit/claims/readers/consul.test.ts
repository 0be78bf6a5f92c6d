/** Entries as developer.hashicorp.com/consul (1.20) shows them: Service intentions, Proxy defaults, Mesh; answers of the API as /v1/config and /v1/connect give them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consul } from '../../../../shared/claims/readers/consul.ts';
import type { Condition, Rule } from '../../../../shared/model/admission.ts';
import { DAY } from '../../../../shared/model/time.ts';
import { issueAuthority } from '../../../../shared/pki/mint/issue.ts';
import { listOf, READ_AT, readingBy } from './read-text.ts';

const readText = readingBy(consul);

type Request = { readonly service: string; readonly path: string; readonly method: string };
const holds = ({ field, not, any }: Condition, request: Request): boolean => {
  const value = request[field as keyof Request];
  const matches = any.some(({ how, text }) =>
    how === 'present' ? true : how === 'prefix' ? value.startsWith(text) : value === text,
  );
  return matches !== not;
};
/** As claims are judged: refuse before admit. */
const decide = (rules: readonly Rule[], request: Request): string => {
  const applying = rules
    .filter(({ all }) => all.every((condition) => holds(condition, request)))
    .map(({ effect }) => effect);
  return applying.includes('refuse') ? 'deny' : applying.includes('admit') ? 'allow' : 'default';
};

type Permission = {
  readonly Action: string;
  readonly HTTP: { readonly PathExact?: string; readonly PathPrefix?: string; readonly Methods?: readonly string[] };
};
type Source = { readonly Name: string; readonly Action?: string; readonly Permissions?: readonly Permission[] };
const entry = (Name: string, Sources: readonly Source[]) => ({ Kind: 'service-intentions', Name, Sources });
const rulesOf = (...entries: readonly object[]): readonly Rule[] => {
  const { claims, problems } = readText(JSON.stringify(entries), 'intentions.json');
  expect(problems).toEqual([]);
  return claims.find(({ endpoint }) => endpoint.name === 'api')?.admission?.value.rules ?? [];
};

/** As Consul’s documentation words it: precedence first, then the permissions in their order. */
const consulDecides = (
  own: readonly Source[],
  everywhere: readonly Source[],
  { service, path, method }: Request,
): string => {
  const inOrder = [own, everywhere].flatMap((sources) => [
    ...sources.filter(({ Name }) => Name === service),
    ...sources.filter(({ Name }) => Name === '*'),
  ]);
  const [first] = inOrder;
  if (first === undefined) return 'default';
  if (first.Permissions === undefined) return first.Action ?? 'deny';
  const permission = first.Permissions.find(
    ({ HTTP }) =>
      (HTTP.PathExact === undefined || HTTP.PathExact === path) &&
      (HTTP.PathPrefix === undefined || path.startsWith(HTTP.PathPrefix)) &&
      (HTTP.Methods === undefined || HTTP.Methods.includes(method)),
  );
  return permission?.Action ?? 'default';
};

test('rules without an order decide as Consul does with its precedence', () => {
  const action = fc.constantFrom('allow', 'deny');
  const permission = fc.record({
    Action: action,
    HTTP: fc.oneof(
      fc.record(
        { PathPrefix: fc.constantFrom('/', '/a', '/a/b'), Methods: fc.constantFrom(['GET'], ['GET', 'PUT']) },
        { requiredKeys: ['PathPrefix'] },
      ),
      fc.record({ PathExact: fc.constantFrom('/a', '/a/b') }),
      fc.record({ Methods: fc.constantFrom(['PUT'], ['GET']) }),
    ),
  });
  const rest = fc.oneof(
    fc.record({ Action: action }),
    fc.record({ Permissions: fc.array(permission, { minLength: 1, maxLength: 3 }) }),
  );
  const sources = fc
    .uniqueArray(fc.constantFrom('web', 'jobs', '*'), { maxLength: 3 })
    .chain((names) => fc.tuple(...names.map((Name) => rest.map((more): Source => ({ Name, ...more })))));
  const request = fc.record({
    service: fc.constantFrom('web', 'jobs', 'other'),
    path: fc.constantFrom('/', '/a', '/a/b', '/c'),
    method: fc.constantFrom('GET', 'PUT', 'DELETE'),
  });
  fc.assert(
    fc.property(sources, sources, fc.array(request, { minLength: 1, maxLength: 8 }), (own, everywhere, requests) => {
      const rules = rulesOf(entry('api', own), entry('*', everywhere), { Kind: 'service-defaults', Name: 'api' });
      for (const each of requests) expect(decide(rules, each)).toBe(consulDecides(own, everywhere, each));
    }),
  );
});

describe('what a rule cannot know', () => {
  test('headers, tokens and peers are named', () => {
    const rules = rulesOf({
      ...{ Kind: 'service-intentions', Name: 'api' },
      Sources: [
        {
          Name: 'web',
          Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/', Header: [{ Name: 'x', Exact: 'y' }] } }],
        },
        { Name: 'far', Peer: 'other-cluster', Action: 'allow' },
        { Name: '*', Action: 'deny' },
      ],
    });
    expect(rules.map(({ unread }) => unread)).toEqual([
      ['[0].Sources[0].Permissions[0].HTTP.Header'],
      ['[0].Sources[1].Peer'],
      ['[0].Sources[1]'],
    ]);
  });
  test('a word that is no action ends that entry alone', () => {
    const { claims, problems } = readText(
      JSON.stringify([
        entry('api', [{ Name: 'web', Action: 'alow' }]),
        entry('db', [{ Name: 'api', Action: 'allow' }]),
      ]),
    );
    expect(claims.map(({ endpoint }) => endpoint.name)).toEqual(['db']);
    expect(problems).toMatchObject([{ path: '[0].Sources[0].Action', message: '"alow" is none of allow, deny' }]);
  });
});

describe('MutualTLSMode', () => {
  const plaintext = (...entries: readonly object[]) => readText(JSON.stringify(entries)).claims[0]?.plaintext;
  const service = (mode?: string) => ({
    Kind: 'service-defaults',
    Name: 'api',
    ...(mode !== undefined && { MutualTLSMode: mode }),
  });
  const proxies = (mode: string) => ({ Kind: 'proxy-defaults', Name: 'global', MutualTLSMode: mode });
  test('the service’s goes before that of all proxies, and strict is the default', () => {
    expect(plaintext(service('permissive'), proxies('strict'))).toMatchObject({
      value: 'allowed',
      because: 'MutualTLSMode of service-defaults api is permissive',
    });
    expect(plaintext(service(''), proxies('permissive'))).toMatchObject({
      value: 'allowed',
      because: 'MutualTLSMode of proxy-defaults global is permissive',
    });
    expect(plaintext(service('strict'), proxies('permissive'))?.value).toBe('refused');
    expect(plaintext(service())).toMatchObject({
      value: 'refused',
      because: 'no MutualTLSMode is set, and Consul’s default is strict',
    });
    expect(plaintext(entry('api', []), entry('api', [{ Name: 'web', Action: 'allow' }]))).toBe(null);
  });
});

test('Kubernetes objects say the same, and the mesh’s switch is noted', () => {
  const of = (kind: string, name: string, spec: object) => ({
    apiVersion: 'consul.hashicorp.com/v1alpha1',
    kind,
    metadata: { name, namespace: 'shop' },
    spec,
  });
  const { claims, problems } = readText(
    listOf(
      of('ServiceIntentions', 'web-to-api', {
        destination: { name: 'api' },
        sources: [{ name: 'web', permissions: [{ action: 'allow', http: { pathPrefix: '/v2', methods: ['GET'] } }] }],
      }),
      of('ServiceDefaults', 'api', { protocol: 'http', mutualTLSMode: 'permissive' }),
      of('Mesh', 'mesh', { allowEnablingPermissiveMutualTLS: true }),
    ),
  );
  expect(problems).toEqual([]);
  expect(claims).toMatchObject([
    {
      endpoint: { name: 'api', hosts: ['api.virtual.consul', 'api.service.consul'] },
      plaintext: { value: 'allowed' },
      admission: {
        value: {
          rules: [{ effect: 'admit', all: [{ field: 'service' }, { field: 'path' }, { field: 'method' }] }],
          otherwise: 'unsaid',
        },
      },
      notes: [
        'Consul lets each service turn permissive mutual TLS on: allowEnablingPermissiveMutualTLS of the mesh is true.',
      ],
      unread: [],
    },
  ]);
});

test('intentions of the older API, and the CAs of Connect', async () => {
  const root = await issueAuthority({
    subject: 'CN=pri-1.consul.ca',
    validity: { notBefore: READ_AT - DAY, notAfter: READ_AT + DAY },
  });
  const answers = [
    {
      SourceName: 'web',
      SourceNS: 'default',
      DestinationName: 'api',
      DestinationNS: 'default',
      Action: 'allow',
      Precedence: 9,
    },
  ];
  const roots = {
    ActiveRootID: 'a',
    TrustDomain: '11111111-2222-3333-4444-555555555555.consul',
    Roots: [{ Name: 'Consul CA Root Cert', RootCert: root.certificatePem, Active: true }],
  };
  const { claims, certificates, problems } = readText(
    `${JSON.stringify(answers)}\n${JSON.stringify(roots)}`,
    'consul.json',
  );
  expect(problems).toEqual([]);
  expect(claims[0]?.admission?.value.rules).toMatchObject([
    { effect: 'admit', all: [{ field: 'service', any: [{ text: 'web' }] }] },
  ]);
  expect(claims[0]?.authorities?.value).toMatchObject([{ subject: 'CN=pri-1.consul.ca' }]);
  expect(certificates).toMatchObject([{ use: 'authority', name: 'Consul CA Root Cert' }]);
});
