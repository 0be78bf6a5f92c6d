/** Relying parties whose configuration changes while they keep their port: nginx, `openssl s_server` and Node. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { freePort } from '../../helpers/ports.ts';
import { fromPath } from '../servers/installed.ts';
import { HOST, type Running, startProcess } from '../servers/lab-server.ts';
import { nginxHttp, nginxMain } from '../servers/nginx-config.ts';

/** PEM. */
export type Pair = { readonly chain: string; readonly key: string };

export type Conduct = {
  /** Addresses of loopback that it listens on; none: it is down. */
  readonly listens: readonly string[];
  readonly verify: 'on' | 'optional';
  /** Of nginx: an address at which it does not require a certificate. */
  readonly open: string | null;
  /** What it verifies clients with, PEM. */
  readonly clientCa: string;
  readonly crl: string | null;
  readonly served: Pair;
  /** What the application behind TLS answers to a client that may use it. */
  readonly status: number;
};

export type Program = 'nginx' | 'openssl' | 'node';

export type Party = {
  readonly port: number;
  /** Ends the server, if it runs, and starts it as it is to be from now on. */
  readonly become: (change: Partial<Conduct>) => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Start = (conduct: Conduct, port: number, folder: string) => Promise<Running>;

const write = async (folder: string, name: string, text: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
};

const startNginx: Start = async ({ listens, verify, open, clientCa, crl, served, status }, port, folder) => {
  const ca = await write(folder, 'client-ca.pem', clientCa);
  const chain = await write(folder, 'server.crt', served.chain);
  const key = await write(folder, 'server.key', served.key);
  const list = crl === null ? '' : `ssl_crl ${await write(folder, 'client.crl', crl)};`;
  const serverAt = (host: string, verified: string) =>
    `server { listen ${host}:${port} ssl; ssl_verify_client ${verified};
    location / { if ($other) { return 403; } return ${status} "payments\\n"; } }`;
  const config = `
${nginxMain(folder)}
http {
${nginxHttp(folder)}
  map $ssl_client_s_dn $other { default 0; ~CN=orders 1; }
  ssl_certificate ${chain}; ssl_certificate_key ${key};
  ssl_client_certificate ${ca}; ${list} ssl_verify_depth 2;
  ${listens.map((host) => serverAt(host, host === open ? 'optional' : verify)).join('\n  ')}
}
`;
  const file = await write(folder, 'nginx.conf', config);
  return startProcess(...fromPath('nginx', ['-p', folder, '-e', 'stderr', '-c', file]), port);
};

/** Its one page, `-www`, is the answer to everybody whom TLS admits. */
const startOpenssl: Start = async ({ verify, clientCa, crl, served }, port, folder) => {
  const ca = await write(folder, 'client-ca.pem', clientCa + (crl ?? ''));
  const chain = await write(folder, 'server.crt', served.chain);
  const key = await write(folder, 'server.key', served.key);
  const clients = [verify === 'on' ? '-Verify' : '-verify', '1', '-verify_return_error', '-CAfile', ca];
  const own = ['-accept', `${HOST}:${port}`, '-www', '-quiet', '-cert', chain, '-cert_chain', chain, '-key', key];
  return startProcess(...fromPath('openssl', ['s_server', ...own, ...clients]), port);
};

const isOther = (socket: TLSSocket): boolean => socket.getPeerCertificate().subject?.CN === 'orders';

const startNode: Start = async ({ listens, verify, clientCa, crl, served, status }, port) => {
  const open = new Set<Socket>();
  const servers = await Promise.all(
    listens.map(async (host): Promise<Server> => {
      const tls = { cert: served.chain, key: served.key, ca: clientCa, ...(crl !== null && { crl }) };
      const server = createServer(
        { ...tls, requestCert: true, rejectUnauthorized: verify === 'on' },
        ({ socket }, response) => response.writeHead(isOther(socket as TLSSocket) ? 403 : status).end('payments\n'),
      );
      server.on('connection', (socket: Socket) => {
        open.add(socket);
        socket.once('close', () => open.delete(socket));
      });
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      return server;
    }),
  );
  const stop = async () => {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of open) socket.destroy();
    await Promise.all(closed);
  };
  return { port, stop };
};

const STARTS: Readonly<Record<Program, Start>> = { nginx: startNginx, openssl: startOpenssl, node: startNode };

/** `folder`: where it may make its own. */
export const startParty = async (program: Program, first: Conduct, folder: string): Promise<Party> => {
  const port = await freePort();
  const own = await mkdtemp(join(folder, `${program}-`));
  let conduct = first;
  let running: Running | null = null;
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  const become = async (change: Partial<Conduct>) => {
    await stop();
    conduct = { ...conduct, ...change };
    if (conduct.listens.length > 0) running = await STARTS[program](conduct, port, own);
  };
  await become({});
  return { port, become, stop };
};
