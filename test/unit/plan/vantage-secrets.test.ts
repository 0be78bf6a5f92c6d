import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SUITE_REQUESTS } from '../../../shared/model/names.ts';
import type { Batch } from '../../../shared/model/run.ts';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { healthByVantage, secretsAt } from '../../../shared/plan/vantage-secrets.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const registryOf = (document: object) => {
  const result = parseRegistry(JSON.stringify({ version: 1, ...document }), '/r/registry.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value.registry;
};
const secret = (name: string, more: object = {}) => ({ secret: `id/${name}`, ...more });
const NAMES = ['a', 'b', 'c'];
const VANTAGES = ['default', 'east', 'west'];

/** What a batch has its function read: as `shared/pipeline/run/check-endpoints.ts` does. */
const readBy = ({ endpoints, identities, trustBundles }: Batch): readonly string[] => [
  ...Object.values(identities).flatMap(({ source, passphrase }) => [
    ...(source.kind === 'secret' ? [source.secret] : []),
    ...(passphrase !== null && 'secret' in passphrase ? [passphrase.secret] : []),
  ]),
  ...Object.values(trustBundles).flatMap((bundle) => (bundle.kind === 'secret' ? [bundle.secret] : [])),
  ...endpoints.flatMap(({ http }) =>
    Object.values(http.headers).flatMap((value) =>
      typeof value === 'object' && 'secret' in value ? [value.secret] : [],
    ),
  ),
];

const registries = fc
  .array(
    fc.record({
      from: fc.subarray(VANTAGES, { minLength: 1 }),
      admits: fc.subarray(NAMES, { minLength: 1, maxLength: 1 }),
      refuses: fc.option(fc.subarray(NAMES), { nil: undefined }),
      trustBundle: fc.constantFrom('one', 'two', 'public'),
      token: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((endpoints) =>
    registryOf({
      trustBundles: { one: { secret: 'trust/one' }, two: { secret: 'trust/two' } },
      identities: {
        ...Object.fromEntries(NAMES.map((name) => [name, secret(name, { passphrase: { secret: `pass/${name}` } })])),
        old: secret('old', { fault: 'expired' }),
        spare: secret('spare'),
      },
      vantages: { east: {}, west: {} },
      endpoints: endpoints.map(({ token, admits, refuses, ...own }, at) => ({
        ...{ name: `e${at}`, url: `https://h${at}.example/`, admits, ...own },
        ...(refuses !== undefined && { refuses: refuses.filter((name) => !admits.includes(name)) }),
        ...(token && { http: { headers: { authorization: { secret: `token/${at}` } } } }),
      })),
    }),
  );

test('each vantage may read what its batches have it read, and nothing else', () => {
  fc.assert(
    fc.property(registries, (registry) => {
      const read = new Map<string, Set<string>>();
      for (const suite of SUITE_REQUESTS) {
        const bundles = {
          one: { kind: 'secret', secret: 'trust/one' },
          two: { kind: 'secret', secret: 'trust/two' },
        } as const;
        for (const batch of makeBatches(
          registry,
          { id: 'r', startedAt: 0, suite, schedule: null },
          bundles,
          new Map(),
        )) {
          const known = read.get(batch.vantage) ?? new Set();
          for (const each of readBy(batch)) known.add(each);
          read.set(batch.vantage, known);
        }
      }
      for (const [vantage, known] of read)
        expect([vantage, secretsAt(registry, vantage)]).toEqual([vantage, [...known].sort()]);
    }),
  );
});

test('every identity in a secret is judged at one vantage, where it is presented if it is anywhere', () => {
  fc.assert(
    fc.property(registries, (registry) => {
      const judged = [...healthByVantage(registry).values()].flat();
      expect(judged.toSorted()).toEqual([...NAMES, 'old', 'spare'].toSorted());
    }),
  );
  const registry = registryOf({
    identities: { a: secret('a'), b: secret('b') },
    vantages: { east: {} },
    endpoints: [
      { name: 'home', url: 'https://home.example/', admits: ['a'], refuses: [] },
      { name: 'far', url: 'https://far.example/', admits: ['b'], refuses: [], from: ['east'] },
    ],
  });
  expect([...healthByVantage(registry)]).toEqual([
    ['default', ['a']],
    ['east', ['b']],
  ]);
  expect([secretsAt(registry, 'default'), secretsAt(registry, 'east')]).toEqual([['id/a'], ['id/b']]);
});
