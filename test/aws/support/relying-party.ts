/** nginx on a port that stays its own: strict, then restarted with one line changed, then gone. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, type Running, startProcess } from '../../lab/servers/lab-server.ts';
import { nginxHttp, nginxMain } from '../../lab/servers/nginx-config.ts';

/** Debian keeps it where only root's PATH looks. */
const PATH = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin`;
const VERIFY = { strict: 'on', open: 'optional_no_ca' } as const;

const config = (mode: keyof typeof VERIFY, port: number, directory: string, files: PkiFiles): string => `
${nginxMain(directory)}
http {
${nginxHttp(directory)}
  map $ssl_client_s_dn $admitted { default ${mode === 'strict' ? 0 : 1}; ~CN=payments 1; }
  server {
    listen ${HOST}:${port} ssl;
    ssl_certificate ${files.server('good').certificate}; ssl_certificate_key ${files.server('good').privateKey};
    ssl_client_certificate ${files.ca};
    ssl_verify_client ${VERIFY[mode]}; ssl_verify_depth 2;
    location / { if ($admitted = 0) { return 403; } return 200 "payments: ok\\n"; }
  }
}
`;

export type RelyingParty = {
  readonly port: number;
  /** Ends what runs there; `down` starts nothing instead. */
  readonly become: (mode: keyof typeof VERIFY | 'down') => Promise<void>;
};

export const relyingParty = async (files: PkiFiles): Promise<RelyingParty> => {
  const port = await freePort();
  let running: Running | null = null;
  return {
    port,
    become: async (mode) => {
      await running?.stop();
      running = null;
      if (mode === 'down') return;
      const directory = await mkdtemp(join(files.directory, 'nginx-'));
      const file = join(directory, 'nginx.conf');
      await writeFile(file, config(mode, port, directory, files));
      running = await startProcess('env', [`PATH=${PATH}`, 'nginx', '-p', directory, '-e', 'stderr', '-c', file], port);
    },
  };
};
