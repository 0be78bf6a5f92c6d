import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { STARTER_REGISTRY } from '../../../shared/registry/starter.ts';

const parsed = (text: string, file = '/srv/team/registry.yaml') => {
  const result = parseRegistry(text, file, []);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
};
const IDENTITIES = `version: 1
identities:
  a: { secret: id/a, principal: spiffe://x/a }
  a-too: { secret: id/a2, principal: spiffe://x/a }
  b: { secret: id/b, principal: spiffe://x/b }
  c: { certificate: pki/c.crt, privateKey: /keys/c.key, passphrase: { env: C } }
  late: { secret: id/late, fault: expired }
`;
const one = (fields: string, before = '') => {
  const text = `${IDENTITIES}${before}\nendpoints:\n  - { name: e, admits: [a], ${fields} }\n`;
  const [endpoint] = parsed(text).registry.endpoints;
  if (endpoint === undefined) throw new Error('no endpoint');
  return endpoint;
};

describe('an endpoint that says nothing but its url', () => {
  test('gets every default', () => {
    // Given the least that is valid, when it is parsed
    const endpoint = one('url: "https://h.example"');
    // It has the documented defaults
    expect(endpoint).toMatchObject({
      host: 'h.example',
      port: 443,
      path: '/',
      serverName: 'h.example',
      serverIdentity: { kind: 'dns', name: 'h.example' },
      hostHeader: 'h.example',
      trustBundle: 'public',
      owner: null,
      schedule: 'default',
      from: ['default'],
      timeout: 10_000,
      settleAfter: 2,
      remindAfter: 86_400_000,
      perAddress: 4,
      http: { method: 'GET', headers: {}, body: null },
      accepts: { status: [{ from: 200, to: 399 }], body: null },
      tlsVersions: [],
      waivers: [],
      skip: [],
    });
    expect(endpoint.rejects.status.map(({ from }) => from)).toEqual([400, 401, 403, 421, 495, 496]);
    expect(endpoint.rejects).toMatchObject({ body: null, silence: false });
    expect(endpoint.expiry).toEqual({
      warn: { kind: 'share', share: 0.25, cap: 30 * 86_400_000 },
      critical: { kind: 'share', share: 0.1, cap: 7 * 86_400_000 },
    });
  });

  test('takes what `defaults` says, and its own word before that', () => {
    // Given defaults, and an endpoint that contradicts one of them
    const defaults =
      'defaults: { timeout: 3s, settleAfter: 5, expiry: { days: { warn: 20d } }, limits: { perAddress: 9 } }';
    const endpoint = one('url: "https://h", timeout: 1.5s', defaults);
    // It is heard where it speaks
    expect(endpoint).toMatchObject({ timeout: 1500, settleAfter: 5, perAddress: 9 });
    expect(endpoint.expiry.warn).toEqual({ kind: 'fixed', before: 20 * 86_400_000 });
    expect(endpoint.expiry.critical).toEqual({ kind: 'fixed', before: 7 * 86_400_000 });
  });
});

describe('vantages', () => {
  test('an endpoint is probed from each that it names, once', () => {
    const vantages = 'vantages: { prod-vpc: { vpcId: vpc-1, subnetIds: [subnet-1] } }';
    expect(one('url: "https://h", from: [prod-vpc, default]', vantages).from).toEqual(['prod-vpc', 'default']);
    expect(
      parsed(`${IDENTITIES}${vantages}\nendpoints: [{ name: e, url: "https://h", admits: [a] }]\n`).registry.vantages,
    ).toEqual({
      default: { vpcId: null, availabilityZones: [], subnetIds: [], securityGroupIds: [] },
      'prod-vpc': { vpcId: 'vpc-1', availabilityZones: [], subnetIds: ['subnet-1'], securityGroupIds: [] },
    });
  });
});

describe('defaults that an endpoint may contradict', () => {
  const before =
    'trustBundles: { corp: { secret: ca } }\ndefaults: { trustBundle: corp, owner: team, tlsVersions: ["1.3"] }';
  test.each([
    ['url: "https://h"', { trustBundle: 'corp', owner: 'team', tlsVersions: ['1.3'] }],
    [
      'url: "https://h", trustBundle: public, owner: other, tlsVersions: ["1.2"]',
      { trustBundle: 'public', owner: 'other', tlsVersions: ['1.2'] },
    ],
  ])('%s', (fields, expected) => {
    expect(one(fields, before)).toMatchObject(expected);
  });
});

