/** Damaged sources: no crash, an error that names file and line, and nothing else lost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findCandidates } from '../../../shared/discover/find-candidates.ts';

const service = (name: string, port: unknown = 8443) => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'n' } },
  spec: { ports: [{ port }] },
});
const SOURCES: readonly unknown[] = [
  {
    scrape_configs: [
      {
        job_name: 'j',
        metrics_path: '/probe',
        params: { module: ['m'] },
        static_configs: [{ targets: ['https://a.corp.example'], labels: { team: 't' } }],
      },
    ],
  },
  { modules: { m: { prober: 'http', http: { tls_config: { cert_file: 'c', key_file: 'k' } } } } },
  [{ targets: ['https://b.corp.example'], labels: { owner: 'o' } }],
  {
    endpoints: [
      {
        name: 'g',
        url: 'https://g.corp.example',
        client: { tls: { 'certificate-file': 'c', 'private-key-file': 'k' } },
      },
    ],
  },
  { apiVersion: 'v1', kind: 'List', items: [service('s')] },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'i', annotations: {} },
    spec: { tls: [{ hosts: ['i.corp.example'] }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'g' },
    spec: { listeners: [{ name: 'l', protocol: 'HTTPS', port: 443, hostname: 'h.corp.example' }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r' },
    spec: { parentRefs: [{ name: 'g' }], hostnames: ['h'] },
  },
];
const CSV = 'name,url,owner\na,https://a.corp.example,o\nb,"https://b.corp.example",o\n';

const find = (texts: readonly string[]) =>
  findCandidates(
    texts.map((text, at) => ({ name: `f${at}`, text })),
    { source: 's', readAt: 0, now: 0, pathIn: (_, path) => path },
  );

/** Every value of a tree, by its path. */
const pathsOf = (value: unknown, path: readonly PropertyKey[] = []): readonly (readonly PropertyKey[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))]
    : [path];
const replaced = (value: unknown, [key, ...rest]: readonly PropertyKey[], by: unknown): unknown => {
  if (key === undefined) return by;
  const children = Object.entries(value as object).map(([name, child]) => [
    name,
    name === key ? replaced(child, rest, by) : child,
  ]);
  return Array.isArray(value) ? children.map(([, child]) => child) : Object.fromEntries(children);
};

const damaged = fc
  .constantFrom(...SOURCES)
  .chain((source) =>
    fc
      .tuple(fc.constantFrom(...pathsOf(source)), fc.jsonValue({ maxDepth: 2 }))
      .map(([path, by]) => replaced(source, path, by)),
  );
const cut = fc
  .constantFrom(
    ...SOURCES.map((source) => stringify(source)),
    ...SOURCES.map((source) => JSON.stringify(source, null, 1)),
    CSV,
  )
  .chain((text) =>
    fc
      .tuple(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 3 }))
      .map(([from, length, by]) => text.slice(0, from) + by + text.slice(from + length)),
  );

test('never throws; each problem has its file and line, and a sound file beside it is read', () => {
  const sound = JSON.stringify(service('sound'));
  fc.assert(
    fc.property(
      fc.oneof(
        damaged.map((value) => JSON.stringify(value, null, 1)),
        damaged.map((value) => stringify(value)),
        cut,
      ),
      (text) => {
        const { candidates, leftOut, problems } = find([text, sound, CSV]);
        const names = candidates.filter(({ at }) => at.file !== 'f0').map(({ name }) => name);
        expect(names.toSorted()).toEqual(['a', 'b', 'n-sound']);
        for (const { at } of [...problems, ...leftOut, ...candidates]) {
          expect(at.file).toMatch(/^f\d$/);
          expect(at.line === null || (at.line >= 1 && at.line <= text.split('\n').length + 4)).toBe(true);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('an object that is damaged is named; the others of its file are read', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [service('a'), service('b', {}), service('c')] };
  const { candidates, problems } = find([JSON.stringify(list, null, 1)]);
  expect(candidates.map(({ name }) => name)).toEqual(['n-a', 'n-c']);
  expect(problems).toMatchObject([
    { at: { file: 'f0', line: expect.any(Number), object: 'Service n/b' }, path: 'items[1].spec.ports[0].port' },
  ]);
});
