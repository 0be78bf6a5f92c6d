/** One port that tells protocols apart by their first bytes, as cmux and sslh do: TLS, and HTTP/2 in clear for those that begin with its preface. */
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { startNodeServer } from '../../../functions/cli/demo/node-server.ts';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { HOST, type Running } from './lab-server.ts';

const TLS_HANDSHAKE = 0x16;
/** RFC 9113 §3.4: the first bytes of a client of HTTP/2. */
const PREFACE = 'PRI';

const listening = (server: { listen: (port: number, host: string, ready: () => void) => unknown }): Promise<void> =>
  new Promise((resolve) => void server.listen(0, HOST, resolve));

/** `isOpen`: whether HTTP/2 in clear is served; else such a client is closed on, as every other one that does not speak TLS. */
export const startHttp2BesideTls = async (files: PkiFiles, isOpen: boolean): Promise<Running> => {
  const secure = await startNodeServer(
    { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' },
    files,
  );
  const clear = createHttp2Server((_request, response) => void response.end('payments: ok\n'));
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('error', () => socket.destroy()));
    socket.once('close', () => open.delete(socket));
    socket.once('data', (head: Buffer) => {
      socket.pause().unshift(head);
      if (head[0] === TLS_HANDSHAKE) {
        const through = connect(secure.port, HOST).on('error', () => socket.destroy());
        socket.once('close', () => through.destroy());
        socket.pipe(through).pipe(socket);
      } else if (isOpen && head.toString('latin1', 0, PREFACE.length) === PREFACE) clear.emit('connection', socket);
      else socket.destroy();
    });
  });
  await listening(server);
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await secure.stop();
    },
  };
};
