/** Envoy’s listeners in the spelling of `istioctl`, what RBAC’s expressions mean, and exports that are damaged. Real dumps are read in test/lab. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../shared/claims/read-source.ts';
import { alternativesOf, type Expression } from '../../../shared/claims/readers/envoy/envoy-expression.ts';
import type { Condition } from '../../../shared/model/admission.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const read = (...values: readonly unknown[]) =>
  readSource(
    values.map((value, index) => ({ name: `${index}.json`, text: JSON.stringify(value, null, 1) })),
    { source: 'pod', readAt: 0, now: 0 },
  );

const tls = (context: object) => ({
  transportSocket: {
    name: 'envoy.transport_sockets.tls',
    typedConfig: { '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`, ...context },
  },
});
const MUTUAL = tls({
  requireClientCertificate: true,
  commonTlsContext: {
    tlsCertificateSdsSecretConfigs: [{ name: 'default', sdsConfig: { ads: {} } }],
    combinedValidationContext: {
      defaultValidationContext: {},
      validationContextSdsSecretConfig: { name: 'ROOTCA', sdsConfig: { ads: {} } },
    },
  },
});
const rbac = (rules: object) => ({
  name: 'rbac',
  typedConfig: { '@type': `${TYPE}.filters.network.rbac.v3.RBAC`, rules },
});
const inbound = (...filterChains: readonly object[]) => [
  {
    name: 'virtualInbound',
    address: { socketAddress: { address: '0.0.0.0', portValue: 15006 } },
    trafficDirection: 'INBOUND',
    filterChains,
  },
];
const chain = (port: number, more: object, transportProtocol?: string) => ({
  filterChainMatch: { destinationPort: port, ...(transportProtocol && { transportProtocol }) },
  filters: [],
  ...more,
});

describe('istioctl proxy-config listener -o json', () => {
  test('one claim for each destination port; the blackhole is none, and what goes out is none', () => {
    const out = { ...inbound(chain(80, {}))[0], name: '0.0.0.0_80', trafficDirection: 'OUTBOUND' };
    const { claims, problems } = read([
      ...inbound(
        chain(15006, {}),
        chain(8443, MUTUAL, 'tls'),
        chain(8080, MUTUAL, 'tls'),
        chain(8080, {}, 'raw_buffer'),
      ),
      out,
    ]);
    expect(problems).toEqual([]);
    expect(
      claims.map(({ endpoint, clientCertificate, plaintext }) => [
        endpoint.name,
        clientCertificate?.value,
        plaintext?.value,
      ]),
    ).toEqual([
      ['listener virtualInbound port 8443', 'required', 'refused'],
      ['listener virtualInbound port 8080', 'required', 'allowed'],
    ]);
  });

  test('a secret that is not in the source leaves its part unsaid, and is named', () => {
    const [claim] = read(inbound(chain(8443, MUTUAL, 'tls'))).claims;
    expect(claim).toMatchObject({ authorities: null, revocation: null, unread: [] });
    expect(claim?.notes).toEqual([
      'Its certificate stands in the secret default, which is not in the source.',
      'What it verifies against stands in the secret ROOTCA, which is not in the source.',
    ]);
  });

  test('fields that nobody knows are named', () => {
    const [claim] = read(inbound(chain(8443, tls({ requireClientCertificate: true, newThing: 1 })))).claims;
    expect(claim?.unread.map(({ path }) => path)).toEqual([expect.stringMatching(/typedConfig\.newThing$/)]);
  });

  test('a matcher that ignores case', () => {
    const principals = [{ authenticated: { principalName: { exact: 'spiffe://x/Pay', ignoreCase: true } } }];
    const filters = [rbac({ policies: { a: { permissions: [{ any: true }], principals } } })];
    const [claim] = read(inbound({ ...chain(8443, MUTUAL), filters })).claims;
    expect(claim?.admission?.value.rules[0]?.all).toMatchObject([
      { field: 'spiffe-id', any: [{ how: 'regex', text: '(?i)^spiffe://x/Pay$' }] },
    ]);
  });

  test('a route that has rules of its own leaves open whom the filter refuses', () => {
    const manager = (perRoute: object) => ({
      name: 'http',
      typedConfig: {
        '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
        httpFilters: [
          {
            name: 'envoy.filters.http.rbac',
            typedConfig: { '@type': `${TYPE}.filters.http.rbac.v3.RBAC`, rules: { policies: {} } },
          },
        ],
        routeConfig: { virtualHosts: [{ name: 'a', domains: ['*'], routes: [{ match: {}, ...perRoute }] }] },
      },
    });
    const rules = (perRoute: object) =>
      read(inbound({ ...chain(8443, MUTUAL), filters: [manager(perRoute)] })).claims[0]?.admission?.value;
    expect(rules({})).toEqual({ rules: [], otherwise: 'refuse' });
    expect(rules({ typedPerFilterConfig: { 'envoy.filters.http.cors': {} } })?.rules).toEqual([]);
    expect(rules({ typedPerFilterConfig: { 'envoy.filters.http.rbac': {} } })).toMatchObject({
      rules: [{ effect: 'admit', all: [], unread: [expect.stringContaining('typed_per_filter_config')] }],
      otherwise: 'refuse',
    });
  });

  test('two RBAC filters: both have to admit', () => {
    const policy = (name: string) => ({
      permissions: [{ any: true }],
      principals: [{ authenticated: { principalName: { exact: name } } }],
    });
    const filters = [
      rbac({ policies: { a: policy('spiffe://x/a') } }),
      rbac({ action: 'DENY', policies: { b: policy('spiffe://x/b') } }),
    ];
    const [claim] = read(inbound({ ...chain(8443, MUTUAL), filters })).claims;
    expect(claim?.admission?.value).toMatchObject({
      rules: [
        { effect: 'refuse', all: [{ field: 'spiffe-id', any: [{ text: 'spiffe://x/b' }] }] },
        { effect: 'admit', all: [{ field: 'spiffe-id', any: [{ text: 'spiffe://x/a' }] }] },
      ],
      otherwise: 'refuse',
    });
  });

  test('the names that istiod gives to peers since it has them in the filter state', () => {
    const state = (stringMatch: object) => ({ filterState: { key: 'io.istio.peer_principal', stringMatch } });
    const principals = [
      {
        orIds: { ids: [state({ safeRegex: { regex: '.*/ns/orders/.*' } }), state({ exact: 'spiffe://x/ns/a/sa/b' })] },
      },
    ];
    const ports = { andRules: { rules: [{ destinationPort: 8443 }] } };
    const filters = [
      rbac({
        policies: { a: { permissions: [ports], principals }, b: { permissions: [{ destinationPort: 1 }], principals } },
      }),
    ];
    const [claim] = read(inbound({ ...chain(8443, MUTUAL), filters })).claims;
    expect(claim?.admission?.value.rules.map(({ all }) => all.map(({ field, any }) => [field, any[0]?.text]))).toEqual([
      [['namespace', 'orders']],
      [['spiffe-id', 'spiffe://x/ns/a/sa/b']],
    ]);
  });

  test('a damaged listener is a problem with its path, and the others are there', () => {
    const [broken] = inbound(
      chain(1, {
        transportSocket: { typedConfig: { '@type': 'x.DownstreamTlsContext', requireClientCertificate: 'maybe' } },
      }),
    );
    const { claims, problems } = read([broken, ...inbound(chain(8443, MUTUAL))]);
    expect(claims).toHaveLength(1);
    expect(problems).toMatchObject([
      {
        at: { file: '0.json' },
        path: expect.stringMatching(/requireClientCertificate$/),
        message: 'expected true or false',
      },
    ]);
  });
});

