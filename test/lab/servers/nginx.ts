/** nginx: refuses in HTTP (400), after a handshake that succeeds. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { fromPath, versionLine } from './installed.ts';
import { freePort, HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';

type Settings = { readonly verify: 'on' | 'optional' | 'optional_no_ca'; readonly crl: boolean };
const SETTINGS: Readonly<Record<string, Settings> & { strict: Settings }> = {
  strict: { verify: 'on', crl: true },
  optional: { verify: 'optional', crl: true },
  optional_no_ca: { verify: 'optional_no_ca', crl: false },
  'optional_no_ca-crl': { verify: 'optional_no_ca', crl: true },
};

type Place = { readonly port: number; readonly directory: string; readonly upstream: number | null };

const config = (mode: string, { port, directory, upstream }: Place, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  const { verify, crl } = SETTINGS[mode] ?? SETTINGS.strict;
  const answer = upstream === null ? 'return 200 "payments: ok\\n"' : `grpc_pass grpc://${HOST}:${upstream}`;
  return `
daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  map $ssl_client_s_dn $admitted { default ${mode === 'strict' ? 0 : 1}; ~CN=payments 1; }
  server {
    listen ${HOST}:${port} ssl http2;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate ${certificate}; ssl_certificate_key ${privateKey};
    ssl_client_certificate ${files.ca}; ${crl ? `ssl_crl ${files.crl};` : ''}
    ssl_verify_client ${verify}; ssl_verify_depth 2;
    location / { if ($admitted = 0) { return 403; } ${answer}; }
  }
}
`;
};

/** `upstream`: the port of a gRPC service without TLS, to which it passes on what it lets in. It speaks HTTP/2 with whoever offers it. */
export const startNginx = async (mode: string, files: PkiFiles, upstream: number | null = null): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'nginx-'));
  const port = await freePort();
  const file = join(directory, 'nginx.conf');
  await writeFile(file, config(mode, { port, directory, upstream }, files));
  return startProcess(...fromPath('nginx', ['-p', directory, '-e', 'stderr', '-c', file]), port);
};

export const nginx: LabProgram = {
  name: 'nginx',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    {
      // Errors of the issuer lookup are forgiven, no others: expired and look-alike certificates are still refused.
      name: 'optional_no_ca',
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_UNTRUSTED_ISSUER', 'ACCEPTED_SELF_SIGNED', 'ACCEPTED_REVOKED'],
      isolates: false,
    },
    {
      // A self-signed certificate has no CRL, and that error is not forgiven.
      name: 'optional_no_ca-crl',
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_UNTRUSTED_ISSUER'],
      isolates: false,
    },
  ],
  version: () => versionLine('nginx', '-v'),
  start: (mode, files) => startNginx(mode, files),
};
