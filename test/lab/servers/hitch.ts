/** hitch in front of plain HTTP: refuses with TLS alerts. It reads no CRL and tells no identities apart. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, type LabProgram, SBIN_PATH, startProcess, writeKeyAndCertificate } from './lab-server.ts';
import { inFrontOfBackend } from './plain-backend.ts';

const VERIFY: Readonly<Record<string, string>> = { optional: 'optional', none: 'none' };

/** It refuses to work as root. */
const config = (mode: string, port: number, backend: number, pem: string, files: PkiFiles): string => `
frontend = { host = "${HOST}" port = "${port}" }
backend = "[${HOST}]:${backend}"
pem-file = "${pem}"
client-verify = ${VERIFY[mode] ?? 'required'}
client-verify-ca = "${files.ca}"
ocsp-dir = ""
workers = 1
${process.getuid?.() === 0 ? 'user = "nobody"' : ''}
`;

export const hitch: LabProgram = {
  name: 'hitch',
  modes: [
    { name: 'strict', fails: ['ACCEPTED_REVOKED'], isolates: false },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_REVOKED'], isolates: false },
    {
      name: 'none',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
  ],
  version: async () => {
    const env = { ...process.env, PATH: SBIN_PATH };
    const { stdout } = await promisify(execFile)('hitch', ['--version'], { env }).catch(() => ({ stdout: '' }));
    return /hitch \d\S+/.exec(stdout)?.[0] ?? null;
  },
  start: (mode, files) =>
    inFrontOfBackend(async (backend) => {
      const directory = await mkdtemp(join(files.directory, 'hitch-'));
      const port = await freePort();
      const file = join(directory, 'hitch.conf');
      const pem = await writeKeyAndCertificate(files.server('good'), directory);
      await writeFile(file, config(mode, port, backend, pem, files));
      return startProcess('env', [`PATH=${SBIN_PATH}`, 'hitch', `--config=${file}`], port);
    }),
};
