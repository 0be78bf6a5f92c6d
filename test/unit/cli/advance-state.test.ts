import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { advanceState } from '../../../functions/cli/advance-state.ts';
import { openFileStore } from '../../../functions/cli/file-store.ts';
import type { SuiteRequest } from '../../../shared/model/names.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import { DAY, iso } from '../../../shared/model/time.ts';
import { planEndpoint, suitesOf } from '../../../shared/plan/plan.ts';
import { fail } from '../../helpers/judged.ts';
import { aReport } from '../../helpers/report.ts';
import { storedFile, storedRegistry } from '../../helpers/stored-state/stored.ts';

let folder = '';
let state = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'));
  state = join(folder, 'state.json');
});
afterEach(() => rm(folder, { recursive: true }));

const START = Date.UTC(2026, 11, 2);
const ALL = ['payments', 'billing', 'ledger'];
type Run = {
  readonly suite?: SuiteRequest;
  readonly endpoint?: readonly string[];
  readonly complete?: boolean;
  readonly registryPath?: string;
};
let runs = 0;

/** Every check of every endpoint of the registry fails. */
const reportOf = (registry: Registry, { suite = 'all', endpoint, complete = true }: Run): ReportInParts => {
  runs += 1;
  const own = registry.endpoints.filter(({ name }) => endpoint?.includes(name) ?? true);
  const checks = own.flatMap((each) =>
    planEndpoint(each, registry.identities, suitesOf(suite)).checks.map(({ id, scenario }) =>
      fail('ACCEPTED_NO_CERTIFICATE', { id, scenario, endpoint: each.name }),
    ),
  );
  const report = aReport(checks, { id: `run-${runs}`, complete });
  return { ...report, run: { ...report.run, startedAt: iso(START + runs * DAY) } };
};
/** What was told, as `<kind> <endpoint>`, each once. */
const check = async (names: readonly string[], own: Run = {}): Promise<readonly string[]> => {
  const registry = storedRegistry(...ALL.filter((name) => !names.includes(name)));
  const options = { suite: 'all', registryPath: join(folder, 'registry.yaml'), state, ...own } as const;
  const { changes: told } = await advanceState(await openFileStore(state), registry, reportOf(registry, own), options);
  return [...new Set(told.map(({ kind, endpoint }) => `${kind} ${endpoint}`))].toSorted();
};
const keys = async (): Promise<readonly string[]> =>
  JSON.parse(await readFile(state, 'utf8')).items.map(({ key }: { readonly key: string }) => key);
const opened = (...names: readonly string[]) => names.map((name) => `regression ${name}`);

describe('a state file', () => {
  test('knows its first run, by what a run left: a silence alone is none', async () => {
    expect((await openFileStore(state)).isFirst).toBe(true);
    await check(['payments']);
    expect((await openFileStore(state)).isFirst).toBe(false);
    await writeFile(
      state,
      JSON.stringify({
        schema: 'mtls-monitor/state/v1',
        items: [{ key: 'silences', suite: null, checks: {}, chains: {}, silences: [{ id: 's1' }] }],
      }),
    );
    expect((await openFileStore(state)).isFirst).toBe(true);
  });

  test('an endpoint that left the registry is closed once, and nothing of it stays', async () => {
    expect(await check(['payments', 'billing'])).toEqual(opened('billing', 'payments'));
    expect(await check(['billing'])).toEqual(['closing payments', 'reminder billing']);
    expect((await keys()).filter((key) => key.includes('payments'))).toEqual([]);
    expect(await check(['payments', 'billing'])).toEqual(expect.arrayContaining(opened('payments')));
  });

  test.each([
    ['that asks for some endpoints', { endpoint: ['billing'] }],
    ['that came to no end', { complete: false }],
  ])('a run %s closes nothing; the next whole one does', async (_, own) => {
    await check(['payments', 'billing']);
    expect(await check(['billing'], own)).not.toContain('closing payments');
    expect(await check(['billing'])).toContain('closing payments');
  });

  test('nor does it close a check that an endpoint no longer has', async () => {
    await check(['payments', 'billing']);
    const document = async () => JSON.parse(await readFile(state, 'utf8'));
    const before = await document();
    const stale = structuredClone(before);
    const item = stale.items.find(({ key }: { key: string }) => key === 'endpoint/billing/default/enforcement');
    item.checks['billing/no-certificate#1.1'] = item.checks['billing/no-certificate'];
    await writeFile(state, JSON.stringify(stale));
    const known = async () => JSON.stringify((await document()).items).includes('billing/no-certificate#1.1');
    await check(['billing', 'payments'], { endpoint: ['billing'] });
    expect(await known()).toBe(true);
    // The incident of the others is still open: nothing is told.
    expect(await check(['billing', 'payments'])).not.toContain('closing billing');
    expect(await known()).toBe(false);
  });

  test('a run of one suite closes in that suite', async () => {
    await check(['payments', 'billing']);
    // The incident is over once every suite has closed its checks.
    expect(await check(['billing'], { suite: 'isolation' })).not.toContain('closing payments');
    expect((await keys()).filter((key) => key.includes('payments')).toSorted()).toEqual(
      ['certificates', 'enforcement'].map((suite) => `endpoint/payments/default/${suite}`),
    );
    expect(await check(['billing'])).toContain('closing payments');
  });

  test('two registries share a file: neither closes what the other asks for', async () => {
    const another = { registryPath: join(folder, 'another.yaml') };
    await check(['payments']);
    expect(await check(['billing'], another)).toEqual(opened('billing'));
    expect(await check(['payments'])).not.toContain('closing billing');
    expect(await check(['ledger'], another)).toEqual(['closing billing', 'regression ledger']);
  });

  test('moved together with its registry, it is still its own', async () => {
    await check(['payments', 'billing']);
    const text = await readFile(state, 'utf8');
    await mkdir(join(folder, 'elsewhere'));
    state = join(folder, 'elsewhere', 'state.json');
    await writeFile(state, text);
    const own = { registryPath: join(folder, 'elsewhere', 'registry.yaml') };
    expect(await check(['billing'], own)).toContain('closing payments');
  });
});

describe('a state file of the version before', () => {
  test('loses nothing that is open and announces none of it again', async () => {
    await writeFile(state, storedFile());
    const before = JSON.parse(storedFile()).items as readonly { key: string; checks: object }[];
    const registry = storedRegistry();
    const report = { ...aReport([]), count: 0 };
    const whole = { suite: 'all', registryPath: join(folder, 'registry.yaml'), state } as const;
    expect(await advanceState(await openFileStore(state), registry, report, whole)).toMatchObject({ changes: [] });
    const after = JSON.parse(await readFile(state, 'utf8')).items as readonly { key: string; checks: object }[];
    for (const { key, checks } of before) expect(after.find((each) => each.key === key)?.checks, key).toEqual(checks);
  });

  test('what it opened is closed once a run has asked for it and it has left after that', async () => {
    await writeFile(state, storedFile());
    expect(await check(['billing', 'ledger'])).not.toContain('closing payments');
    await writeFile(state, storedFile());
    await check(ALL);
    expect(await check(['billing', 'ledger'])).toContain('closing payments');
  });
});

test('a file of a newer version is refused as such, and left alone', async () => {
  const text = '{"schema":"mtls-monitor/state/v2","items":[]}';
  await writeFile(state, text);
  await expect(openFileStore(state)).rejects.toThrow(/newer version.*v2/);
  expect(await readFile(state, 'utf8')).toBe(text);
});
