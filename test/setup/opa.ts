/** OPA’s server for the tests, built from its Go module into `.tools` at the repository’s root: 75 seconds of CPU. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';

const SOURCE = join(import.meta.dirname, 'opa');
const TOOLS = join(import.meta.dirname, '../../.tools');

/** Modules of these are compiled without optimising, which takes less. The standard library is compiled as for every other program of the lab, once. */
const OTHERS = [
  'github.com',
  'go.opentelemetry.io',
  'go.yaml.in',
  'golang.org',
  'google.golang.org',
  'gopkg.in',
  'oras.land',
];
const QUICK = OTHERS.map((host) => `-gcflags=${host}/...=-N -l -dwarf=false`);

/** `go.mod` says which version; what is built of another is another file. */
const programPath = async (): Promise<string> => {
  const version = /open-policy-agent\/opa v(\S+)/.exec(await readFile(join(SOURCE, 'go.mod'), 'utf8'))?.[1];
  return join(TOOLS, `opa-server-${version}`);
};

const build = async (program: string): Promise<void> => {
  await mkdir(TOOLS, { recursive: true });
  const path = `${process.env['PATH']}:/usr/local/go/bin`;
  const env = { ...process.env, PATH: path, GOFLAGS: '', GO111MODULE: 'on', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  const part = `${program}.part`;
  const args = ['build', '-tags', 'opa_no_oci', ...QUICK, '-ldflags', '-s -w', '-buildvcs=false', '-o', part, '.'];
  await promisify(execFile)('go', args, { cwd: SOURCE, env, timeout: 15 * 60_000, maxBuffer: 16 * 1024 * 1024 });
  await rename(part, program);
};

/** Its path; null where it is not built. It takes an address and the files of its policies. Under CI it is built, and a build that fails rejects. */
export const opaProgram = async (): Promise<string | null> => {
  const program = await programPath();
  if (existsSync(program)) return program;
  if (process.env['CI'] !== 'true' && process.env['MTLS_MONITOR_OPA'] !== 'install') return null;
  await withLock('opa', async () => {
    if (!existsSync(program)) await build(program);
  });
  return program;
};

if (import.meta.main) {
  process.env['MTLS_MONITOR_OPA'] = 'install';
  await opaProgram();
}
