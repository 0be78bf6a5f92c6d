// Arbitrary sequences of bytes, ends and delays, before, inside and instead of TLS: a probe always ends in one observation, in time, with nothing left behind.
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import fc from 'fast-check';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import type { Presentable } from '../../shared/probe/context.ts';
import { listen, type Peer, peer } from '../helpers/peers.ts';
import { serverOptions, VALIDITY } from '../helpers/tls-peers.ts';
import { probeAll } from './hostile-probes.ts';
import { act, type Step, said, steps } from './hostile-steps.ts';

const RUNS = 100;
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
let options: TlsOptions;
let identity: Presentable;
let before: readonly string[];

beforeAll(async () => {
  const authority = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY });
  options = await serverOptions(authority);
  identity = await issue({ subject: 'CN=client', validity: VALIDITY }, authority);
});

const held = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /^(TCP|TLS|Timeout|HTTP2|Immediate)/i.test(name))
    .sort();
beforeEach(() => {
  before = held();
});
/** Sooner than a deadline that was forgotten. */
const nothingIsLeft = async (): Promise<void> => {
  for (let tries = 0; held().length > before.length && tries < 12; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const left = held();
  expect(left.length > before.length ? left : before).toEqual(before);
};

/** Everything it does, it does inside TLS; PostgreSQL's request for it is granted first. */
const insideTls = (sequence: readonly Step[], alpn: boolean): Promise<Peer> => {
  const inner = createTlsServer(
    {
      ...options,
      requestCert: true,
      rejectUnauthorized: false,
      ...(alpn ? { ALPNProtocols: ['h2', 'http/1.1'] } : {}),
    },
    (socket) => void act(socket, sequence),
  );
  inner.on('tlsClientError', () => {});
  const grant = (socket: Socket, first: Buffer) => {
    const asked = first.subarray(0, SSL_REQUEST.length).equals(SSL_REQUEST);
    if (asked) socket.write('S');
    else socket.unshift(first);
    inner.emit('connection', socket);
  };
  return listen(
    createServer((socket) => {
      socket.once('data', (first: Buffer) => {
        socket.pause();
        grant(socket, first);
      });
    }),
  );
};

const setting = (sequence: readonly Step[]) => ({
  said: said(sequence),
  echoes: sequence.some(({ kind }) => kind === 'echo'),
});

test('instead of TLS, and without it', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (sequence, plain) => {
      const { port, stop } = await peer((socket) => void act(socket, sequence));
      const seen = await probeAll({ port, plain, identity, version: null, ...setting(sequence) });
      await stop();
      await nothingIsLeft();
      // These bytes are no TLS: no answer can have come over it.
      if (!plain) expect(seen.every(({ answer }) => answer === null)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test.each(['1.2', '1.3'] as const)('inside TLS %s', async (version) => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (sequence, alpn, known) => {
      const { port, stop } = await insideTls(sequence, alpn);
      await probeAll({ port, plain: false, identity: known ? identity : null, version, ...setting(sequence) });
      await stop();
      await nothingIsLeft();
    }),
    { numRuns: RUNS },
  );
});

test('endless answers at once stay in bounded memory', async () => {
  const flood = (socket: Socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 'x')));
    };
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.on('error', () => {}).on('drain', more);
    more();
  };
  const inner = createTlsServer(options, flood);
  const overTls = await listen(inner.on('tlsClientError', () => {}));
  const bare = await peer(flood);
  const memory = () => process.memoryUsage().rss;
  const start = memory();
  let most = 0;
  for (let round = 0; round < 12; round += 1) {
    const plain = { plain: true, identity: null, version: null, said: 'HTTP/1.1 200 OK\r\n\r\nx', echoes: false };
    const tls = { ...plain, plain: false };
    await Promise.all([
      ...Array.from({ length: 3 }, () => probeAll({ ...plain, port: bare.port })),
      ...Array.from({ length: 2 }, () => probeAll({ ...tls, port: overTls.port })),
    ]);
    most = Math.max(most, memory() - start);
  }
  await Promise.all([overTls.stop(), bare.stop()]);
  expect(most).toBeLessThan(400 << 20);
});
