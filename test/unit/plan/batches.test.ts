import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endpoint, Registry } from '../../../shared/model/registry.ts';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';

const identities = Object.fromEntries(
  [anIdentity('checkout'), anIdentity('orders'), anIdentity('unused')].map((identity) => [identity.name, identity]),
);
const aRegistry = (endpoints: readonly Endpoint[]): Registry => ({
  monitor: { metrics: null, email: [] },
  schedules: {},
  trustBundles: {},
  identities,
  vantages: {},
  endpoints,
  expiry: anEndpoint().expiry,
  settleAfter: 2,
  remindAfter: 1,
});
const run = (suite: 'all' | 'enforcement' = 'enforcement', schedule: string | null = null) => ({
  id: 'r',
  startedAt: 0,
  suite,
  schedule,
});
const bundles = { lab: { kind: 'system' }, other: { kind: 'system' } } as const;

const durationsOf = (some: readonly { readonly took: number | null }[]): ReadonlyMap<string, number> =>
  new Map(some.flatMap(({ took }, index) => (took === null ? [] : [[`e${index}`, took] as const])));

describe('a run’s batches', () => {
  test('hold every endpoint of the schedule exactly once, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            timeout: fc.integer({ min: 100, max: 60_000 }),
            schedule: fc.constantFrom('default', 'critical'),
            perAddress: fc.integer({ min: 1, max: 64 }),
            took: fc.option(fc.integer({ min: 0, max: 400_000 })),
          }),
          { maxLength: 200 },
        ),
        (some) => {
          const endpoints = some.map(({ took: _took, ...own }, index) => anEndpoint({ ...own, name: `e${index}` }));
          const batches = makeBatches(aRegistry(endpoints), run('enforcement', 'critical'), bundles, durationsOf(some));
          const names = batches.flatMap((batch) => batch.endpoints.map(({ name }) => name));
          const planned = endpoints.filter(({ schedule }) => schedule === 'critical').map(({ name }) => name);
          expect(names.toSorted()).toEqual(planned.toSorted());
          expect(batches.every((batch) => batch.endpoints.length > 0)).toBe(true);
        },
      ),
    );
  });

  test('carry only the identities and trust bundles that their endpoints use', () => {
    const [batch] = makeBatches(aRegistry([anEndpoint()]), run(), bundles, new Map());
    expect([Object.keys(batch?.identities ?? {}), Object.keys(batch?.trustBundles ?? {})]).toEqual([
      ['checkout', 'orders'],
      ['lab'],
    ]);
  });

  test('identities have a batch of their own where certificates are asked for, once', () => {
    const batches = makeBatches(
      aRegistry([anEndpoint({ name: 'a' }), anEndpoint({ name: 'b' })]),
      run('all'),
      bundles,
      new Map(),
    );
    expect(batches.map(({ endpoints, health }) => [endpoints.length, health])).toEqual([
      [2, []],
      [0, ['checkout', 'orders', 'unused']],
    ]);
    // Where their chains should lead: the bundles of the endpoints that use them, and no others.
    expect([batches[1]?.healthBundles, Object.keys(batches[1]?.trustBundles ?? {})]).toEqual([
      { checkout: ['lab'], orders: ['lab'], unused: [] },
      ['lab'],
    ]);
    expect(
      makeBatches(aRegistry([anEndpoint()]), run('enforcement'), bundles, new Map()).flatMap(({ health }) => health),
    ).toEqual([]);
  });
});
