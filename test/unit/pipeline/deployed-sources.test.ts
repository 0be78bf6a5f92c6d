import { expect, test } from 'vitest';
import type { Reading } from '../../../shared/model/claim.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { DAY, HOUR, iso } from '../../../shared/model/time.ts';
import { deployedSources } from '../../../shared/pipeline/run/deployed-sources.ts';
import { silentOf } from '../../../shared/pipeline/run/withdrawn.ts';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { aClaim, here, NOW } from '../../helpers/claims.ts';

const registryOf = (text: string) => {
  const parsed = parseRegistry(text, '/registry.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value.registry;
};

const registry = registryOf(`
version: 1
identities: { checkout: { secret: checkout } }
sources:
  mesh: { export: true, maxAge: 2h }
  edge: { aws: [load-balancers, api-gateway] }
  local: { files: [mesh.json] }
endpoints:
  - { name: payments, url: "https://payments.test/", admits: [checkout] }
  - { name: ledger, url: "https://ledger.test:8443/", admits: [checkout] }
`);

const reading = (source: string, own: Partial<Reading> = {}): Reading => ({
  ...{ schema: 'mtls-monitor/claims/v1', source, readAt: iso(NOW), claims: [], certificates: [], problems: [] },
  ...own,
});
const required = aClaim({ clientCertificate: here('required') });
const load = (...readings: readonly Reading[]) => ({ load: async () => readings });
const run = { id: 'r', startedAt: NOW, suite: 'all', schedule: null } as never;

test('each source is what the inventory kept under its name; files are the command line’s', async () => {
  const held = await deployedSources(
    registry,
    load(reading('mesh', { claims: [required] }), reading('aws-load-balancers'), reading('aws-api-gateway')),
  );
  expect(held.states.map(({ source, readAt, maxAge }) => [source, readAt, maxAge])).toEqual([
    ['mesh', NOW, 2 * HOUR],
    ['edge', NOW, DAY],
  ]);
  expect(Object.keys(held.covered)).toEqual(['payments']);
  expect(held.covered['payments']?.map(({ source }) => source)).toEqual(['mesh']);
});

test('a source in several parts is as old as its oldest, and not known while one is missing', async () => {
  const old = reading('aws-api-gateway', { readAt: iso(NOW - 3 * HOUR), claims: [required] });
  const both = await deployedSources(registry, load(reading('aws-load-balancers'), old));
  expect(both.states.find(({ source }) => source === 'edge')?.readAt).toBe(NOW - 3 * HOUR);
  const one = await deployedSources(registry, load(old));
  expect(one.states.find(({ source }) => source === 'edge')).toMatchObject({
    readAt: null,
    reason: 'the inventory has kept nothing of it yet: aws-load-balancers',
  });
  expect(one.covered).toEqual({});
});

test('where the readings cannot be read, each source says so', async () => {
  const held = await deployedSources(registry, { load: () => Promise.reject(new Error('SlowDown')) });
  expect(held.states.map(({ readAt, reason }) => [readAt, reason])).toEqual([
    [null, 'what the inventory has kept could not be read'],
    [null, expect.stringContaining('could not be read')],
  ]);
});

test('a registry without sources asks for nothing', async () => {
  const none = registryOf(
    'version: 1\nidentities: { a: { secret: a } }\nendpoints: [{ name: p, url: "https://p.test/", admits: [a] }]',
  );
  const held = await deployedSources(none, { load: () => Promise.reject(new Error('asked')) });
  expect(held).toEqual({ covered: {}, states: [] });
});

test('only what a batch’s endpoints need travels with it; the sources’ own batch runs with the certificates', async () => {
  const held = await deployedSources(registry, load(reading('mesh', { claims: [required] })));
  const batches = makeBatches(registry, run, {}, new Map(), held);
  expect(
    batches.filter(({ covered }) => covered !== undefined).map(({ covered }) => Object.keys(covered ?? {})),
  ).toEqual([['payments']]);
  expect(batches.filter(({ sources }) => sources !== undefined)).toMatchObject([
    { endpoints: [], sources: [{ source: 'mesh' }, { source: 'edge' }] },
  ]);
  const enforcement = makeBatches(registry, { ...(run as object), suite: 'enforcement' } as never, {}, new Map(), held);
  expect(enforcement.some(({ sources }) => sources !== undefined)).toBe(false);
});

test('a finding ends once its source says nothing of the endpoint any more, and not while the source cannot be read', () => {
  const planned = planEndpoint(registry.endpoints[0] as Endpoint, registry.identities, [
    'enforcement',
    'isolation',
  ]).checks;
  const own = [{ id: 'payments/valid-identity/checkout', code: 'ACCEPTED' }] as unknown as readonly CheckResult[];
  const at = { endpoint: 'payments', vantage: 'default' };
  const ended = (read: readonly string[], results = own) => silentOf(planned, results, read, at).map(({ id }) => id);
  expect(ended(['mesh'])).toEqual(['payments/configuration/mesh', 'payments/configured-access/mesh']);
  expect(ended([])).toEqual([]);
  expect(ended(['mesh'], [{ id: 'x', code: 'NOT_RUN' }] as unknown as readonly CheckResult[])).toEqual([]);
  const judgedNow = [...own, { id: 'payments/configuration/mesh', code: 'CONFIGURATION_PERMISSIVE' }];
  expect(ended(['mesh'], judgedNow as unknown as readonly CheckResult[])).toEqual(['payments/configured-access/mesh']);
});