// As istio.io/istio’s istioctl/pkg/proxyconfig/testdata/config_dump.json (1.18, a waypoint) and istioctl/pkg/writer/compare/testdata/configdump.json have them.
describe('what is no door', () => {
  const bootstrap = (id: string) => ({
    '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
    bootstrap: { node: { id } },
  });
  const listener = (name: string, port: number, more: object) => ({
    listener: { name, address: { socket_address: { address: '0.0.0.0', port_value: port } }, ...more },
  });
  const plain = { filter_chains: [{ filters: [] }] };
  const dumpOf = (id: string) => ({
    configs: [
      bootstrap(id),
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
        static_listeners: [
          listener('', 15021, plain),
          { listener: { name: 'main_internal', internal_listener: {}, ...plain } },
          listener('connect_terminate', 15008, { filter_chains: [MUTUAL] }),
          listener('0.0.0.0_8080', 8080, { traffic_direction: 'OUTBOUND', ...plain }),
          listener('0.0.0.0_8443', 8443, { traffic_direction: 'OUTBOUND', filter_chains: [MUTUAL] }),
        ],
      },
    ],
  });
  const names = (id: string) => read(dumpOf(id)).claims.map(({ endpoint }) => [endpoint.name, endpoint.workload]);

  test('health, internal listeners and what goes out; a gateway’s listeners go out, too', () => {
    const waypoint = 'httpbin-istio-waypoint-1.default';
    expect(names(`waypoint~192.0.2.7~${waypoint}~default.svc.cluster.local`)).toEqual([
      ['listener connect_terminate', waypoint],
      ['listener 0.0.0.0_8443', waypoint],
    ]);
    expect(names('router~192.0.2.7~gateway-1.edge~edge.svc.cluster.local').map(([name]) => name)).toEqual([
      ...['listener connect_terminate', 'listener 0.0.0.0_8080', 'listener 0.0.0.0_8443'],
    ]);
  });

  test('the workload’s name may come from istioctl proxy-config bootstrap', () => {
    const { claims, problems } = read(inbound(chain(1, MUTUAL)), {
      bootstrap: { node: { id: 'sidecar~192.0.2.9~web-1.shop~x' } },
    });
    expect(problems).toEqual([]);
    expect(claims[0]?.endpoint).toMatchObject({ workload: 'web-1.shop', hosts: ['192.0.2.9'] });
  });
});

