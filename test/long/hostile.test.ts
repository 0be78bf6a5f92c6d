// Arbitrary sequences of bytes, closes and delays, before, inside and instead of TLS: a probe always ends in an observation, in time.

import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY } from '../../shared/model/time.ts';
import { issue, issueAuthority } from '../../shared/pki/mint-issue.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { listen, peer } from '../helpers/peers.ts';
import { aTarget } from '../helpers/target.ts';

const TIMEOUT = 250;
const GRACE = 1500;

type Step = { kind: 'bytes'; bytes: Buffer } | { kind: 'wait'; ms: number } | { kind: 'end' } | { kind: 'reset' };

const start = fc.constantFrom(
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 20',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\n',
  'ffffffff\r\n',
  '\r\n\r\n',
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value)),
  start.map((text) => Buffer.from(text)),
  fc.constant(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x30])),
  fc.constant(Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00, 0x02])),
  fc.constant(Buffer.alloc(200_000, 'A')),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: bytes.map((value) => ({ kind: 'bytes' as const, bytes: value })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 120 }).map((ms) => ({ kind: 'wait' as const, ms })) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'end' as const }, { kind: 'reset' as const }) },
);

const act = async (socket: Socket, steps: readonly Step[]): Promise<void> => {
  socket.on('error', () => {});
  for (const each of steps) {
    if (socket.destroyed) return;
    if (each.kind === 'bytes') socket.write(each.bytes);
    else if (each.kind === 'wait') await new Promise((resolve) => setTimeout(resolve, each.ms));
    else if (each.kind === 'end') socket.end();
    else if ('encrypted' in socket) socket.destroy();
    else socket.resetAndDestroy();
  }
};

const plausible = (steps: readonly Step[]): boolean =>
  /HTTP\/1\.[01] [1-9]\d\d/.test(
    Buffer.concat(steps.flatMap((each) => (each.kind === 'bytes' ? [each.bytes] : []))).toString('latin1'),
  );

const probe = async (port: number, plain: boolean) => {
  const begun = performance.now();
  const target = aTarget(port, { timeout: TIMEOUT, ...(plain ? { context: null } : {}) });
  const observation = await runProbe(target, Date.now);
  return { observation, took: performance.now() - begun };
};

test('instead of TLS', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, plain) => {
      const { port, stop } = await peer((socket) => void act(socket, steps));
      const { observation, took } = await probe(port, plain);
      await stop();
      expect(took).toBeLessThan(TIMEOUT + GRACE);
      // Never `answered` without an answer: over TLS these bytes are none, in plaintext only a status line is.
      if (observation.answer !== null) expect(plain && plausible(steps)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('inside TLS', async () => {
  const authority = await issueAuthority({
    subject: 'CN=Root',
    validity: { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY },
  });
  const leaf = await issue(
    { subject: 'CN=server', validity: { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY } },
    authority,
  );
  const server = { cert: leaf.certificatePem, key: String(leaf.privateKey.export({ format: 'pem', type: 'pkcs8' })) };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { port, stop } = await listen(createTlsServer(server, (socket) => void act(socket, steps)));
      const { observation, took } = await probe(port, false);
      await stop();
      expect(took).toBeLessThan(TIMEOUT + GRACE);
      if (observation.answer !== null) expect(plausible(steps)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a thousand endless answers at once stay in bounded memory', async () => {
  const { port, stop } = await peer((socket) => {
    socket.on('error', () => {});
    const more = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 'x')));
    };
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.on('drain', more);
    more();
  });
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 20; round += 1) {
    const seen = await Promise.all(Array.from({ length: 50 }, () => probe(port, true)));
    expect(seen.every(({ observation }) => (observation.answer?.body.length ?? 0) <= 65_536)).toBe(true);
  }
  await stop();
  expect(process.memoryUsage().rss - before).toBeLessThan(512 << 20);
});
