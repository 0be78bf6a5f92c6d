/** A check that a batch does not plan is closed: with the identities of its batch alone, an endpoint has to have every check that it has in the registry. */
import { expect, test } from 'vitest';
import { SUITE_REQUESTS, SUITES } from '../../../shared/model/names.ts';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { followUps, halved } from '../../../shared/plan/follow-ups.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const parsed = parseRegistry(
  JSON.stringify({
    version: 1,
    identities: Object.fromEntries(
      ['a', 'b', 'c', 'd', 'expired', 'revoked', 'wrong-usage', 'not-yet-valid'].map((name) => [
        name,
        { secret: name, ...(name.length > 1 && { fault: name }) },
      ]),
    ),
    endpoints: [
      { name: 'one', url: 'https://host.example/one', admits: ['a'] },
      { name: 'two', url: 'https://host.example/two', admits: ['b', 'c'], refuses: ['a'], tlsVersions: ['1.2', '1.3'] },
      { name: 'three', url: 'https://other.example/', admits: ['d'], refuses: [] },
      {
        ...{ name: 'four', url: 'https://host.example/four', admits: ['c'], refuses: ['d'] },
        routes: [{ method: 'GET', path: '/x', admits: ['d'], refuses: ['b'] }],
        bypasses: ['https://origin.example/four'],
      },
    ],
  }),
  '/registry.yaml',
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
const { registry } = parsed.value;

test.each(SUITE_REQUESTS)('%s: each batch, and each follow-up batch, plans what the registry does', (suite) => {
  const run = { id: 'run-1', startedAt: 0, suite, schedule: null };
  const batches = makeBatches(registry, run, {}, new Map());
  const all = [...batches, ...followUps(batches.flatMap(halved))];
  const seen = new Set<string>();
  for (const { endpoints, identities } of all) {
    for (const endpoint of endpoints) {
      seen.add(endpoint.name);
      const ids = (from: typeof identities) => planEndpoint(endpoint, from, SUITES).checks.map(({ id }) => id);
      expect(ids(identities)).toEqual(ids(registry.identities));
    }
  }
  expect([...seen].toSorted()).toEqual(['four', 'one', 'three', 'two']);
});
