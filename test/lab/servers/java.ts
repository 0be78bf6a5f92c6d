/** The JDK's own servers, compiled from the source beside this file: HttpsServer refuses by closing, SSLServerSocket with alerts. */

import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { type LabMode, type LabProgram, startProcess } from './lab-server.ts';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'java/Server.java');
/** Ten of them run at once, each for a few dozen connections. */
const SMALL = ['-Xmx64m', '-Xshare:auto', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

type Built = { readonly classes: string; readonly keyStore: string };
const built = new Map<string, Promise<Built>>();
/** The classes, and the server's certificate and key as the PKCS#12 file that Java wants. */
const build = (files: PkiFiles): Promise<Built> => {
  const make = async () => {
    const classes = await mkdtemp(join(files.directory, 'java-'));
    const keyStore = join(classes, 'server.p12');
    const { certificate, privateKey } = files.server('good');
    const pair = ['-in', certificate, '-inkey', privateKey];
    await run('openssl', ['pkcs12', '-export', ...pair, '-out', keyStore, '-passout', 'pass:lab']);
    await run('javac', ['-d', classes, SOURCE]);
    return { classes, keyStore };
  };
  const program = built.get(files.directory) ?? make();
  built.set(files.directory, program);
  return program;
};

type Settings = {
  readonly clients: 'need' | 'want' | 'none';
  readonly trust: 'crl' | 'ca' | 'all';
  readonly authorizes: boolean;
};
const STRICT: Settings = { clients: 'need', trust: 'crl', authorizes: true };
const SETTINGS: Readonly<Record<string, Settings>> = {
  strict: STRICT,
  'no-crl': { ...STRICT, trust: 'ca' },
  want: { clients: 'want', trust: 'crl', authorizes: false },
  'trust-all': { clients: 'need', trust: 'all', authorizes: false },
  none: { clients: 'none', trust: 'crl', authorizes: false },
};

const MODES: readonly LabMode[] = [
  { name: 'strict', fails: [], isolates: true },
  { name: 'no-crl', fails: ['ACCEPTED_REVOKED'], isolates: true },
  { name: 'want', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
  { name: 'trust-all', fails: EVERY_BAD_CERTIFICATE, isolates: false },
  { name: 'none', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false, requests: false },
];

const programOf = (kind: 'https-server' | 'ssl-socket'): LabProgram => ({
  name: `java-${kind}`,
  modes: MODES,
  version: async () => {
    const { stdout } = await run('javac', ['-version']).catch(() => ({ stdout: '' }));
    return stdout.trim() || null;
  },
  start: async (mode, files) => {
    const { classes, keyStore } = await build(files);
    const port = await freePort();
    const { clients, trust, authorizes } = SETTINGS[mode] ?? STRICT;
    const principal = authorizes ? principalOf('payments') : '';
    const settings = [kind, `${port}`, clients, trust, keyStore, files.ca, files.crl, principal];
    return startProcess('java', [...SMALL, '-cp', classes, 'Server', ...settings], port);
  },
});

export const javaHttpsServer = programOf('https-server');
export const javaSslSocket = programOf('ssl-socket');
