/** The rivals' programs, fetched by their ordinary package clients into a cache that `npm ci` clears: exact versions, nothing of it in `npm test`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/rivals');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

const BLACKBOX = 'github.com/prometheus/blackbox_exporter';
/** Built so, the program does not know its own version. */
export const BLACKBOX_VERSION = '0.28.0';

const BLACKBOX_PROGRAM = join(CACHE, `blackbox_exporter-${BLACKBOX_VERSION}`);
/** Null where it was not built yet. */
export const builtBlackboxExporter = (): string | null => (existsSync(BLACKBOX_PROGRAM) ? BLACKBOX_PROGRAM : null);

/** The module as it was released, with its own go.sum. Not `go install`, which wants a list of all versions that not every proxy gives. */
export const blackboxExporter = async (): Promise<string> => {
  if (existsSync(BLACKBOX_PROGRAM)) return BLACKBOX_PROGRAM;
  await mkdir(CACHE, { recursive: true });
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' };
  const cwd = await mkdtemp(join(tmpdir(), 'rivals-go-'));
  try {
    await writeFile(join(cwd, 'go.mod'), 'module rivals\n\ngo 1.24\n');
    const { stdout } = await run('go', ['mod', 'download', '-json', `${BLACKBOX}@v${BLACKBOX_VERSION}`], { cwd, env });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    await run('go', ['build', '-C', Dir, '-o', BLACKBOX_PROGRAM, '.'], { env, maxBuffer: 64 << 20 });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
  return BLACKBOX_PROGRAM;
};

export const sslyzeProgram = async (): Promise<string> => {
  const program = join(CACHE, 'venv/bin/sslyze');
  if (existsSync(program)) return program;
  await mkdir(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', join(CACHE, 'venv')]);
  await run(join(CACHE, 'venv/bin/pip'), ['install', '--quiet', '-r', REQUIREMENTS], { maxBuffer: 64 << 20 });
  return program;
};
