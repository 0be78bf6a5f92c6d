/** Postfix's smtps: it takes every client through the handshake, and refuses in words, with its greeting after them. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';
import { off, withoutList } from './modes.ts';

const run = promisify(execFile);
/** Its parts change users, which root may. */
const asRoot = (program: string, args: readonly string[]): readonly [string, readonly string[]] => {
  const [command, rest] = fromPath(program, args);
  return process.getuid?.() === 0 ? [command, rest] : ['sudo', ['-n', command, ...rest]];
};

const DAEMONS = '/usr/lib/postfix/sbin';

const GREETED = { tls: { expect: '^220 ' } };
const TOLD = { endpoint: { ...GREETED, rejects: { body: '^421 ' } } };

const mainCf = (mode: string, directory: string, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  return Object.entries({
    compatibility_level: '3.6',
    queue_directory: `${directory}/queue`,
    data_directory: `${directory}/data`,
    inet_interfaces: HOST,
    inet_protocols: 'ipv4',
    mynetworks: `${HOST}/32`,
    myhostname: 'localhost',
    alias_maps: '',
    smtpd_tls_chain_files: `${privateKey}, ${certificate}`,
    smtpd_tls_CAfile: files.ca,
    smtpd_tls_security_level: 'encrypt',
    smtpd_tls_wrappermode: 'yes',
    smtpd_tls_mandatory_protocols: '>=TLSv1.2',
    smtpd_tls_req_ccert: mode.startsWith('req-ccert') ? 'yes' : 'no',
    smtpd_peername_lookup: 'no',
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
};

/** service, type, private unprivileged, chroot, wakeup, maxproc, command */
const masterCf = (port: number): string => `
${HOST}:${port} inet n - n - - smtpd
anvil unix - - n - 1 anvil
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
cleanup unix n - n - 0 cleanup
postlog unix-dgram n - n - 1 postlogd
`;

/** Files that its own user reads lie outside the folder of the PKI, which is its owner's alone. */
const start = async (mode: string, files: PkiFiles): Promise<Running> => {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-monitor-postfix-'));
  const port = await freePort();
  const settings = join(directory, 'etc');
  for (const folder of [settings, join(directory, 'queue/pid')]) await mkdir(folder, { recursive: true });
  await writeFile(join(settings, 'main.cf'), mainCf(mode, directory, files));
  await writeFile(join(settings, 'master.cf'), masterCf(port));
  await chmod(directory, 0o755);
  const own = ['data', 'queue/private', 'queue/public'].map((folder) => join(directory, folder));
  await run(...asRoot('install', ['-d', '-o', 'postfix', ...own]));
  // `postfix start-fg` is a script that its end leaves without an end.
  const { stop } = await startProcess(...asRoot(`${DAEMONS}/master`, ['-c', settings, '-d']), port);
  const stopAndRemove = async () => {
    await stop();
    await run(...asRoot('rm', ['-rf', directory]));
  };
  return { port, stop: stopAndRemove };
};

export const postfix: LabProgram = {
  name: 'postfix',
  scheme: 'tls',
  modes: [
    withoutList('req-ccert', TOLD),
    // 421, and the greeting after it: RFC 5321 §3.8 has the service closing, whatever follows.
    withoutList('req-ccert-untold', { endpoint: GREETED }),
    off('ask-nobody', TOLD),
    withoutList('req-ccert-anywhere', { endpoint: { tls: { expect: '220 ' } } }),
  ],
  version: async () => {
    const [command, args] = asRoot('postconf', ['-d', '-h', 'mail_version']);
    const version = await versionLine(command, ...args);
    return version !== null && /^[\d.]+$/.test(version) ? `Postfix ${version}` : null;
  },
  start,
};
