/** nginx on a port that stays its own, whose certificate and trusted CAs are replaced as in a rotation. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority, Issued } from '../../../shared/pki/mint/issue.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath } from '../../lab/servers/installed.ts';
import { HOST, type Running, startProcess } from '../../lab/servers/lab-server.ts';
import { nginxHttp, nginxMain } from '../../lab/servers/nginx-config.ts';

export type Setup = { readonly trusts: readonly Authority[]; readonly serves: Issued };

const config = (port: number, directory: string): string => `
${nginxMain(directory)}
http {
${nginxHttp(directory)}
  server {
    listen ${HOST}:${port} ssl;
    ssl_certificate ${directory}/server.crt; ssl_certificate_key ${directory}/server.key;
    ssl_client_certificate ${directory}/trusted.pem; ssl_verify_client on;
    location / { return 200 "payments: ok\\n"; }
  }
}
`;

export type RotatingParty = {
  readonly port: number;
  /** Restarts it so. */
  readonly become: (setup: Setup) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** `parent`: a folder that is removed by whoever made it. */
export const rotatingParty = async (parent: string): Promise<RotatingParty> => {
  const port = await freePort();
  let running: Running | null = null;
  return {
    port,
    become: async ({ trusts, serves }) => {
      await running?.stop();
      const directory = await mkdtemp(join(parent, 'nginx-'));
      await writeFile(join(directory, 'server.crt'), serves.certificatePem);
      const key = serves.privateKey.export({ type: 'pkcs8', format: 'pem' });
      await writeFile(join(directory, 'server.key'), key, { mode: 0o600 });
      await writeFile(join(directory, 'trusted.pem'), trusts.map(({ certificatePem }) => certificatePem).join(''));
      const file = join(directory, 'nginx.conf');
      await writeFile(file, config(port, directory));
      running = await startProcess(...fromPath('nginx', ['-p', directory, '-e', 'stderr', '-c', file]), port);
    },
    stop: async () => running?.stop(),
  };
};
