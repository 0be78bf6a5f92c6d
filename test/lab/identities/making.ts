/** Certificates, keys and keystores from the tools that people use, made for this run and gone with it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonTools } from '../../setup/python-venv.ts';

const run = promisify(execFile);
const script = (name: string): string => join(import.meta.dirname, name);

export const MAKERS = ['openssl', 'python', 'java', 'go'] as const;
export type Maker = (typeof MAKERS)[number];
export type Made = {
  readonly text: (name: string) => string;
  readonly bytes: (name: string) => Uint8Array;
  readonly path: (name: string) => string;
  readonly now: number;
  /** Why a maker's files are missing. Under CI nothing may be. */
  readonly missing: ReadonlyMap<Maker, string>;
  readonly remove: () => void;
};

const python = async (directory: string, now: number): Promise<void> => {
  const tools = await pythonTools();
  if (!tools.ok) throw new Error(tools.reason);
  await run(tools.tool('python'), [script('make-python.py'), directory, String(now / 1000)]);
};

export const makeAll = async (): Promise<Made> => {
  const directory = mkdtempSync(join(tmpdir(), 'mtls-monitor-identities-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/go/bin` };
  const makers: Readonly<Record<Maker, () => Promise<unknown>>> = {
    openssl: () => run('bash', [script('make-openssl.sh'), directory]),
    python: () => python(directory, now),
    java: () => run('bash', [script('make-java.sh'), directory]),
    go: () => run('go', ['run', script('make-go.go'), directory], { env }),
  };
  const missing = new Map<Maker, string>();
  // One after the other: the machine has two cores, and others want them as well.
  for (const maker of MAKERS) {
    await makers[maker]().catch((error: Error) => missing.set(maker, error.message.slice(0, 500)));
  }
  const path = (name: string): string => join(directory, name);
  return {
    path,
    text: (name) => readFileSync(path(name), 'utf8'),
    bytes: (name) => new Uint8Array(readFileSync(path(name))),
    now: Date.now(),
    missing,
    remove,
  };
};
