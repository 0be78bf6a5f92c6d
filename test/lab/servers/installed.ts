/** Servers that are programs of this machine: where they are, and which version. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian keeps servers where only root's PATH looks. */
const PATH = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin`;
const env = { ...process.env, PATH };

/** A program and its arguments → the command and the arguments that run it, for `startProcess`. */
export type Launch = (program: string, args: readonly string[]) => readonly [string, readonly string[]];

/** `program`, found in that path. `env` executes it, so that signals reach it. */
export const fromPath: Launch = (program, args) => ['env', [`PATH=${PATH}`, program, ...args]];

/** The first line of what it says, whatever its exit code (mosquitto's is 3); null where there is no such program. */
export const versionLine = async (program: string, ...args: readonly string[]): Promise<string | null> => {
  const { code, stdout, stderr } = await run(program, args, { env }).then(
    (said) => ({ ...said, code: 0 }),
    (error: { code?: string | number; stdout: string; stderr: string }) => error,
  );
  return code === 'ENOENT' ? null : `${stdout}${stderr}`.trim().split('\n')[0] || null;
};

/** The file of a module that nginx has to load; empty where it is built in, null where there is none. */
export const nginxModule = async (name: string): Promise<string | null> => {
  const { stderr } = await run('nginx', ['-V'], { env }).catch(() => ({ stderr: '' }));
  if (new RegExp(`--with-${name}(\\s|$)`).test(stderr)) return '';
  const folder = /--modules-path=(\S+)/.exec(stderr)?.[1];
  const file = folder === undefined ? null : join(folder, `ngx_${name}_module.so`);
  return file !== null && existsSync(file) ? file : null;
};
