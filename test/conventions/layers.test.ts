import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT, sourcesIn } from './support/sources.ts';

const FOLDERS = ['shared', 'functions', 'infra', 'bin'];
const run = promisify(execFile);

type Cruise = {
  modules: { source: string }[];
  summary: { violations: { rule: { name: string }; from: string }[] };
};

const cruise = async (cwd: string, folders: readonly string[]): Promise<Cruise> => {
  const depcruise = join(ROOT, 'node_modules/.bin/depcruise');
  const output = await run(
    depcruise,
    ['--config', join(ROOT, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders],
    { cwd, maxBuffer: 64 << 20 },
  ).catch((error: { stdout: string }) => error);
  return JSON.parse(output.stdout) as Cruise;
};

test('the layers hold, and the check looked at the whole tree', async () => {
  const { summary, modules } = await cruise(ROOT, FOLDERS);
  expect(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([]);
  // A check that looked at nothing passes: it must have seen every file. What it counts beside them are packages.
  const seen = new Set(modules.map(({ source }) => source));
  expect(sourcesIn(...FOLDERS).filter((file) => !seen.has(file))).toEqual([]);
});

test('planted violations are caught', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'layers-'));
  const plant = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  try {
    await cp(join(ROOT, 'tsconfig.json'), join(folder, 'tsconfig.json'));
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
    for (const room of [
      'pki/mint',
      'pki/served',
      'pki/identity',
      'pki/test-pki',
      'pipeline/run',
      'pipeline/ask',
      'verdict/judge',
    ])
      await plant(`shared/${room}/there.ts`, 'export const there = 1;\n');
    const from = (path: string, room: string) => plant(path, `export { there } from '../${room}/there.ts';\n`);
    await from('shared/pki/asn1/reads.ts', 'x509');
    await plant('shared/pki/x509/there.ts', 'export const there = 1;\n');
    await from('shared/pki/x509/mints.ts', 'mint');
    await from('shared/pki/served/loads.ts', 'identity');
    await from('shared/pki/identity/judges.ts', 'served');
    await from('shared/pki/mint/forges.ts', 'test-pki');
    await from('shared/pipeline/ask/runs.ts', 'run');
    await from('shared/pipeline/load/asks.ts', 'ask');
    await from('shared/pipeline/announce/runs.ts', 'run');
    await from('shared/pipeline/run/asks.ts', 'ask');
    await from('shared/verdict/explain/judges.ts', 'judge');
    await from('shared/verdict/classify/judges.ts', 'judge');
    await plant('test/helper.ts', 'export const helper = 1;\n');
    const { summary } = await cruise(folder, ['shared', 'infra', 'functions']);
    const caught = new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`));
    expect([...caught].toSorted()).toEqual(
      expect.arrayContaining([
        'entries-are-leaves: infra/app.ts',
        'model-is-the-leaf: shared/model/depends.ts',
        'no-circular: shared/plan/one.ts',
        'pipeline-rooms-open-one-way: shared/pipeline/announce/runs.ts',
        'pipeline-rooms-open-one-way: shared/pipeline/ask/runs.ts',
        'pipeline-rooms-open-one-way: shared/pipeline/load/asks.ts',
        'pki-rooms-open-one-way: shared/pki/asn1/reads.ts',
        'pki-rooms-open-one-way: shared/pki/mint/forges.ts',
        'pki-rooms-open-one-way: shared/pki/served/loads.ts',
        'pki-rooms-open-one-way: shared/pki/x509/mints.ts',
        'probe-dials: shared/probe/asks.ts',
        'scenarios-are-data: shared/scenario/knows.ts',
        'sockets-stay-in-probe: shared/verdict/dials.ts',
        'tests-stay-out: functions/probe/handler.ts',
        'verdict-is-pure: shared/verdict/dials.ts',
        'verdict-rooms-open-one-way: shared/verdict/classify/judges.ts',
        'verdict-rooms-open-one-way: shared/verdict/explain/judges.ts',
      ]),
    );
    // What looks at a room from above is no violation.
    for (const open of ['shared/pki/identity/judges.ts', 'shared/pipeline/run/asks.ts'])
      expect([...caught].filter((each) => each.endsWith(open))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
