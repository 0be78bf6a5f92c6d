/** Python's ssl and http.server, run from the source beside this file: OpenSSL's alerts, and refusals that an application makes up itself. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { type LabProgram, startProcess } from './lab-server.ts';

const SOURCE = join(import.meta.dirname, 'python/server.py');
const VERSION = 'import platform, ssl; print("python", platform.python_version(), ssl.OPENSSL_VERSION)';

type Settings = {
  readonly verify: 'CERT_REQUIRED' | 'CERT_OPTIONAL' | 'CERT_NONE';
  readonly crl: boolean;
  /** How the application refuses whoever is not `payments`; null: it does not look. */
  readonly refusal: 'forbidden' | 'login' | 'soft' | null;
};
const STRICT: Settings = { verify: 'CERT_REQUIRED', crl: true, refusal: 'forbidden' };
const SETTINGS: Readonly<Record<string, Settings>> = {
  strict: STRICT,
  'no-crl': { ...STRICT, crl: false },
  'any-identity': { ...STRICT, refusal: null },
  optional: { ...STRICT, verify: 'CERT_OPTIONAL', refusal: null },
  none: { verify: 'CERT_NONE', crl: false, refusal: null },
  'application-refuses': { ...STRICT, verify: 'CERT_OPTIONAL' },
  'application-redirects': { ...STRICT, verify: 'CERT_OPTIONAL', refusal: 'login' },
  'application-says-200': { ...STRICT, verify: 'CERT_OPTIONAL', refusal: 'soft' },
  'application-says-200-known': { ...STRICT, verify: 'CERT_OPTIONAL', refusal: 'soft' },
};

export const python: LabProgram = {
  name: 'python',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'no-crl', fails: ['ACCEPTED_REVOKED'], isolates: true },
    { name: 'any-identity', fails: ['ACCEPTED_FOREIGN_IDENTITY'], isolates: true },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'none', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false, requests: false },
    // TLS lets no-certificate in, and the application does not: that is enforcement too.
    { name: 'application-refuses', fails: [], isolates: true },
    // To a login page or to the content: only the registry can say.
    { name: 'application-redirects', fails: [], unsure: ['AMBIGUOUS_ANSWER'], isolates: true },
    // 200 and an error in the body is an acceptance, until the registry says how a refusal reads.
    {
      name: 'application-says-200',
      knowsNames: true,
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_FOREIGN_IDENTITY'],
      unsure: ['AMBIGUOUS_ANSWER'],
      isolates: true,
    },
    {
      name: 'application-says-200-known',
      fails: [],
      isolates: true,
      endpoint: { rejects: { body: 'client certificate required' } },
    },
  ],
  version: async () => {
    const { stdout } = await promisify(execFile)('python3', ['-c', VERSION]).catch(() => ({ stdout: '' }));
    return stdout.trim() || null;
  },
  start: async (mode, files) => {
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const { verify, crl, refusal } = SETTINGS[mode] ?? STRICT;
    const flags = ['--port', `${port}`, '--cert', certificate, '--key', privateKey, '--verify', verify];
    const trust = crl ? ['--crl', '--ca', files.caWithCrl] : ['--ca', files.ca];
    const authorizes = refusal === null ? [] : ['--principal', principalOf('payments'), '--refusal', refusal];
    return startProcess('python3', [SOURCE, ...flags, ...trust, ...authorizes], port);
  },
};
