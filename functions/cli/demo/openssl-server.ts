/** `openssl s_server`: a relying party that is independent of Node, and installed on nearly every machine. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOST, type Running } from './node-server.ts';
import type { PkiFiles } from './pki.ts';
import type { Behaviour } from './servers.ts';

/** Returns OpenSSL's version; null if it is not installed, or is LibreSSL, whose `s_server` cannot be bound to one address. */
export const opensslVersion = async (): Promise<string | null> => {
  const { stdout } = await promisify(execFile)('openssl', ['version']).catch(() => ({ stdout: '' }));
  return /^OpenSSL (1\.1\.1|[3-9])/.test(stdout) ? stdout.trim() : null;
};

/** `-WWW` answers with files from its working directory, which holds only this one. */
const DOCUMENT = 'healthz';
const READY_TIMEOUT_MS = 10_000;
/** Characters of its output that are kept for an error message. */
const KEPT = 4_000;

const argumentsFor = ({ tls, clients, serves }: Behaviour, files: PkiFiles): readonly string[] => {
  const { certificate, privateKey } = files.server(serves);
  return [
    ...[
      's_server',
      '-accept',
      `${HOST}:0`,
      '-WWW',
      '-cert',
      certificate,
      '-key',
      privateKey,
      '-CAfile',
      files.caWithCrl,
    ],
    ...(clients === 'optional' ? ['-verify', '1'] : ['-Verify', '1']),
    ...(clients === 'asks' ? [] : ['-verify_return_error', '-crl_check_all']),
    ...(tls === null ? [] : [`-tls${tls.replace('.', '_')}`]),
  ];
};

const running = new Set<ChildProcess>();
const killAll = () => {
  for (const child of running) child.kill();
};
/** One listener for all of them: Node warns of more than ten. */
const endWithUs = (child: ChildProcess): void => {
  if (!process.listeners('exit').includes(killAll)) process.once('exit', killAll);
  running.add(child);
};

/** Starts the server. Rejects if it does not print its port within ten seconds. */
export const startOpensslServer = async (behaviour: Behaviour, files: PkiFiles): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'www-'));
  await writeFile(join(directory, DOCUMENT), 'payments: ok\n');
  const child = spawn('openssl', argumentsFor(behaviour, files), { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  endWithUs(child);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    running.delete(child);
    child.kill();
    await exited;
  };
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error('openssl s_server did not start')), READY_TIMEOUT_MS);
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-KEPT);
    });
    // Its output is read to the end: the server stops answering when the pipe is full.
    child.stdout.on('data', (chunk) => {
      said = (said + chunk).slice(-KEPT);
      const found = /ACCEPT \S+:(\d+)/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(Number(found));
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`openssl s_server ended: ${said.trim()}`)));
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port, stop };
};
