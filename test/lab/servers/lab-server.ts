/** What every relying party of the lab has in common: it runs on loopback, and it is ended by whoever started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyFiles, PkiFiles } from '../../../functions/cli/demo/pki.ts';
import type { Code, TlsVersion } from '../../../shared/model/names.ts';

export type Running = { readonly port: number; readonly stop: () => Promise<void> };

/** What must come out of a mode: codes of the checks that fail, and of those that cannot be told (none where left out). */
export type Expected = {
  readonly fails: readonly Code[];
  readonly unsure?: readonly Code[];
  /** What comes out or does not, by a race within the program itself. */
  readonly may?: readonly Code[];
  /** Whether a name that it does not know, or another than the handshake’s, is refused or answered by something else; default: false. */
  readonly knowsNames?: boolean;
  /** Whether it asks every client for a certificate; default: the mode's, then true. */
  readonly requests?: boolean;
};

/** One way of configuring a program, and what must come out of it, under TLS 1.2 and 1.3 alike unless a version says otherwise. */
export type LabMode = Expected & {
  readonly name: string;
  /** Whether it is expected to tell `payments` from `orders`. */
  readonly isolates: boolean;
  /** What only one of the versions shows, in place of the mode's own `fails` and `unsure`. */
  readonly in?: Partial<Readonly<Record<TlsVersion, Expected>>>;
  /** Registry fields of its endpoint beside name, url, trustBundle, admits and tlsVersions. */
  readonly endpoint?: Readonly<Record<string, unknown>>;
  /** Path and query of its URL; default: the program's. */
  readonly path?: string;
  /** It closes on a client that it admits now and then, and why: two of its codes may be missing from a run. */
  readonly erratic?: string;
  /** It remembers who asked before: a second run would see something else. */
  readonly once?: true;
  /** What the product says wrongly today, and why; the mode itself states what is right. Its test fails as soon as either changes. */
  readonly open?: { readonly why: string; readonly today: Expected };
};

export type LabProgram = {
  readonly name: string;
  /** Default: https. */
  readonly scheme?: 'https' | 'grpcs' | 'tls' | 'postgres' | 'mqtts' | 'rediss';
  /** Default: `/healthz` for https, else none. */
  readonly path?: string;
  readonly modes: readonly LabMode[];
  /** One line; null where the program is not installed. */
  readonly version: () => Promise<string | null>;
  readonly start: (mode: string, files: PkiFiles) => Promise<Running>;
};

export const HOST = '127.0.0.1';
/** Debian keeps servers where only root's PATH looks. */
export const SBIN_PATH = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin`;
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill();
});

const READY_TIMEOUT_MS = 20_000;

/** For programs that read both from one file. */
export const writeKeyAndCertificate = async (files: KeyFiles, directory: string): Promise<string> => {
  const file = join(directory, 'server.pem');
  await writeFile(file, (await readFile(files.privateKey, 'utf8')) + (await readFile(files.certificate, 'utf8')), {
    mode: 0o600,
  });
  return file;
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Starts a program and waits until its port accepts. Rejects with what it said if it ends before that. */
export const startProcess = async (
  command: string,
  args: readonly string[],
  port: number,
  endedBy: NodeJS.Signals = 'SIGTERM',
): Promise<Running> => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = (said + chunk).slice(-4000)));
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      resolve();
    };
    child.once('close', end).once('error', end);
  });
  children.add(child);
  const stop = async () => {
    children.delete(child);
    child.kill(endedBy);
    await exited;
  };
  for (const deadline = Date.now() + READY_TIMEOUT_MS; !(await accepts(port)); await sleep(20)) {
    if (!ended && Date.now() < deadline) continue;
    await stop();
    throw new Error(`${command} did not start: ${said.trim()}`);
  }
  return { port, stop };
};
