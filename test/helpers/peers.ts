import { createServer, type Server, type Socket } from 'node:net';

/** A server on loopback that does one thing with every connection. */
export type Peer = { readonly port: number; readonly stop: () => Promise<void> };

export const listen = async (server: Server): Promise<Peer> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

export const peer = (onConnection: (socket: Socket) => void): Promise<Peer> => listen(createServer(onConnection));