test('who is admitted where an endpoint names nobody; its own word comes before that', () => {
  const text = [
    'version: 1',
    'identities: { a: { secret: x }, b: { secret: y } }',
    'defaults: { admits: [a] }',
    'endpoints: [{ name: one, url: "https://h" }, { name: other, url: "https://i", admits: [b] }]',
  ].join('\n');
  const parsed = parseRegistry(text, '/r/registry.yaml');
  const { endpoints = [] } = parsed.ok ? parsed.value.registry : {};
  expect(endpoints.map(({ admits, refuses }) => [admits, refuses])).toEqual([
    [['a'], ['b']],
    [['b'], ['a']],
  ]);
});

test('an endpoint’s own runbook comes before that of the defaults; without either it has none', () => {
  const url = 'url: "https://h"';
  const defaults = 'defaults: { runbook: "https://w/all" }';
  expect(one(`${url}, runbook: "https://w/own"`, defaults).runbook).toBe('https://w/own');
  expect(one(url, defaults).runbook).toBe('https://w/all');
  expect(one(url, 'monitor: { runbook: "https://w/m" }')).not.toHaveProperty('runbook');
});

describe('the monitor itself', () => {
  const monitorOf = (before: string) =>
    parsed(`${IDENTITIES}${before}\nendpoints: [{ name: e, url: "https://h", admits: [a] }]`).registry.monitor;
  test.each([
    ['', { metrics: null, email: [] }],
    ['monitor: {}', { metrics: null, email: [] }],
    [
      'monitor: { denyPrivate: true, allowAddresses: [10.20.0.0/16] }',
      { metrics: null, email: [], addresses: { denyPrivate: true, allowAddresses: ['10.20.0.0/16'] } },
    ],
    ['monitor: { denyPrivate: false }', { metrics: null, email: [] }],
    ['monitor: { budget: 25 }', { metrics: null, email: [], budget: 25 }],
    ['monitor: { runbook: "https://w/m" }', { metrics: null, email: [], runbook: 'https://w/m' }],
    ['monitor: { notify: { email: [] } }', { metrics: null, email: [] }],
    [
      'monitor: { metrics: fleet, notify: { email: [a@corp.example, b@corp.example] } }',
      { metrics: 'fleet', email: ['a@corp.example', 'b@corp.example'] },
    ],
  ])('%s', (before, expected) => {
    expect(monitorOf(before)).toEqual(expected);
  });
});

describe('keys that begin with x-', () => {
  test('hold anchors and nothing else: what they hold is read where an alias stands', () => {
    const endpoint = one('<<: *common, url: "https://h"', 'x-common: &common { owner: team }\nx-2: [anything]');
    expect(endpoint.owner).toBe('team');
  });
  test('stand at the top only, and what an alias brings is checked as if it stood there', () => {
    const errors = (text: string) => {
      const result = parseRegistry(text, '/r/registry.yaml');
      return result.ok ? [] : result.errors.map(({ code, path }) => `${code} ${path}`);
    };
    const head = 'version: 1\nidentities: { a: { secret: a } }\n';
    expect(errors(`${head}endpoints: [{ name: e, url: "https://h", admits: [a], x-own: 1 }]`)).toEqual([
      'UNKNOWN_FIELD endpoints[0].x-own',
    ]);
    expect(
      errors(`${head}x-c: &c { ownr: team }\nendpoints: [{ <<: *c, name: e, url: "https://h", admits: [a] }]`),
    ).toEqual(['UNKNOWN_FIELD endpoints[0].ownr']);
  });
});

describe('names', () => {
  test.each([
    ['https://H.Example:8443/a?b=c', '', 'h.example', 8443, 'h.example', 'dns:h.example', 'h.example:8443'],
    ['https://h.example.:443', '', 'h.example.', 443, 'h.example', 'dns:h.example', 'h.example'],
    ['https://10.0.3.7:9443', '', '10.0.3.7', 9443, null, 'ip:10.0.3.7', '10.0.3.7:9443'],
    [
      'https://10.0.3.7:9443',
      'serverName: s.example',
      '10.0.3.7',
      9443,
      's.example',
      'dns:s.example',
      's.example:9443',
    ],
    ['https://[2001:DB8::1]/', '', '2001:db8::1', 443, null, 'ip:2001:db8::1', '[2001:db8::1]'],
    ['https://[::1]:444/', '', '::1', 444, null, 'ip:::1', '[::1]:444'],
    ['https://h:444/', 'serverName: "::1"', 'h', 444, null, 'ip:::1', '[::1]:444'],
    ['https://h:444/', 'serverName: s, hostHeader: other', 'h', 444, 's', 'dns:s', 'other'],
    ['https://h/', 'serverIdentity: spiffe://corp/ns/a', 'h', 443, 'h', 'uri:spiffe://corp/ns/a', 'h'],
  ])('%s %s', (url, fields, host, port, serverName, identity, hostHeader) => {
    // Given a url and what the endpoint says of its names, when it is parsed
    const endpoint = one(`url: "${url}"${fields === '' ? '' : `, ${fields}`}`);
    // It dials, names and expects accordingly
    expect(endpoint).toMatchObject({ host, port, serverName, hostHeader });
    expect(`${endpoint.serverIdentity.kind}:${Object.values(endpoint.serverIdentity)[1]}`).toBe(identity);
  });
});

