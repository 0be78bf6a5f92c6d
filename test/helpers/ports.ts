/** Ports on loopback that nothing listens on. */
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Below the ports that Linux gives to connections (32768 and up), so that no connection takes one between the question and the program's start. */
const [FIRST_PORT, LAST_PORT] = [12_000, 32_000];

/** A worker's own part of them: two workers of one run never ask for the same port. */
const PORTS_A_WORKER = 2_000;

const partOf = (worker: number): number =>
  FIRST_PORT + (worker % Math.floor((LAST_PORT - FIRST_PORT) / PORTS_A_WORKER)) * PORTS_A_WORKER;

let asked = Math.floor(Math.random() * PORTS_A_WORKER);

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });

/**
 * For programs that cannot say which port they took. Never the same port twice before all others of the worker were given: a server that is about to
 * start holds nothing yet.
 */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < PORTS_A_WORKER; tried += 1) {
    asked += 1;
    const port = partOf(Number(process.env['VITEST_POOL_ID'] ?? 0)) + (asked % PORTS_A_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free.');
};
