/** A process that is held up reads late what came in time. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { runProbe } from '../../../shared/probe/run-probe.ts';
import { speakerOf } from '../../../shared/protocol/protocols.ts';
import { aRequest, aTarget } from '../../helpers/target.ts';
import { serverOptions } from '../../helpers/tls-peers.ts';

const WINDOW = 200;

/** Closes each connection shortly after its handshake, in a thread that nothing here holds up. */
const SERVER = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:tls').createServer(workerData, (socket) => {
  socket.on('error', () => {});
  parentPort.postMessage('secure');
  setTimeout(() => socket.end(), 50);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test('a close within the window is read before an open connection is taken for an answer', async () => {
  const { key, cert } = await serverOptions();
  const worker = new Worker(SERVER, { eval: true, workerData: { key: String(key), cert: String(cert) } });
  try {
    const [port] = (await once(worker, 'message')) as [number];
    const speaker = speakerOf({ kind: 'tls', window: WINDOW, send: null, expect: null }, aRequest);
    const probing = runProbe(aTarget(port, { speaker, timeout: 5000 }), Date.now);
    await once(worker, 'message');
    // Our side has finished its handshake by then. Held up in a callback of I/O, timers come before the next reads.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WINDOW * 3);
    const { ended, answer } = await probing;
    expect([ended.kind, answer]).toEqual(['closed', null]);
  } finally {
    await worker.terminate();
  }
});
