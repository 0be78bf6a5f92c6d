/** Servers of a measurement, one for each address: they enforce, or accept and never answer. Each chunk to a client waits for `rtt` milliseconds. */
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';

export type Settings = {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** Of loopback, all on one port. `admits`: common name of the client that the application admits. */
  readonly hosts: readonly { readonly host: string; readonly silent: boolean; readonly admits: string }[];
  /** Where it is not 0, every host admits the client of the first. */
  readonly rtt: number;
};

const enforcing = ({ cert, key, ca, hosts }: Settings): Server => {
  const admits = new Map(hosts.map(({ host, admits: name }) => [host, name]));
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const wanted = admits.get(socket.localAddress ?? '') ?? hosts[0]?.admits;
      const status = socket.getPeerCertificate().subject?.CN === wanted ? '200 OK' : '403 Forbidden';
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

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

// A measurement that is killed leaves no servers behind.
process.on('disconnect', () => process.exit());

process.once('message', async (settings: Settings) => {
  const tls = enforcing(settings);
  const serve = (socket: Socket): void => void tls.emit('connection', socket);
  const { rtt, hosts } = settings;
  const answer = rtt === 0 ? serve : relay(await listen(serve, '127.0.0.1', 0), rtt);
  let port = 0;
  for (const { host, silent } of hosts) port = await listen(silent ? () => {} : answer, host, port);
  process.send?.(port);
  process.on('message', () => process.send?.(cpuSeconds()));
});
