/** OPA’s server for the tests, built from its Go module into `.tools` at the repository’s root. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';

const VERSION = '1.22.3';
const FOLDER = join(import.meta.dirname, `../../.tools/opa-${VERSION}`);
const PROGRAM = join(FOLDER, 'opa');

const install = async (): Promise<void> => {
  await mkdir(FOLDER, { recursive: true });
  const path = `${process.env['PATH']}:/usr/local/go/bin`;
  const env = { ...process.env, PATH: path, GOBIN: FOLDER, GOFLAGS: '', GO111MODULE: 'on', GOTOOLCHAIN: 'local' };
  await promisify(execFile)('go', ['install', `github.com/open-policy-agent/opa@v${VERSION}`], {
    env,
    timeout: 15 * 60_000,
    maxBuffer: 16 * 1024 * 1024,
  });
};

/** Its path; null where it is not built. Under CI it is, and a build that fails rejects. */
export const opaProgram = async (): Promise<string | null> => {
  if (existsSync(PROGRAM)) return PROGRAM;
  if (process.env['CI'] !== 'true' && process.env['MTLS_MONITOR_OPA'] !== 'install') return null;
  await withLock('opa', async () => {
    if (!existsSync(PROGRAM)) await install();
  });
  return PROGRAM;
};

if (import.meta.main) {
  process.env['MTLS_MONITOR_OPA'] = 'install';
  await opaProgram();
}
