/** Servers of a measurement, one for each address: they enforce, or accept and never answer. Each chunk to a client waits for `rtt` milliseconds. */
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';

export type Settings = {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** Of loopback, all on one port. */
  readonly hosts: readonly { readonly host: string; readonly silent: boolean }[];
  readonly rtt: number;
  /** Common name of the client that is refused by the application. */
  readonly foreign: string;
};

const enforcing = ({ cert, key, ca, foreign }: Settings): Server => {
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const status = socket.getPeerCertificate().subject?.CN === foreign ? '403 Forbidden' : '200 OK';
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok`);
    });
  });
  return server.on('tlsClientError', () => {});
};

const listen = (act: (socket: Socket) => void, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createTcpServer((socket) => act(socket.on('error', () => {})));
    server.once('error', reject);
    server.listen({ port, host, backlog: 1024 }, () => resolve((server.address() as { port: number }).port));
  });

/** Hands bytes on, those to the client later. */
const relay =
  (port: number, wait: number) =>
  (client: Socket): void => {
    const server = connect(port, '127.0.0.1').on('error', () => client.destroy());
    const later = (act: () => void) => setTimeout(act, wait);
    client.on('data', (bytes) => server.write(bytes)).on('close', () => server.destroy());
    server.on('data', (bytes) => later(() => client.write(bytes))).on('end', () => later(() => client.end()));
  };

process.once('message', async (settings: Settings) => {
  const tls = enforcing(settings);
  const serve = (socket: Socket): void => void tls.emit('connection', socket);
  const { rtt, hosts } = settings;
  const answer = rtt === 0 ? serve : relay(await listen(serve, '127.0.0.1', 0), rtt);
  let port = 0;
  for (const { host, silent } of hosts) port = await listen(silent ? () => {} : answer, host, port);
  process.send?.(port);
});
