/** A copy of the sources in a temporary folder, for tests that add to them. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type PlantedCopy = {
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
  /** Puts `line` after the first line that is `after`; throws where there is none. */
  readonly addLine: (path: string, after: string, line: string) => Promise<void>;
  /** A program of node_modules/.bin, in the copy's root. Never rejects for an exit code. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<Ran>;
  readonly remove: () => Promise<void>;
};

/** `folders` of the repository, with node_modules linked. */
export const plantedCopy = async (...folders: readonly string[]): Promise<PlantedCopy> => {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  const inside = (path: string) => join(folder, path);
  for (const name of [...folders, 'package.json', 'tsconfig.json'])
    await cp(join(root, name), inside(name), { recursive: true });
  await symlink(join(root, 'node_modules'), inside('node_modules'));
  const read = (path: string) => readFile(inside(path), 'utf8');
  const write = (path: string, text: string) => writeFile(inside(path), text, { mode: 0o600 });
  return {
    read,
    write,
    addLine: async (path, after, line) => {
      const lines = (await read(path)).split('\n');
      const at = lines.indexOf(after);
      if (at === -1) throw new Error(`${path} has no line ${after}`);
      await write(path, lines.toSpliced(at + 1, 0, line).join('\n'));
    },
    run: (program, ...args) =>
      run(join(root, 'node_modules/.bin', program), args, { cwd: folder, maxBuffer: 64 << 20 }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
