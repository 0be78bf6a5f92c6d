/** What a TLS terminator of the lab has behind it: plain HTTP on loopback. */
import { createServer, type IncomingMessage } from 'node:http';
import { HOST, type Running } from './lab-server.ts';

/** Starts a terminator that forwards to the backend's port; ending one ends both. */
export const inFrontOfBackend = async (terminator: (backend: number) => Promise<Running>): Promise<Running> => {
  const backend = createServer((_request: IncomingMessage, response) => response.end('payments: ok\n'));
  await new Promise<void>((resolve, reject) => backend.once('error', reject).listen(0, HOST, resolve));
  const address = backend.address();
  const close = () =>
    new Promise<void>((resolve) => {
      backend.close(() => resolve());
      backend.closeAllConnections();
    });
  const running = await terminator(typeof address === 'object' && address !== null ? address.port : 0).catch(
    async (error) => {
      await close();
      throw error;
    },
  );
  const stop = async () => {
    await running.stop();
    await close();
  };
  return { port: running.port, stop };
};
