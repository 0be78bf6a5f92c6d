/** GnuTLS: asking for a certificate and verifying it are two calls, and the second is easily left out or left half done. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { type LabProgram, startProcess } from './lab-server.ts';

const SOURCE = join(import.meta.dirname, 'python/gnutls.py');
const VERSION = `
import ctypes
version = ctypes.CDLL('libgnutls.so.30').gnutls_check_version
version.restype = ctypes.c_char_p
print('gnutls', version(None).decode())
`;

type Settings = {
  readonly request: 'ignore' | 'request' | 'require';
  readonly verify: 'no' | 'chain' | 'purpose' | 'late';
};
const STRICT: Settings = { request: 'require', verify: 'purpose' };
const SETTINGS: Readonly<Record<string, Settings>> = {
  strict: STRICT,
  'any-purpose': { request: 'require', verify: 'chain' },
  optional: { request: 'request', verify: 'late' },
  'verifies-late': { request: 'require', verify: 'late' },
  'require-unverified': { request: 'require', verify: 'no' },
  request: { request: 'request', verify: 'no' },
  none: { request: 'ignore', verify: 'no' },
};

export const gnutls: LabProgram = {
  name: 'gnutls',
  modes: [
    { name: 'strict', fails: [], isolates: false },
    // As `gnutls-serv --require-client-cert` does it: the certificate of a server is good enough for a client.
    { name: 'any-purpose', fails: ['ACCEPTED_WRONG_USAGE'], isolates: false },
    // Under TLS 1.2, too, a bad certificate gets through the handshake; the alert comes behind it.
    { name: 'verifies-late', fails: [], isolates: false },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'require-unverified', fails: EVERY_BAD_CERTIFICATE, isolates: false },
    { name: 'request', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false },
    { name: 'none', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false, requests: false },
  ],
  version: async () => {
    const { stdout } = await promisify(execFile)('python3', ['-c', VERSION]).catch(() => ({ stdout: '' }));
    return stdout.trim() || null;
  },
  start: async (mode, files) => {
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const { request, verify } = SETTINGS[mode] ?? STRICT;
    const keys = ['--cert', certificate, '--key', privateKey, '--ca', files.ca, '--crl', files.crl];
    return startProcess(
      'python3',
      [SOURCE, '--port', `${port}`, '--request', request, '--verify', verify, ...keys],
      port,
    );
  },
};
