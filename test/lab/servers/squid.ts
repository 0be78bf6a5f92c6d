/**
 * Squid as a TLS terminator in front of plain HTTP: `clientca` alone makes it ask, and require. Without `sslcontext` its sessions have no context of
 * their own: OpenSSL then gives them out, and ends every handshake that resumes one with alert 80 (SSL_CTX_set_session_id_context(3)).
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { enforced, off, withoutList } from './modes.ts';
import { inFrontOfBackend } from './plain-backend.ts';

const clientsOf = (mode: string, files: PkiFiles): string => {
  const withList = `clientca=${files.ca} crlfile=${files.crl} sslflags=VERIFY_CRL_ALL`;
  if (mode === 'strict') return `${withList} sslcontext=lab`;
  if (mode === 'no-context') return withList;
  if (mode === 'delayed-auth') return `clientca=${files.ca} sslflags=DELAYED_AUTH`;
  return mode === 'tls-cafile-only' ? `tls-cafile=${files.ca}` : `clientca=${files.ca} sslcontext=lab`;
};

/** Of a thousand descriptors: a table for every one that the machine allows takes seconds. */
const config = (mode: string, port: number, backend: number, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  return `
https_port ${HOST}:${port} accel defaultsite=localhost tls-cert=${certificate} tls-key=${privateKey} ${clientsOf(mode, files)}
cache_peer ${HOST} parent ${backend} 0 no-query no-digest originserver
http_access allow all
cache deny all
cache_mem 1 MB
max_filedescriptors 1024
pinger_enable off
shutdown_lifetime 0 seconds
pid_filename none
netdb_filename none
coredump_dir none
access_log none
cache_log stdio:/dev/stderr
cache_store_log none
`;
};

export const squid: LabProgram = {
  name: 'squid',
  modes: [
    enforced('strict'),
    { ...enforced('no-context'), fails: ['RESUMED_IDENTITY_REJECTED'] },
    withoutList('no-crl'),
    // It waits with the request for a certificate until an access rule asks, and then cannot ask.
    off('delayed-auth'),
    off('tls-cafile-only'),
  ],
  version: async () => {
    const [version, features] = await Promise.all([versionLine('squid', '-v'), versionLine('squid', '-h')]);
    return version === null || features === null ? null : version;
  },
  start: (mode, files) =>
    inFrontOfBackend(async (backend) => {
      const directory = await mkdtemp(join(files.directory, 'squid-'));
      const port = await freePort();
      const file = join(directory, 'squid.conf');
      await writeFile(file, config(mode, port, backend, files));
      return startProcess(...fromPath('squid', ['-N', '-f', file]), port);
    }),
};
