/** stunnel in front of plain HTTP: refuses with TLS alerts, and by subject in TLS too. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, type LabProgram, SBIN_PATH, startProcess } from './lab-server.ts';
import { inFrontOfBackend } from './plain-backend.ts';

const SETTINGS: Readonly<Record<string, string>> = {
  'any-identity': 'verifyChain = yes',
  'ca-file-only': '',
  'verify-1': 'verify = 1',
  'require-cert-only': 'requireCert = yes',
};

const config = (mode: string, port: number, backend: number, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  return `
foreground = yes
syslog = no
debug = err
pid =
[lab]
accept = ${HOST}:${port}
connect = ${HOST}:${backend}
cert = ${certificate}
key = ${privateKey}
sslVersionMin = TLSv1.2
CAfile = ${files.ca}
CRLfile = ${files.crl}
${SETTINGS[mode] ?? 'verifyChain = yes\ncheckHost = payments'}
`;
};

export const stunnel: LabProgram = {
  name: 'stunnel',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'any-identity', fails: ['ACCEPTED_FOREIGN_IDENTITY'], isolates: true },
    {
      name: 'ca-file-only',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
    { name: 'verify-1', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'require-cert-only', fails: EVERY_BAD_CERTIFICATE, isolates: false },
  ],
  version: async () => {
    const env = { ...process.env, PATH: SBIN_PATH };
    const { stderr } = await promisify(execFile)('stunnel', ['-version'], { env }).catch(() => ({ stderr: '' }));
    return /stunnel \d\S+/.exec(stderr)?.[0] ?? null;
  },
  start: (mode, files) =>
    inFrontOfBackend(async (backend) => {
      const directory = await mkdtemp(join(files.directory, 'stunnel-'));
      const port = await freePort();
      const file = join(directory, 'stunnel.conf');
      await writeFile(file, config(mode, port, backend, files));
      return startProcess('env', [`PATH=${SBIN_PATH}`, 'stunnel', file], port);
    }),
};
