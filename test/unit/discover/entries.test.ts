/** Candidates → entries → text: what a source says is filled in, what a person decides is a comment, and the registry still reads. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Candidate, candidateOf } from '../../../shared/discover/candidate.ts';
import { type EntryOptions, entriesOf } from '../../../shared/discover/entries.ts';
import { starterText } from '../../../shared/discover/entry-text.ts';
import { knownIn, knownOfNew, startedFrom } from '../../../shared/discover/known.ts';
import { mergedText } from '../../../shared/discover/merged-text.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const FILE = '/r/registry.yaml';
const AT = { file: 'cluster.json', line: 12, object: null };
const OPTIONS: EntryOptions = { all: false, source: null };
const REGISTRY = `# ours
version: 1
trustBundles: { corp: { file: pki/ca.pem } }
identities:
  checkout: { secret: a, principal: spiffe://corp.example/ns/shop/sa/checkout }
  orders: { certificate: pki/o.crt, privateKey: pki/o.key }
  old: { secret: x, fault: expired }
endpoints:
    - name: payments   # the first
      url: "https://payments.corp.example:8443/healthz"
      serverName: pay.corp.example
      admits: [checkout]
      # a remark of its own

# at the end
schedules: { default: { enforcement: 5m } }
`;
const registryOf = (text: string) => {
  const parsed = parseRegistry(text, FILE);
  if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.errors)}\n${text}`);
  return parsed.value.registry;
};
const a = (host: string, own: Partial<Candidate> = {}) =>
  candidateOf({ name: host, hosts: [host], at: AT, scheme: 'https', ...own });
const added = (
  candidates: readonly Candidate[],
  text = REGISTRY,
  defaults: readonly string[] = [],
  options = OPTIONS,
) => {
  const entries = entriesOf(candidates, knownIn(registryOf(text), defaults, '/r'), options);
  const merged = mergedText(text, entries.added);
  if (!merged.ok) throw new Error(merged.errors[0]);
  return { ...entries, text: merged.value, registry: registryOf(merged.value) };
};

describe('an entry', () => {
  test('stands behind the last one, and every other byte stays; a second run adds nothing', () => {
    const candidates = [
      a('Ledger.corp.example', { port: 9443, path: '/v1', owner: 'team-l' }),
      a('payments.corp.example', { port: 8443, name: 'other' }),
      a('pay.corp.example', { port: 8443 }),
    ];
    const { text, there, registry } = added(candidates);
    expect(text).toBe(
      REGISTRY.replace(
        '      # a remark of its own\n',
        `      # a remark of its own
    # from cluster.json:12
    - name: ledger-corp-example
      url: https://Ledger.corp.example:9443/v1
      # trustBundle: decide: which CAs its certificate is verified with (corp); until then the public ones
      admits: [checkout] # decide: which identities are admitted
      owner: team-l
`,
      ),
    );
    expect(there.map(({ endpoint }) => endpoint)).toEqual(['payments', 'payments']);
    expect(registry.endpoints).toHaveLength(2);
    expect(added(candidates, text).text).toBe(text);
  });

  test('names whom the source admits, by principal or by the certificate that its client presents', () => {
    const { registry, text } = added([
      a('one.corp.example', {
        principals: ['spiffe://corp.example/ns/shop/sa/checkout', 'spiffe://corp.example/ns/x/sa/y'],
      }),
      a('two.corp.example', {
        identity: { name: 'm', certificate: 'pki/o.crt', privateKey: 'pki/o.key' },
        ca: { name: 'm', file: 'pki/ca.pem' },
      }),
      a('three.corp.example', { admits: ['orders'], trustBundle: 'corp' }),
      a('four.corp.example', {
        routes: [
          { method: 'GET', path: '/a', principals: ['spiffe://corp.example/ns/shop/sa/checkout'] },
          { method: 'POST', path: '/b', principals: ['spiffe://corp.example/ns/x/sa/y'] },
        ],
        bypasses: ['https://direct.corp.example/', 'no url'],
      }),
    ]);
    expect(registry.endpoints.slice(1).map(({ admits, trustBundle }) => [admits[0], trustBundle])).toEqual([
      ['checkout', 'public'],
      ['orders', 'corp'],
      ['orders', 'corp'],
      ['checkout', 'public'],
    ]);
    expect(registry.endpoints[4]).toMatchObject({
      routes: [{ method: 'GET', path: '/a' }],
      bypasses: [{ url: 'https://direct.corp.example/' }],
    });
    expect(text).toContain('# decide: the source admits spiffe://corp.example/ns/x/sa/y, too');
    expect(text).toContain('# decide: the route POST /b admits spiffe://corp.example/ns/x/sa/y');
  });

  test('rests on the defaults where there are some', () => {
    const text = REGISTRY.replace('version: 1', 'version: 1\ndefaults: { admits: [checkout], trustBundle: corp }');
    const entry = added([a('x.corp.example')], text, ['admits', 'trustBundle']);
    expect(entry.added[0]?.fields).toEqual([
      { name: 'admits', value: null, decide: 'which identities are admitted; until then those of defaults' },
    ]);
    expect(entry.registry.endpoints[1]).toMatchObject({ admits: ['checkout'], trustBundle: 'corp' });
  });

  test.each([
    [a('*.corp.example'), 'no name leads to it, only *.corp.example'],
    [
      a('x.corp.example', { clientCertificate: 'none' }),
      'the source asks for no client certificate there (--all takes it)',
    ],
    [
      a('x.corp.example', { name: 'Payments' }),
      'the registry has another endpoint of the name payments: rename one of them',
    ],
    [a('x.corp.example', { scheme: 'gopher' }), /^unknown scheme "gopher"/],
    [a('x.corp.example', { scheme: null }), 'the source does not say its protocol'],
    [a('x.corp.example', { scheme: 'tls' }), /has no port of its own/],
    [a('a b'), /not a URL/],
    [a('0.0.0.0', { port: 15006 }), 'no name leads to it, only 0.0.0.0'],
    [a('·pay.corp.example'), 'no name leads to it, only ·pay.corp.example'],
  ])('%#: cannot be made, and it says why', (candidate, why) => {
    expect(added([candidate]).leftOut).toEqual([
      { what: expect.any(String), why: typeof why === 'string' ? why : expect.stringMatching(why), at: AT },
    ]);
  });

  test('one for each host and port: brokers behind one name of a certificate are several, parts of a server are one', () => {
    const { added: entries, text } = added([
      a('b1.corp.example', { port: 9094, scheme: 'tls', serverName: 'broker.corp.example' }),
      a('b2.corp.example', { port: 9094, scheme: 'tls', serverName: 'broker.corp.example' }),
      a('s.corp.example', { name: 'open', path: '/open', clientCertificate: 'none' }),
      a('s.corp.example', { name: 'closed', clientCertificate: 'required', owner: 'team-s' }),
    ]);
    expect(entries.map(({ url }) => url)).toEqual([
      'tls://b1.corp.example:9094',
      'tls://b2.corp.example:9094',
      'https://s.corp.example',
    ]);
    expect(text).toContain('# decide: open is a part of it that asks for no client certificate');
  });

  test('with all: also what asks for no certificate, with a comment', () => {
    const { text } = added([a('x.corp.example', { clientCertificate: 'none' })], REGISTRY, [], {
      all: true,
      source: 'prod',
    });
    expect(text).toContain('# from prod, cluster.json:12\n    # decide: the source asks for no client certificate\n');
  });
});

describe('a registry’s text', () => {
  const one = [a('x.corp.example')];
  test.each([
    ['without a line end at its end', REGISTRY.split('\n\n# at the end')[0] ?? ''],
    ['with CRLF', REGISTRY.replaceAll('\n', '\r\n')],
    [
      'with a flow entry',
      REGISTRY.replace(
        / {4}- name: payments[\s\S]*own\n/,
        '  - { name: p, url: "https://p", admits: [checkout] } # x\n',
      ),
    ],
  ])('%s: takes an entry', (_, text) => {
    const next = added(one, text).text;
    expect(next.replace(/ *# from cluster[\s\S]*?which identities are admitted(\r?\n)/, '').trimEnd()).toBe(
      text.trimEnd(),
    );
    expect(next.match(/(?<!\r)\n/g) === null).toBe(text.includes('\r\n'));
  });

  test('whose endpoints all stand in other files takes a list of its own', () => {
    const text = 'version: 1\ninclude: [more.yaml]\nidentities: { checkout: { secret: a } }';
    const more = 'endpoints:\n  - { name: p, url: "https://p.corp.example", admits: [checkout] }\n';
    const included = [{ file: '/r/more.yaml', shown: 'more.yaml', text: more }];
    const before = parseRegistry(text, FILE, included);
    if (!before.ok) throw new Error(JSON.stringify(before.errors));
    const candidates = [a('p.corp.example'), ...one];
    const entries = entriesOf(candidates, knownIn(before.value.registry, [], '/r'), OPTIONS);
    const merged = mergedText(text, entries.added);
    const after = parseRegistry(merged.ok ? merged.value : '', FILE, included);
    expect(after.ok && after.value.registry.endpoints.map(({ name }) => name)).toEqual(['x-corp-example', 'p']);
  });

  test('whose endpoints are in brackets is left as it is', () => {
    const text = REGISTRY.replace(
      /endpoints:[\s\S]*own\n/,
      'endpoints: [{ name: p, url: "https://p", admits: [checkout] }]\n',
    );
    const { added: entries } = entriesOf(one, knownIn(registryOf(text), [], '/r'), OPTIONS);
    expect(mergedText(text, entries)).toMatchObject({
      ok: false,
      errors: [/no list with a line for each dash/].map((each) => expect.stringMatching(each)),
    });
  });
});

test('without a registry: a whole one, with the files that the source’s own client uses', () => {
  const candidates = [
    a('x.corp.example', {
      identity: { name: 'http_mtls', certificate: 'pki/c.crt', privateKey: 'pki/c.key' },
      ca: { name: 'http_mtls', file: 'pki/ca.pem' },
    }),
    a('y.corp.example'),
  ];
  const started = startedFrom(candidates);
  const { added: entries } = entriesOf(candidates, knownOfNew(started, '/r'), OPTIONS);
  const registry = registryOf(starterText(entries, started, ['a file\nwith: # a line end']));
  expect(registry.identities['http-mtls']).toMatchObject({ source: { certificate: '/r/pki/c.crt' } });
  expect(registry.endpoints.map(({ name, admits, trustBundle }) => [name, admits, trustBundle])).toEqual([
    ['x-corp-example', ['http-mtls'], 'http-mtls'],
    ['y-corp-example', ['http-mtls'], 'public'],
  ]);
  const given = startedFrom(candidates, { name: 'corp', file: 'pki/corp.pem' });
  const { added: verified } = entriesOf(candidates, knownOfNew(given, '/r'), OPTIONS);
  const text = starterText(verified, given, ['a file']);
  expect(registryOf(text).endpoints.map(({ trustBundle }) => trustBundle)).toEqual(['http-mtls', 'corp']);
  expect(text).not.toMatch(/decide: which CAs/);
});

describe('hostile words', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'\n\r\t\u2028\u0085:#&*!|>\'"%@`{}[],-?$(); <a\\é0~'), maxLength: 40 }),
    fc.constantFrom(
      'true',
      'null',
      '0x1',
      '1e3',
      '- a',
      'a: b',
      '*a',
      '&a b',
      '"',
      "'",
      '$(id)',
      '<b>',
      '# x',
      'a\nendpoints: []',
      '---',
      '...',
      '<<',
    ),
  );
  const candidate = fc.record({
    name: hostile,
    hosts: fc.tuple(fc.oneof(hostile, fc.domain())),
    path: fc.oneof(hostile, fc.webPath()),
    serverName: fc.option(hostile),
    owner: fc.option(hostile),
    admits: fc.array(hostile, { maxLength: 2 }),
    trustBundle: fc.option(hostile),
    principals: fc.array(hostile, { maxLength: 2 }),
    routes: fc.array(
      fc.record({
        method: hostile,
        path: hostile,
        principals: fc.constant(['spiffe://corp.example/ns/shop/sa/checkout']),
      }),
      { maxLength: 2 },
    ),
    bypasses: fc.array(fc.oneof(hostile, fc.webUrl()), { maxLength: 2 }),
    notes: fc.array(hostile, { maxLength: 2 }),
    identity: fc.option(fc.record({ name: hostile, certificate: hostile, privateKey: hostile })),
    ca: fc.option(fc.record({ name: hostile, file: hostile })),
    at: fc.record({ file: hostile, line: fc.nat(), object: fc.option(hostile) }),
  });

  test('stay in their scalars and comments: what YAML reads is what was written, and nothing else has changed', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 4 }), (given) => {
        const candidates = given.map((each) => candidateOf({ ...each, scheme: 'https' }));
        const { added: entries, text, registry } = added(candidates);
        expect(text.startsWith(REGISTRY.slice(0, REGISTRY.indexOf('\n# at the end')))).toBe(true);
        expect(registry.endpoints.map(({ name, url, owner }) => [name, url, owner])).toEqual([
          ['payments', 'https://payments.corp.example:8443/healthz', null],
          ...entries.map(({ name, url, fields }) => [
            name,
            url,
            fields.find((field) => field.name === 'owner')?.value ?? null,
          ]),
        ]);
        expect(added(candidates, text).text).toBe(text);
        expect(Object.keys(parse(text))).toEqual(Object.keys(parse(REGISTRY)));
      }),
      { numRuns: 200 },
    );
  });

  test('nor in a whole registry', () => {
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 3 }), fc.array(hostile), (given, from) => {
        const candidates = given.map((each) => candidateOf({ ...each, scheme: 'https' }));
        const started = startedFrom(candidates);
        const { added: entries } = entriesOf(candidates, knownOfNew(started, '/r'), OPTIONS);
        const read = parse(starterText(entries, started, from));
        expect(Object.keys(read)).toEqual(expect.arrayContaining(['version', 'identities', 'defaults', 'endpoints']));
        expect(read.endpoints?.length ?? 0).toBe(entries.length);
        for (const [name, files] of started.identities) expect(read.identities[name]).toEqual(files);
      }),
      { numRuns: 200 },
    );
  });
});
