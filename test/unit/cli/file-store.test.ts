import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../functions/cli/exit.ts';
import { openFileStore } from '../../../functions/cli/file-store.ts';
import { recordResults } from '../../../shared/pipeline/announce/record-results.ts';
import { anUpdate, fail, open, pass, unsure } from '../../helpers/judged.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'));
  path = join(folder, 'state.json');
});
afterEach(() => rm(folder, { recursive: true }));

const run = async (at: number, ...results: ReturnType<typeof pass>[]) => {
  const { store, close } = await openFileStore(path);
  await recordResults(
    store,
    anUpdate(at, results, {
      leaves: {
        'payments/valid-identity/checkout': [{ sha256: 'aa', key: 'k', issuer: 'i', shortLived: false, trusted: true }],
      },
      acceptableCas: { 'payments/valid-identity/checkout': [{ sha256: 'bb', total: 1, names: ['CN=Clients'] }] },
    }),
  );
  return (await close()).map(({ kind }) => kind);
};

describe('state in a file', () => {
  test('carries streaks and what was told from one run to the next', async () => {
    expect(await run(1, pass())).toEqual([]);
    expect(await run(2, open())).toEqual(['regression']);
    expect(await run(3, open())).toEqual([]);
    expect(await run(4, unsure())).toEqual([]);
    expect(await run(5, unsure())).toEqual(['blind']);
    expect(await run(6, pass())).toEqual(['recovery']);
  });

  test('carries what comes and goes from one run to the next', async () => {
    const kinds = [];
    for (const at of [1, 2, 3, 4, 5, 6, 7, 8])
      kinds.push(...(await run(at, at % 2 === 0 ? pass() : fail('CONTROL_REJECTED'))));
    expect(kinds).toEqual(['flapping']);
  });

  test('only its owner may read it, and nothing else is left in the folder', async () => {
    await run(1, open());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  test.each([
    ['not JSON', '{"schema": "mtls-mon'],
    ['empty', ''],
    ['another document', '{"schema":"mtls-monitor/report/v1","checks":[]}'],
    ['a later format', '{"schema":"mtls-monitor/state/v2","items":[]}'],
    ['an item without its checks', '{"schema":"mtls-monitor/state/v1","items":[{"key":"a","suite":null,"chains":{}}]}'],
  ])('a file that is %s is refused by name and left alone', async (_, text) => {
    await writeFile(path, text);
    await expect(openFileStore(path)).rejects.toThrow(UsageError);
    await expect(openFileStore(path)).rejects.toThrow(path);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('one that cannot be read is refused', async () => {
    await mkdir(path);
    await expect(openFileStore(path)).rejects.toThrow('EISDIR');
  });

  test('one that cannot be written says so, and no half of it is left', async () => {
    const { store, close } = await openFileStore(join(folder, 'missing', 'state.json'));
    await recordResults(store, anUpdate(1, [open()]));
    await expect(close()).rejects.toThrow(/missing.*ENOENT/);
    await run(1, open());
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  test('a write against an old version changes nothing', async () => {
    const { store } = await openFileStore(path);
    const item = { key: 'a', suite: null, checks: {}, chains: {}, due: [] };
    expect([await store.write(item, 0), await store.write(item, 0), await store.write(item, 1)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
