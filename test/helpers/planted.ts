/** A temporary copy of the program's sources, in which a test plants what a contributor would add. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const COPIED = ['shared', 'functions', 'docs/reference', 'test/conventions', 'test/helpers', 'package.json'];
const run = promisify(execFile);

export type Planted = {
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
  /** Puts `text` before the first `anchor`; throws an Error where there is none. */
  readonly insert: (path: string, anchor: string, text: string) => Promise<void>;
  /** The compiler's complaints, one a line: `<path>(<line>,<column>): error TS…`. */
  readonly compile: () => Promise<readonly string[]>;
  /** What a program of the copy prints; rejects where it fails. */
  readonly node: (path: string, ...options: readonly string[]) => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** `sources`: what is compiled, beside `shared` and `functions`. */
export const plantedCopy = async (...sources: readonly string[]): Promise<Planted> => {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  const at = (path: string) => join(folder, path);
  for (const path of COPIED)
    await cp(join(root, path), at(path), { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
  await symlink(join(root, 'node_modules'), at('node_modules'));
  const options = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8')) as object;
  await writeFile(at('tsconfig.json'), JSON.stringify({ ...options, include: ['shared', 'functions', ...sources] }));
  const read = (path: string) => readFile(at(path), 'utf8');
  const write = (path: string, text: string) => writeFile(at(path), text);
  return {
    read,
    write,
    insert: async (path, anchor, text) => {
      const before = await read(path);
      if (!before.includes(anchor)) throw new Error(`${path} has no ${anchor}`);
      await write(
        path,
        before.replace(anchor, () => text + anchor),
      );
    },
    compile: async () => {
      const compiler = join(root, 'node_modules/.bin/tsc');
      const printed = await run(compiler, ['--pretty', 'false'], { cwd: folder, maxBuffer: 64 << 20 }).then(
        ({ stdout }) => stdout,
        (error: { stdout: string }) => error.stdout,
      );
      return printed.split('\n').filter((line) => line !== '');
    },
    node: async (path, ...rest) =>
      (await run(process.execPath, [path, ...rest], { cwd: folder, maxBuffer: 64 << 20 })).stdout,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
