/** lighttpd (mod_openssl): refuses with TLS alerts, and by subject with 401. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, type LabProgram, SBIN_PATH, startProcess } from './lab-server.ts';

const ASKS = 'ssl.verifyclient.activate = "enable"';
const ENFORCES = `${ASKS}\nssl.verifyclient.enforce = "enable"`;
/** What the certificate's subject is called becomes the user, and the user must be payments. */
const PAYMENTS_ONLY = `
ssl.verifyclient.username = "SSL_CLIENT_S_DN_CN"
auth.require = ("/" => ("method" => "extern", "realm" => "lab", "require" => "user=payments"))`;

const SETTINGS: Readonly<Record<string, string>> = {
  'asks-only': `${ASKS}\nssl.verifyclient.enforce = "disable"`,
  'asks-only-authorizes': `${ASKS}\nssl.verifyclient.enforce = "disable"${PAYMENTS_ONLY}`,
  off: '',
};

const config = (mode: string, port: number, directory: string, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  return `
server.modules = ("mod_auth", "mod_openssl")
server.bind = "${HOST}"
server.port = ${port}
server.document-root = "${directory}/www"
server.errorlog = "${directory}/error.log"
mimetype.assign = ("" => "text/plain")
ssl.engine = "enable"
ssl.pemfile = "${certificate}"
ssl.privkey = "${privateKey}"
ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2")
ssl.verifyclient.ca-file = "${files.ca}"
ssl.verifyclient.ca-crl-file = "${files.crl}"
ssl.verifyclient.depth = 2
${SETTINGS[mode] ?? ENFORCES + PAYMENTS_ONLY}
`;
};

const RACE = 'ACCEPTED_LOOKALIKE_ISSUER';

export const lighttpd: LabProgram = {
  name: 'lighttpd',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    {
      // The false signature leaves an error in OpenSSL's queue. lighttpd trips over it and closes, unless the request came with the handshake.
      name: 'asks-only',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE.filter((code) => code !== RACE)],
      may: [RACE],
      isolates: false,
    },
    // The subject of a certificate that was not verified is nobody's name.
    { name: 'asks-only-authorizes', fails: [], isolates: true },
    {
      name: 'off',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
  ],
  version: async () => {
    const env = { ...process.env, PATH: SBIN_PATH };
    const { stdout } = await promisify(execFile)('lighttpd', ['-v'], { env }).catch(() => ({ stdout: '' }));
    return /lighttpd\/\S+/.exec(stdout)?.[0] ?? null;
  },
  start: async (mode, files) => {
    const directory = await mkdtemp(join(files.directory, 'lighttpd-'));
    const port = await freePort();
    const file = join(directory, 'lighttpd.conf');
    await mkdir(join(directory, 'www'));
    await writeFile(join(directory, 'www/healthz'), 'payments: ok\n');
    await writeFile(file, config(mode, port, directory, files));
    return startProcess('env', [`PATH=${SBIN_PATH}`, 'lighttpd', '-D', '-f', file], port);
  },
};