describe('refuses', () => {
  test('defaults to every other identity without a fault and with another principal', () => {
    expect(one('url: "https://h"').refuses).toEqual(['b', 'c']);
  });
  test('is respected where it is empty', () => {
    expect(one('url: "https://h", refuses: []').refuses).toEqual([]);
  });
  test('never names an admitted or a faulty identity', () => {
    const names = ['a', 'a-too', 'b', 'c'];
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), (admits) => {
        // Given any list of admitted identities
        const text = `${IDENTITIES}\nendpoints: [{ name: e, url: "https://h", admits: [${admits.join(', ')}] }]`;
        const { refuses } = parsed(text).registry.endpoints[0]!;
        // It refuses none of them, none with a fault, and `b` and `c` whenever they are not admitted
        expect(refuses.filter((name) => admits.includes(name) || name === 'late')).toEqual([]);
        for (const name of ['b', 'c']) expect(refuses.includes(name)).toBe(!admits.includes(name));
      }),
    );
  });
});

describe('the rest of the registry', () => {
  test('resolves paths against its own directory and keeps absolute ones', () => {
    // Given files beside the registry and elsewhere
    const text = `${IDENTITIES}trustBundles: { lab: { file: ../ca.pem } }\nendpoints: [{ name: e, url: "https://h", admits: [a] }]`;
    const { identities, trustBundles } = parsed(text).registry;
    // It names them absolutely
    expect(identities['c']?.source).toEqual({
      kind: 'files',
      certificate: '/srv/team/pki/c.crt',
      privateKey: '/keys/c.key',
    });
    expect(trustBundles).toEqual({ public: { kind: 'system' }, lab: { kind: 'file', file: '/srv/ca.pem' } });
  });

  test('an OPA is a source by the URL of its decision, with a token or without', () => {
    const url = 'http://127.0.0.1:8181/v1/data/envoy/authz/allow';
    const endpoint = 'endpoints: [{ name: e, url: "https://h", admits: [a], sources: { authz: pay.corp.example } }]';
    const of = (source: string) => parsed(`${IDENTITIES}sources: { authz: ${source} }\n${endpoint}`).registry;
    const { sources, endpoints } = of(`{ opa: "${url}", token: { env: OPA_TOKEN } }`);
    expect(sources?.['authz']?.from).toEqual({ kind: 'opa', url, token: { env: 'OPA_TOKEN' } });
    expect(endpoints[0]?.sources).toEqual({ authz: 'pay.corp.example' });
    expect(of(`{ opa: "${url}" }`).sources?.['authz']?.from).toMatchObject({ token: null });
    const refused = [
      'file:///v1/data/a',
      'http://opa:8181',
      'http://me:secret@opa/v1/data/a',
      'http://opa/v1/data/a?x',
    ];
    for (const other of refused) expect(() => of(`{ opa: "${other}" }`)).toThrow('the URL of a decision such as');
  });

  test.each([
    ['', '', ['default']],
    ['schedules: { fast: { enforcement: 1m } }', '', ['default', 'fast']],
    ['schedules: { fast: { enforcement: 1m } }', ', schedule: fast', ['fast']],
    ['schedules: { fast: {} }\ndefaults: { schedule: fast }', '', ['fast']],
  ])('has the schedules that are named or used: %s %s', (before, fields, names) => {
    const text = `${IDENTITIES}${before}\nendpoints: [{ name: e, url: "https://h", admits: [a]${fields} }]`;
    expect(Object.keys(parsed(text).registry.schedules).sort()).toEqual(names);
  });

  test('ends a waiver with its day, and knows whether it is for a route', () => {
    // Given a waiver for the endpoint and one for a route
    const waivers =
      'waivers: [{ scenario: revoked, until: 2028-02-29, reason: r }, { scenario: revoked, route: GET /a, until: 2028-02-29, reason: r }]';
    // Both hold to the end of the leap day
    const waiver = {
      scenario: 'revoked',
      cause: null,
      subject: null,
      until: Date.parse('2028-03-01T00:00:00Z'),
      untilDate: '2028-02-29',
      reason: 'r',
    };
    expect(one(`url: "https://h", ${waivers}`).waivers).toEqual([
      { ...waiver, route: null },
      { ...waiver, route: 'GET /a' },
    ]);
  });

  test('the example has its endpoints that can be probed, with all they say', () => {
    // Given the example registry
    const example = readFileSync(new URL('../../../docs/reference/registry.example.yaml', import.meta.url), 'utf8');
    const { registry } = parsed(example);
    expect(registry.endpoints.map(({ name, protocol }) => [name, protocol.kind])).toEqual([
      ['payments', 'http'],
      ['ledger', 'http'],
      ['broker', 'tls'],
      ['pricing', 'grpc'],
      ['orders-db', 'postgres'],
      ['telemetry', 'mqtt'],
      ['cache', 'redis'],
    ]);
    expect(registry.endpoints[0]).toMatchObject({
      refuses: ['orders', 'backoffice'],
      schedule: 'critical',
      owner: 'team-payments',
    });
    expect(registry.endpoints[1]).toMatchObject({
      protocol: { kind: 'http', version: 2 },
      addresses: 'all',
      routes: [{ method: 'GET', path: '/v1/ledger/audit', admits: ['checkout'], refuses: ['orders'] }],
      bypasses: [
        {
          host: 'a1b2c3.execute-api.eu-west-1.amazonaws.com',
          port: 443,
          path: '/prod/v1/ledger',
          serverName: 'a1b2c3.execute-api.eu-west-1.amazonaws.com',
          plaintext: false,
        },
      ],
      http: { method: 'POST', headers: { authorization: { secret: 'mtls-monitor/token/ledger' } }, body: '{}' },
      accepts: {
        status: [
          { from: 200, to: 299 },
          { from: 404, to: 404 },
        ],
        body: '"ledger"',
      },
      tlsVersions: ['1.2', '1.3'],
      refuses: ['checkout', 'backoffice', 'legacy'],
    });
  });

  test('the starter parses and has two endpoints at most', () => {
    const { registry } = parsed(STARTER_REGISTRY);
    expect(registry.endpoints.length).toBeLessThanOrEqual(2);
  });

  test('the starter parses with its commented lines switched on', () => {
    // Given the starter with each commented field in place of nothing
    const text = STARTER_REGISTRY.replace(/^# (monitor: .*)$/m, '$1')
      .replace(/^( +)# (expired: .*|refuses: .*|accepts: .*)$/gm, '$1$2')
      .replace(/^( +)# (waivers:.*)\n +# ( +- .*)$/m, '$1$2\n$1$3');
    // It still parses, with them
    const { registry } = parsed(text);
    expect(Object.keys(registry.identities)).toContain('expired');
    expect(registry.monitor.email).toEqual(['oncall@corp.example']);
    expect(registry.endpoints[1]?.waivers).toHaveLength(1);
  });
});

describe('the owner of an identity', () => {
  const ownersOf = (identities: string, ...endpoints: readonly string[]) => {
    const text = `version: 1\nidentities:\n${identities}\nendpoints:\n${endpoints.map((each, at) => `  - { name: e${at}, url: "https://h${at}", ${each} }`).join('\n')}\n`;
    return Object.values(parsed(text).registry.identities).map(({ owner = null }) => owner);
  };
  const A = '  a: { secret: id/a }';

  test.each([
    ['its own', '  a: { secret: id/a, owner: keys }', ['admits: [a], owner: shop'], ['keys']],
    ['that of its endpoints', A, ['admits: [a], owner: shop', 'admits: [a], owner: shop'], ['shop']],
    ['nobody where they have several', A, ['admits: [a], owner: shop', 'admits: [a], owner: bank'], [null]],
    ['nobody where one of them has none', A, ['admits: [a], owner: shop', 'admits: [a]'], [null]],
    [
      'not that of endpoints that refuse it',
      `${A}\n  b: { secret: id/b }`,
      ['admits: [a], owner: shop', 'admits: [b], owner: bank'],
      ['shop', 'bank'],
    ],
  ])('is %s', (_, identities, endpoints, owners) => {
    expect(ownersOf(identities, ...endpoints)).toEqual(owners);
  });
});