describe('several files', () => {
  const dump = (name: string, chains: readonly object[]) => ({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
        bootstrap: { node: { metadata: { WORKLOAD_NAME: name } } },
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
        dynamicListeners: [
          { name: 'virtualInbound', activeState: { listener: inbound(...chains)[0] } },
          { name: 'new', warmingState: {} },
        ],
      },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
        dynamicActiveSecrets: [
          { name: 'default', secret: { name: 'default' } },
          {
            name: 'ROOTCA',
            secret: {
              name: 'ROOTCA',
              validationContext: { trustedCa: { filename: '/ca' }, crl: { inlineString: name } },
            },
          },
        ],
      },
    ],
  });
  test('each has its own workload and secrets', () => {
    const { claims } = read(dump('a', [chain(1, MUTUAL)]), dump('b', [chain(2, MUTUAL)]));
    expect(claims.map(({ endpoint, revocation }) => [endpoint.workload, revocation?.at.file])).toEqual([
      ['a', '0.json'],
      ['b', '1.json'],
    ]);
  });
  test('one without secrets has those of the only other', () => {
    const { claims } = read(inbound(chain(1, MUTUAL)), dump('b', []));
    expect(claims.map(({ endpoint, revocation }) => [endpoint.workload, revocation?.at.file])).toEqual([
      ['b', '1.json'],
    ]);
  });
});

test('istioctl proxy-config secret: what waits for its secret says so; a redacted key is not looked at', () => {
  const key = { inlineBytes: 'W3JlZGFjdGVkXQ==' };
  const { certificates, problems } = read({
    dynamicActiveSecrets: [{ name: 'default', secret: { name: 'default', tlsCertificate: { privateKey: key } } }],
    dynamicWarmingSecrets: [{ name: 'kubernetes://api', secret: { name: 'kubernetes://api' } }],
  });
  expect(problems).toEqual([]);
  expect(certificates).toMatchObject([
    { name: 'kubernetes://api', trouble: 'Envoy waits for it: no secret of that name has come' },
  ]);
});

describe('expressions', () => {
  const condition = (text: string): Condition => ({ field: 'path', not: false, any: [{ how: 'exact', text }] });
  const leaf = fc
    .constantFrom('a', 'b', 'c')
    .map((text): Expression => ({ kind: 'condition', condition: condition(text) }));
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.constant<Expression>({ kind: 'always' }),
      tie('tree').map((of): Expression => ({ kind: 'not', of })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { maxLength: 3 }))
        .map(([kind, parts]): Expression => ({ kind, parts })),
    ),
  }));
  const holds = (expression: Expression, path: string): boolean => {
    if (expression.kind === 'always') return true;
    if (expression.kind === 'not') return !holds(expression.of, path);
    if (expression.kind === 'condition') return matches(expression.condition, path);
    if (expression.kind === 'unread') return false;
    return expression.kind === 'and'
      ? expression.parts.every((part) => holds(part, path))
      : expression.parts.some((part) => holds(part, path));
  };
  const matches = ({ any, not }: Condition, path: string): boolean => any.some(({ text }) => text === path) !== not;

  test('alternatives hold exactly where the expression does', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom('a', 'b', 'c', 'd'), (expression, path) => {
        const alternatives = alternativesOf(expression, 'p');
        fc.pre(alternatives.every(({ unread }) => unread.length === 0));
        expect(alternatives.some(({ all }) => all.every((each) => matches(each, path)))).toBe(holds(expression, path));
      }),
      { numRuns: 500 },
    );
  });

  test('too many alternatives are one that nobody understands', () => {
    const parts = Array.from(
      { length: 12 },
      (_, at): Expression => ({
        kind: 'or',
        parts: [`${at}`, `${at}x`].map((text) => ({ kind: 'condition', condition: condition(text) })),
      }),
    );
    expect(alternativesOf({ kind: 'and', parts }, 'policy')).toEqual([{ all: [], unread: ['policy'] }]);
  });
});

test('whatever stands in a dump, reading it never throws', () => {
  const text = JSON.stringify(
    inbound({
      ...chain(8443, MUTUAL),
      filters: [rbac({ policies: { a: { permissions: [{ any: true }], principals: [{ any: true }] } } })],
    }),
    null,
    1,
  );
  const values = fc.constantFrom('null', '1', '"x"', '[]', '{}', '[{}]', '{"any":[]}');
  const starts = [...text.matchAll(/: /g)].map(({ index }) => index + 2);
  fc.assert(
    fc.property(fc.constantFrom(...starts), values, (at, value) => {
      const line = text.indexOf('\n', at);
      const damaged = /[[{]$/.test(text.slice(at, line))
        ? text.slice(0, at) + value
        : text.slice(0, at) + value + text.slice(line);
      readSource([{ name: 'x.json', text: damaged }], { source: 'x', readAt: 0, now: 0 });
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      readSource([{ name: 'x.json', text: `{"static_resources":${json},"configs":${json}}` }], {
        source: 'x',
        readAt: 0,
        now: 0,
      });
    }),
    { numRuns: 200 },
  );
});
