import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../shared/model/run.ts';
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

const plan = async (input: unknown, readDurations: () => Promise<unknown> = async () => null) => {
  const warnings: string[] = [];
  const put: (readonly Batch[])[] = [];
  const ports = {
    loadRegistry: async () => ({ registry, bundles: { public: { kind: 'system' } as const } }),
    putPlan: async (id: string, batches: readonly Batch[]) => {
      put.push(batches);
      return `runs/${id}/items.json`;
    },
    readDurations,
    warn: (message: string) => void warnings.push(message),
  };
  const execution = { id: 'run-1', arn: 'arn', startedAt: '2026-11-23T07:00:00.000Z' };
  return { planned: await planRun({ execution, input }, ports), put, warnings };
};

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
