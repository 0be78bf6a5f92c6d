/** One inventory: what is kept of which source, and what one that cannot be read costs the others. */
import { expect, test } from 'vitest';
import { type ServiceReading, takeInventory } from '../../../functions/inventory/take-inventory.ts';
import type { Reading } from '../../../shared/model/claim.ts';
import { HOUR } from '../../../shared/model/time.ts';
import type { StoredExport } from '../../../shared/pipeline/ports.ts';

const NOW = Date.UTC(2026, 11, 1);
const listener = (port: number) => ({
  ...{ ListenerArn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/50dc/${port}`, Port: port },
  ...{ Protocol: 'HTTPS', MutualAuthentication: { Mode: 'off' } },
});
const LISTENERS = JSON.stringify({ Listeners: [listener(443)] });
const service = (more: Partial<ServiceReading> = {}): ServiceReading => ({
  ...{ service: 'load-balancers', files: [{ name: null, text: LISTENERS }], problems: [], failed: null },
  ...more,
});

const take = async (
  services: readonly ServiceReading[],
  exports: Readonly<Record<string, string | Error>> | Error = {},
  size = 1,
) => {
  const kept = new Map<string, Reading>();
  const list = (): readonly StoredExport[] =>
    Object.keys(exports).map((key, at) => ({ key, modifiedAt: NOW - (at + 1) * HOUR, size }));
  const taken = await takeInventory({
    services: async () => services,
    exports: {
      list: async () => (exports instanceof Error ? Promise.reject(exports) : list()),
      read: async (key) => {
        const text = exports instanceof Error ? '' : (exports[key] ?? '');
        return text instanceof Error ? Promise.reject(text) : text;
      },
    },
    store: { put: async (reading) => kept.set(reading.source, reading).size > 0 },
    now: () => NOW,
  });
  return { taken, kept };
};
const refused = Object.assign(new Error('arn:aws:iam::111122223333:role/x may not'), { name: 'AccessDenied' });

test('a service and a cluster become a reading each; an export is as old as its oldest file', async () => {
  const { taken, kept } = await take([service()], {
    'exports/prod/a.json': LISTENERS,
    'exports/prod/b.json': JSON.stringify({ Listeners: [listener(8443)] }),
  });
  expect(taken).toEqual([
    { source: 'aws-load-balancers', claims: 1, certificates: 0, problems: 0, wrote: true },
    { source: 'prod', claims: 2, certificates: 0, problems: 0, wrote: true },
  ]);
  expect(kept.get('aws-load-balancers')?.readAt).toBe('2026-12-01T00:00:00.000Z');
  expect(kept.get('prod')).toMatchObject({ schema: 'mtls-monitor/claims/v1', readAt: '2026-11-30T22:00:00.000Z' });
  expect(kept.get('prod')?.claims.map(({ at }) => at.file)).toEqual(['exports/prod/a.json', 'exports/prod/b.json']);
});

test('a service that cannot be read keeps its last reading, and loses no other source', async () => {
  const { taken, kept } = await take(
    [service({ failed: 'access denied (AccessDenied): the role may not call it', files: [] })],
    { 'exports/prod/a.json': LISTENERS },
  );
  expect(taken[0]).toEqual({
    source: 'aws-load-balancers',
    failed: 'access denied (AccessDenied): the role may not call it',
  });
  expect([...kept.keys()]).toEqual(['prod']);
});

test('a broken export is one problem; the other files of its source are kept', async () => {
  const { taken, kept } = await take([], {
    'exports/prod/a.json': LISTENERS,
    'exports/prod/b.json': '{"Listeners": [',
  });
  expect(taken).toMatchObject([{ source: 'prod', claims: 1, wrote: true }]);
  expect(new Set(kept.get('prod')?.problems.map(({ at }) => at.file))).toEqual(new Set(['exports/prod/b.json']));
});

test('a source of which nothing can be read keeps its last reading', async () => {
  const { taken, kept } = await take([], {
    'exports/empty/a.json': '',
    'exports/refused/a.json': refused,
    'exports/prod/a.json': LISTENERS,
  });
  expect(taken).toEqual([
    { source: 'empty', failed: 'nothing in it can be read: exports/empty/a.json: the file is empty' },
    { source: 'refused', failed: 'AccessDenied' },
    expect.objectContaining({ source: 'prod', claims: 1 }),
  ]);
  expect([...kept.keys()]).toEqual(['prod']);
});

test('an export that is too large is not read, and is told', async () => {
  const { taken } = await take([], { 'exports/prod/a.json': LISTENERS }, 1e9);
  expect(taken).toEqual([
    { source: 'prod', failed: 'nothing in it can be read: exports/prod/a.json: larger than 48 MiB' },
  ]);
});

test('what an object is refused stands among the problems of its service', async () => {
  const problem = {
    at: { file: null, line: null, object: 'arn' },
    path: '',
    message: 'DescribeListeners: access denied',
  };
  const { kept } = await take([service({ problems: [problem] })]);
  expect(kept.get('aws-load-balancers')?.problems).toEqual([problem]);
});

test('keys that name no source, and names that a service has, are passed over; a listing that is refused is told', async () => {
  const { taken } = await take([], {
    'exports/': '',
    'exports/a.json': LISTENERS,
    'exports/aws-msk/a.json': LISTENERS,
    'exports/../a/b': LISTENERS,
  });
  expect(taken).toEqual([]);
  expect((await take([], refused)).taken).toEqual([
    { source: 'exports', failed: 'they cannot be listed: AccessDenied' },
  ]);
});
