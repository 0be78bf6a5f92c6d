import { describe, expect, test } from 'vitest';
import type { Batch, Gone } from '../../../shared/model/run.ts';
import type { RunLocks } from '../../../shared/pipeline/ports.ts';
import { planRun } from '../../../shared/pipeline/run/plan-run.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const TEXT = `version: 1
schedules: { default: {}, critical: {} }
identities: { checkout: { secret: checkout } }
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [checkout], refuses: [] }
  - { name: ledger, url: "https://ledger.example/", admits: [checkout], refuses: [], schedule: critical }
`;
const parsed = parseRegistry(TEXT, '/registry.yaml');
if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
const { registry } = parsed.value;

const FREE = async () => true;

const plan = async (
  input: unknown,
  readDurations: () => Promise<unknown> = async () => null,
  take: RunLocks['take'] = FREE,
  open: readonly string[] = [],
) => {
  const gone: Gone[] = [];
  const warnings: string[] = [];
  const put: (readonly Batch[])[] = [];
  const ports = {
    loadRegistry: async () => ({ registry, bundles: { public: { kind: 'system' } as const }, digest: 'r1' }),
    putPlan: async (id: string, batches: readonly Batch[]) => {
      put.push(batches);
      return `runs/${id}/items.json`;
    },
    readDurations,
    inventory: { load: async () => [] },
    locks: { take },
    leavers: {
      withOpen: async () => open,

      putGone: async (_: string, some: Gone) => void gone.push(some),
    },
    warn: (message: string) => void warnings.push(message),
  };
  const execution = { id: 'run-1', arn: 'arn', startedAt: '2026-11-23T07:00:00.000Z' };
  return { planned: await planRun({ execution, input }, ports), put, warnings, gone };
};

describe('a run whose predecessor still goes on', () => {
  const held = async () => false;
  const scheduled = { suite: 'enforcement', schedule: 'critical' };
  const never = async () => null;

  test('is skipped, with nothing written, where a schedule starts it; one that a person starts goes on', async () => {
    const { planned, put } = await plan(scheduled, never, held);

    expect(planned).toEqual({ skipped: expect.stringContaining('enforcement of the schedule critical') });
    expect(put).toEqual([]);
    expect((await plan({}, never, held)).planned).toHaveProperty('batches');
  });

  test('holds its own key only, for ten minutes, under its own id', async () => {
    const taken: unknown[] = [];
    await plan(scheduled, never, async (...all) => {
      taken.push(all);
      return true;
    });
    const start = Date.parse('2026-11-23T07:00:00Z');
    expect(taken).toEqual([['running/critical/enforcement', 'run-1', start, start + 600_000]]);
  });

  test('cannot be seen: this one goes on, with a warning', async () => {
    const { planned, warnings } = await plan(scheduled, never, () => Promise.reject(new Error('throttled')));

    expect(planned).toHaveProperty('batches');
    expect(warnings).toEqual([expect.stringContaining('throttled')]);
  });
});

describe('planRun', () => {
  test('{} is everything of every schedule, and says so to the next step', async () => {
    const { planned, put } = await plan({});

    expect(planned).toMatchObject({ suite: 'all', schedule: null, items: 'runs/run-1/items.json' });
    expect(put[0]?.flatMap(({ endpoints }) => endpoints.map(({ name }) => name))).toEqual(['payments', 'ledger']);
    expect(put[0]?.[0]?.run).toMatchObject({ id: 'run-1', startedAt: Date.parse('2026-11-23T07:00:00Z') });
    expect(planned).toMatchObject({ batches: put[0]?.length });
  });

  test('a schedule runs its own endpoints', async () => {
    const { put } = await plan({ suite: 'enforcement', schedule: 'critical' });

    expect(put[0]?.flatMap(({ endpoints }) => endpoints.map(({ name }) => name))).toEqual(['ledger']);
  });

  test.each([
    [{ suite: 'enforcment' }, 'suite'],
    [{ shedule: 'critical' }, 'shedule'],
    [{ schedule: 'hourly' }, 'hourly'],
    [{ schedule: 'constructor' }, 'constructor'],
    ['everything', 'object'],
    [null, 'object'],
  ])('%j is refused, with the word that is wrong, and nothing is written', async (input, word) => {
    const { planned, put } = await plan(input);

    expect(planned).toEqual({ refused: expect.stringContaining(word) });
    expect(put).toEqual([]);
  });

  test('what took long the last time comes first', async () => {
    const namesAfter = async (durations: Readonly<Record<string, number>>) => {
      const { put, warnings } = await plan({}, async () => ({ durations }));
      return [put[0]?.flatMap(({ endpoints }) => endpoints.map(({ name }) => name)), warnings];
    };

    expect(await namesAfter({ payments: 400, ledger: 30_000 })).toEqual([['ledger', 'payments'], []]);
    expect(await namesAfter({ payments: 400, ledger: 500 })).toEqual([['payments', 'ledger'], []]);
  });

  test.each([
    ['is no object', async () => 'nonsense'],
    ['holds no times', async () => ({ durations: { payments: 'long' } })],
    ['holds a negative time', async () => ({ durations: { payments: -1 } })],
    ['cannot be read', () => Promise.reject(new Error('denied'))],
  ])('a record of durations that %s costs a warning, and the run is planned', async (_, readDurations) => {
    const { planned, put, warnings } = await plan({}, readDurations);

    expect(put[0]?.flatMap(({ endpoints }) => endpoints.map(({ name }) => name))).toEqual(['payments', 'ledger']);
    expect(planned).toMatchObject({ batches: put[0]?.length });
    expect(warnings).toHaveLength(1);
  });
});

describe('what has left the registry', () => {
  const never = async () => null;
  const OPEN = ['endpoint/gone/default/enforcement', 'endpoint/payments/default/enforcement', 'identity/gone'];

  test('is stored for the report with the registry that does not have it, where this run may close it', async () => {
    expect((await plan({}, never, FREE, OPEN)).gone).toEqual([
      { registry: 'r1', keys: ['endpoint/gone/default/enforcement', 'identity/gone'] },
    ]);
    const scheduled = { suite: 'enforcement', schedule: 'critical' };
    expect((await plan(scheduled, never, FREE, OPEN)).gone).toMatchObject([{ keys: [OPEN[0]] }]);
    expect((await plan({ suite: 'isolation' }, never, FREE, OPEN)).gone).toEqual([]);
  });

  test('each batch knows the registry that it was planned from', async () => {
    const { put } = await plan({});
    expect(put[0]?.map(({ run }) => run.registry)).toEqual(['r1', 'r1']);
  });

  test('a run that is refused or skipped stores nothing', async () => {
    expect((await plan({ schedule: 'hourly' }, never, FREE, OPEN)).gone).toEqual([]);
    const skipped = await plan({ suite: 'enforcement', schedule: 'default' }, never, async () => false, OPEN);
    expect(skipped.gone).toEqual([]);
  });
});
