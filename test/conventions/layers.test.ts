import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

type Cruise = { summary: { totalCruised: number; violations: { rule: { name: string }; from: string }[] } };

const cruise = async (cwd: string, folders: readonly string[]): Promise<Cruise> => {
  const depcruise = join(root, 'node_modules/.bin/depcruise');
  const output = await run(
    depcruise,
    ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders],
    { cwd, maxBuffer: 64 << 20 },
  ).catch((error: { stdout: string }) => error);
  return JSON.parse(output.stdout) as Cruise;
};

test('the layers hold, and the check looked at the whole tree', async () => {
  const { summary } = await cruise(root, ['shared', 'functions', 'infra', 'bin']);
  expect(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([]);
  // A check that looked at nothing passes: it must have seen every layer.
  expect(summary.totalCruised).toBeGreaterThan(90);
});

test('planted violations are caught', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'layers-'));
  const plant = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  try {
    await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    await plant('shared/model/word.ts', 'export const word = 1;\n');
    await plant('shared/aws/client.ts', "export { word } from '../model/word.ts';\n");
    await plant('shared/verdict/dials.ts', "import { connect } from 'node:net';\nexport const dial = connect;\n");
    await plant('shared/probe/asks.ts', "import { get } from 'node:https';\nexport const ask = get;\n");
    await plant('shared/scenario/knows.ts', "export { word } from '../aws/client.ts';\n");
    await plant('shared/model/depends.ts', "export { dial } from '../verdict/dials.ts';\n");
    await plant('shared/plan/one.ts', "export { two } from './two.ts';\nexport const one = 1;\n");
    await plant('shared/plan/two.ts', "export { one } from './one.ts';\nexport const two = 2;\n");
    await plant('infra/app.ts', "export { handler } from '../functions/probe/handler.ts';\n");
    await plant('functions/probe/handler.ts', "export { helper as handler } from '../../test/helper.ts';\n");
    await plant('test/helper.ts', 'export const helper = 1;\n');
    const { summary } = await cruise(folder, ['shared', 'infra', 'functions']);
    const caught = new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`));
    expect([...caught].toSorted()).toEqual(
      expect.arrayContaining([
        'entries-are-leaves: infra/app.ts',
        'model-is-the-leaf: shared/model/depends.ts',
        'no-circular: shared/plan/one.ts',
        'probe-dials: shared/probe/asks.ts',
        'scenarios-are-data: shared/scenario/knows.ts',
        'sockets-stay-in-probe: shared/verdict/dials.ts',
        'tests-stay-out: functions/probe/handler.ts',
        'verdict-is-pure: shared/verdict/dials.ts',
      ]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
