/** The Python tools that the tests run as servers, in `.venv` at the repository's root: exact versions, in requirements.txt. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const VENV = join(ROOT, '.venv');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/** A program's name → its path. */
export type Tools = (name: string) => string;
export type PythonTools = { readonly ok: true; readonly tool: Tools } | { readonly ok: false; readonly reason: string };

const TOOLS: PythonTools = { ok: true, tool: (name) => join(VENV, 'bin', name) };

const install = async (stamp: string): Promise<void> => {
  await run('python3', ['-m', 'venv', VENV]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await run(join(VENV, 'bin', 'python'), pip, { timeout: 5 * 60_000, maxBuffer: 16 * 1024 * 1024 });
  await writeFile(stamp, '');
};

/**
 * The tools, installed if `CI=true` (or `MTLS_MONITOR_PYTHON=install`) and they are missing. Elsewhere nothing is installed unasked:
 * `ok: false` says how, and the caller skips. Under CI a failing install rejects: there nothing is skipped.
 */
export const pythonTools = async (): Promise<PythonTools> => {
  const wanted = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 16);
  const stamp = join(VENV, `.requirements-${wanted}`);
  if (existsSync(stamp)) return TOOLS;
  const allowed = process.env['CI'] === 'true' || process.env['MTLS_MONITOR_PYTHON'] === 'install';
  if (!allowed) {
    return {
      ok: false,
      reason: 'needs the tools of test/setup/requirements.txt in .venv: node test/setup/python-venv.ts',
    };
  }
  await withLock('python-venv', async () => {
    if (!existsSync(stamp)) await install(stamp);
  });
  return TOOLS;
};

if (import.meta.main) {
  process.env['MTLS_MONITOR_PYTHON'] = 'install';
  await pythonTools();
}
