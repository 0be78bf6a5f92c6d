// The commands of docs/tasks.md, as they stand, against `demo --keep`: each ends as the page says, and every line that it shows comes out.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mtlsMonitor } from '../helpers/registry.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'bin/mtls-monitor.mjs');
const DEPLOYED = /--stack |^aws /;
const KEEP = 'npx mtls-monitor demo --keep lab';

type Block = { readonly heading: string; readonly commands: readonly string[]; readonly shown: readonly string[] };

/** Each `sh` block with the `text` block behind it, if there is one. */
const blocksIn = (page: string): readonly Block[] =>
  page.split(/^## /m).flatMap((part) =>
    [...part.matchAll(/^```sh\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm)].map(
      ([, commands = '', shown]) => ({
        heading: part.split('\n', 1)[0] ?? '',
        commands: commands.trim().split('\n'),
        shown: shown?.trimEnd().split('\n') ?? [],
      }),
    ),
  );

const blocks = blocksIn(readFileSync(join(ROOT, 'docs/tasks.md'), 'utf8'));
const local = blocks.filter(({ commands }) => !commands.some((line) => line === KEEP || DEPLOYED.test(line)));

/** What differs from run to run: ports, keys, dates and times, ages. */
const steady = (text: string): string =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\b[0-9a-f]{8}(?:[0-9a-f]{24})?\b/g, 'KEY')
    .replaceAll(/(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?Z)?/g, 'DATE')
    .replaceAll(/\((?:in )?(?:\d+ \w+|less than an hour)(?: ago)?\) */g, 'AGE ')
    .replaceAll(/\([\w/+-]+\), DATE/g, '(ZONE), DATE')
    .trimEnd();

/** Lines of the page that do not come out, in their order. */
const missing = (shown: readonly string[], out: string): readonly string[] => {
  const lines = out.split('\n').map(steady);
  let from = 0;
  return shown.filter((line) => {
    if (line.trim() === '…' || line.trim() === '') return false;
    const wanted = steady(line.replace(/\s?…$/, ''));
    const isIt = (each: string) => (line.endsWith('…') ? each.startsWith(wanted) : each === wanted);
    const at = lines.findIndex((each, index) => index >= from && isIt(each));
    if (at !== -1) from = at + 1;
    return at === -1;
  });
};

let folder: string;
let kept: ChildProcess;
const ended = (): Promise<number | null> => new Promise((done) => kept.once('exit', done));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tasks-'));
  kept = spawn(process.execPath, [PROGRAM, 'demo', '--keep', 'lab'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  await new Promise<void>((done, failed) => {
    kept.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('lab/registry.yaml')) done();
    });
    kept.once('exit', () => failed(new Error('demo --keep ended')));
  });
});
afterAll(() => {
  kept.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** One line in bash; `npx mtls-monitor` is this checkout's. */
const bash = (line: string): Promise<{ readonly code: number; readonly out: string }> =>
  new Promise((done) => {
    const script = `exec 2>&1; npx() { shift; "$NODE" "$PROGRAM" "$@"; }; ${line}`;
    const env = { ...process.env, NO_COLOR: '1', NODE: process.execPath, PROGRAM };
    execFile('bash', ['-c', script], { cwd: folder, env, maxBuffer: 2 ** 24 }, (error, stdout) =>
      done({ code: error === null ? 0 : Number(error.code), out: stdout }),
    );
  });

test('the page has twelve tasks, and begins with the servers that it runs against', () => {
  expect(new Set(blocks.map(({ heading }) => /^(\d+)\. /.exec(heading)?.[1]).filter(Boolean)).size).toBe(12);
  expect(blocks[0]?.commands).toEqual([KEEP]);
  expect(local.flatMap(({ commands }) => commands).length).toBeGreaterThan(15);
});

const runs = async ({ commands, shown }: Block): Promise<void> => {
  let out = '';
  for (const command of commands) {
    const ran = await bash(command);
    const code = Number(/# exit code (\d+)$/.exec(command)?.[1] ?? 0);
    expect([command, ran.code, ran.code === code ? '' : ran.out]).toEqual([command, code, '']);
    out += `${ran.out}\n`;
  }
  expect(missing(shown, out)).toEqual([]);
};

// The first writes the report and the state that others read, and a waiver is written into the registry that others read.
const [first, ...others] = local;
const writesRegistry = ({ commands }: Block) => commands.some((line) => line.startsWith('npx mtls-monitor waive '));

test('the run that several answers read', () => runs(first as Block));
test.concurrent.each(others.filter((each) => !writesRegistry(each)))('$heading', runs);
test.each(others.filter(writesRegistry))('$heading', runs);

describe('of the commands for a deployed monitor', () => {
  const lines = blocks.flatMap(({ commands }) => commands).filter((line) => /^npx mtls-monitor .*--stack /.test(line));

  test.each([...Map.groupBy(lines, (line) => line.split(' ')[2] ?? '')])('%s has every option', async (name, own) => {
    const { stdout } = await mtlsMonitor(name, '--help');
    const options = own.flatMap((line) => [...line.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option ?? ''));
    expect(options.filter((option) => !stdout.includes(`${option} `))).toEqual([]);
  });
});

test('a line that does not come out is found', () => {
  expect(missing(['a 2026-01-01', '…', 'b …'], 'a 2027-02-02\nx\nb c\n')).toEqual([]);
  expect(missing(['a', 'b'], 'b\na\n')).toEqual(['b']);
  expect(missing(['a b'], 'a b c\n')).toEqual(['a b']);
});

test('Ctrl-C ends the servers, and their folder goes with them', async () => {
  const end = ended();
  kept.kill('SIGINT');
  expect(await end).toBe(0);
  expect(existsSync(join(folder, 'lab'))).toBe(false);
});
