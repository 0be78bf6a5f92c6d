/** A relying party far away: every byte takes its time, each way, and so does every close. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { HOST, type Running } from './lab-server.ts';

/** Bytes, ends and resets of `from` reach `to` later, in their order. */
const carry = (from: Socket, to: Socket, delayMs: number): void => {
  const later = (act: () => void) => setTimeout(act, delayMs);
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => later(() => to.resetAndDestroy()));
  from.on('close', () => later(() => to.destroy()));
};

const serve = (port: number, delayMs: number): void => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ host: HOST, port, allowHalfOpen: true, noDelay: true });
    carry(client, upstream, delayMs);
    carry(upstream, client, delayMs);
  });
  server.listen(0, HOST, () => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
  });
};

/** In a process of its own: the one that probes must not delay what it measures. `roundTripMs` is added to each round trip. */
export const distant = async (server: Running, roundTripMs: number): Promise<Running> => {
  const child = fork(import.meta.filename, [String(server.port), String(roundTripMs / 2)], { stdio: 'ignore' });
  const [port] = (await once(child, 'message')) as [number];
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
    await server.stop();
  };
  return { port, stop };
};

if (import.meta.main) serve(Number(process.argv[2]), Number(process.argv[3]));
