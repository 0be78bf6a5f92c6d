/** A copy of the sources in a temporary folder, in which a test plants what a contributor would add. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../..');
const COPIED = [
  'shared',
  'functions',
  'docs/reference',
  'docs/adr',
  'test/conventions',
  'test/helpers',
  'test/lab/cures.ts',
  'package.json',
];
const run = promisify(execFile);

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type PlantedCopy = {
  readonly read: (path: string) => Promise<string>;
  /** Readable by its owner only: it may be a key. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Puts `text` before the first `anchor`; throws an Error where there is none. */
  readonly insert: (path: string, anchor: string, text: string) => Promise<void>;
  /** The compiler's errors by file: each begins `<path>(<line>,<column>): error TS…` and has the lines that belong to it. */
  readonly compile: () => Promise<ReadonlyMap<string, string>>;
  /** A TypeScript program of the copy, in the copy's root. Never rejects for an exit code. */
  readonly node: (path: string, ...options: readonly string[]) => Promise<Ran>;
  readonly remove: () => Promise<void>;
};

const ranIn = (folder: string, program: string, ...options: readonly string[]): Promise<Ran> =>
  run(program, options, { cwd: folder, maxBuffer: 64 << 20 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
  );

/** `sources`: what is compiled, beside `shared` and `functions`. */
export const plantedCopy = async (...sources: readonly string[]): Promise<PlantedCopy> => {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  const at = (path: string) => join(folder, path);
  for (const path of COPIED)
    await cp(join(root, path), at(path), { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
  await symlink(join(root, 'node_modules'), at('node_modules'));
  const options = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8')) as object;
  await writeFile(at('tsconfig.json'), JSON.stringify({ ...options, include: ['shared', 'functions', ...sources] }));
  const read = (path: string) => readFile(at(path), 'utf8');
  const write = (path: string, text: string) => writeFile(at(path), text, { mode: 0o600 });
  return {
    read,
    write,
    insert: async (path, anchor, text) => {
      const [before, ...rest] = (await read(path)).split(anchor);
      if (rest.length === 0) throw new Error(`${path} has no ${anchor}`);
      await write(path, `${before}${text}${anchor}${rest.join(anchor)}`);
    },
    compile: async () => {
      const { stdout } = await ranIn(folder, join(root, 'node_modules/.bin/tsc'), '--pretty', 'false');
      const errors = stdout.split(/^(?=\S+\(\d+,\d+\): error)/m).filter((text) => text !== '');
      const byFile = Map.groupBy(errors, (text) => text.slice(0, text.indexOf('(')));
      return new Map([...byFile].map(([file, texts]) => [file, texts.join('')]));
    },
    node: (path, ...rest) => ranIn(folder, process.execPath, path, ...rest),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
