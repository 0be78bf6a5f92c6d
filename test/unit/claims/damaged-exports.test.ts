/** Damaged exports of every reader: no crash, a problem that names file, line and path, and nothing else lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { READERS } from '../../../shared/claims/readers.ts';
import {
  beside,
  damagedBeside,
  damagedFile,
  EXPORTS,
  faultsOf,
  readFiles,
  saidOf,
  textOf,
} from '../../helpers/exports/damage-laws.ts';
import { TEXT_EXPORTS } from '../../helpers/exports/text-exports.ts';

test('every reader has an export here', () => {
  const readers = [...EXPORTS, ...TEXT_EXPORTS].map(({ reader }) => reader);
  expect(READERS.filter(({ name }) => !readers.includes(name))).toEqual([]);
});

describe.each(EXPORTS.map((each) => [`${each.reader}, ${each.what}`, each] as const))('%s', (_, source) => {
  const sound = saidOf('bravo', readFiles(beside(source)));
  test('undamaged, both parts are read', () => {
    const reading = readFiles(beside(source));
    expect(reading.problems).toEqual([]);
    expect(sound.length).toBeGreaterThan(0);
    expect(saidOf('alpha', reading)).toHaveLength(sound.length);
  });
  test('a damaged part loses nothing of the other', () => {
    fc.assert(
      fc.property(damagedBeside(source), (text) => {
        const reading = readFiles(text);
        expect(faultsOf(reading, [text])).toEqual([]);
        expect(saidOf('bravo', reading)).toEqual(sound);
      }),
      { numRuns: 100 },
    );
  });
  test('a damaged file loses nothing of the other', () => {
    const other = textOf(source.whole([['bravo', source.part('bravo')]]), 'json');
    fc.assert(
      fc.property(damagedFile(source), (text) => {
        const reading = readFiles(text, other);
        expect(faultsOf(reading, [text, other])).toEqual([]);
        expect(saidOf('bravo', reading)).toEqual(sound);
      }),
      { numRuns: 20 },
    );
  });
});

test.each([
  ['nginx', 'server { listen 99999999999999999999 ssl; server_name a; ssl_verify_client constructor; }'],
  ['a manifest', 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 1.5 }] }'],
  ['nested YAML', '- '.repeat(20_000)],
  ['nested JSON', '['.repeat(200_000)],
  ['a flow of YAML', `a: ${'{a: '.repeat(5_000)}`],
  ['a name of a million characters', `apiVersion: v1\nkind: Service\nmetadata: { name: ${'x'.repeat(1_000_000)} }\n`],
  ['keys twice', 'apiVersion: v1\nkind: Service\nkind: Pod\nmetadata: { name: a }'],
])('%s is read, or named with its line', (_, text) => {
  const reading = readFiles(text);
  expect(faultsOf(reading, [text])).toEqual([]);
});

test('what is damaged is named: file, line, object and path', () => {
  const [istio] = EXPORTS;
  const text = beside(istio!).replace('"STRICT"', '["STRICT"]');
  expect(readFiles(text).problems).toMatchObject([
    {
      at: { file: 'f0', line: expect.any(Number), object: 'PeerAuthentication alpha/alpha' },
      path: expect.stringMatching(/^items\[1\]\.spec\..*mode$/),
      message: 'expected a single value, found a list',
    },
  ]);
});

/** Where the first of a list is damaged, the reader still knows the others; a word that every object has as a key is no word of a format. */
test.each([
  ['linkerd, edges', '"alpha"', '{ "a": 1 }'],
  ['kiali, graph', '"workload": "alpha"', '"workload": ["alpha"]'],
  ['spire, entries', '"trust_domain": "alpha.example"', '"trust": 1'],
  ['aws, API Gateway', '"domainName": "alpha.corp.example"', '"domain": 1'],
  ['kong, decK', '"hosts": [', '"hosts": 1, "x": ['],
  ['consul, entries', '"Name": "alpha"', '"Name": ["alpha"]'],
  ['cilium, policies', '"fromEndpoints"', '"toPorts": 1, "fromEndpoints"'],
  ['istio, objects', '"key": "request.headers[x]"', '"key": "constructor"'],
  ['envoy, bootstrap', '"port_value": 8443', '"port_value": 84.43'],
])('%s: %s is %s', (name, from, to) => {
  const source = EXPORTS.find((each) => `${each.reader}, ${each.what}` === name);
  const text = beside(source!);
  expect(text).toContain(from);
  const reading = readFiles(text.replace(from, to));
  expect(faultsOf(reading, [text])).toEqual([]);
  expect(saidOf('bravo', reading)).toEqual(saidOf('bravo', readFiles(text)));
});
