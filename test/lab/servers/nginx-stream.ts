/** nginx's stream module: whom it refuses it lets through the handshake, and closes without a TLS alert. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, nginxModule, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { nginxHttp, nginxMain } from './nginx-config.ts';

/** Says its line and closes. */
const GREETS = { tls: { expect: 'payments: ok' } };
/** Waits for a request, as a broker's port would. */
const WAITS = { tls: {} };

const VERIFY: Readonly<Record<string, string>> = { optional: 'optional', optional_no_ca: 'optional_no_ca', off: 'off' };

/** The whole configuration of a mode. `module`: the file of the stream module; empty where it is built in. */
export const nginxStreamConfig = (
  mode: string,
  port: number,
  directory: string,
  module: string,
  files: PkiFiles,
): string => {
  const { certificate, privateKey } = files.server('good');
  const verify = VERIFY[mode] ?? 'on';
  const answer = mode === 'strict-window' ? `proxy_pass unix:${directory}/backend.sock` : 'return $greeting';
  return `
${module === '' ? '' : `load_module ${module};`}
${nginxMain(directory)}
http {
${nginxHttp(directory)}
  server { listen unix:${directory}/backend.sock; return 200; }
}
stream {
  map $ssl_client_s_dn $greeting { default "${mode === 'strict' ? '' : 'payments: ok\\n'}"; ~CN=payments "payments: ok\\n"; }
  server {
    listen ${HOST}:${port} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate ${certificate}; ssl_certificate_key ${privateKey};
    ssl_client_certificate ${files.ca}; ${mode === 'optional_no_ca' ? '' : `ssl_crl ${files.crl};`}
    ssl_verify_client ${verify}; ssl_verify_depth 2;
    ${answer};
  }
}
`;
};

export const nginxStream: LabProgram = {
  name: 'nginx-stream',
  scheme: 'tls',
  modes: [
    { name: 'strict', fails: [], isolates: true, endpoint: GREETS },
    { name: 'strict-window', fails: [], isolates: false, endpoint: WAITS },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false, endpoint: GREETS },
    {
      name: 'optional_no_ca',
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_UNTRUSTED_ISSUER', 'ACCEPTED_SELF_SIGNED', 'ACCEPTED_REVOKED'],
      isolates: false,
      endpoint: GREETS,
    },
    {
      name: 'off',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      endpoint: GREETS,
      requests: false,
    },
  ],
  version: async () => {
    const [version, module] = await Promise.all([versionLine('nginx', '-v'), nginxModule('stream')]);
    return version === null || module === null ? null : `${version} with stream`;
  },
  start: async (mode, files) => {
    const directory = await mkdtemp(join(files.directory, 'stream-'));
    const port = await freePort();
    const file = join(directory, 'nginx.conf');
    await writeFile(file, nginxStreamConfig(mode, port, directory, (await nginxModule('stream')) ?? '', files));
    return startProcess(...fromPath('nginx', ['-p', directory, '-e', 'stderr', '-c', file]), port);
  },
};
