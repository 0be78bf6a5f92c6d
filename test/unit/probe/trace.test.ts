/** What a trace shows of a connection: records and alerts as they are, no secret, and no more than its bounds. */
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Trace } from '../../../shared/probe/trace.ts';
import type { Speaker } from '../../../shared/protocol/speaker.ts';

const record = (type: number, body: readonly number[]): Buffer =>
  Buffer.from([type, 3, 3, body.length >> 8, body.length & 255, ...body]);
const message = (type: number, length: number): number[] => [type, 0, 0, length, ...Array<number>(length).fill(7)];

const seen: string[] = [];
const peek = {
  see: (chunk: Buffer) => {
    seen.push(chunk.toString('hex'));
    return chunk;
  },
  rest: () => Buffer.alloc(0),
};

const traced = (server: readonly Buffer[], client: readonly Buffer[] = []): Trace => {
  const trace = new Trace();
  const { see, wrote } = trace.over(peek);
  for (const chunk of client) wrote?.(chunk);
  for (const chunk of server) see(chunk);
  return trace;
};

const FLIGHT = [
  record(22, [...message(2, 3), ...message(11, 4)]),
  record(22, message(13, 5).slice(0, 4)),
  record(22, message(13, 5).slice(4)),
  record(21, [2, 48]),
  record(20, [1]),
  record(22, [9, 9, 9]),
  record(23, [1, 2, 3]),
];

describe('a trace', () => {
  test('names messages and alerts in clear, and says what is encrypted', () => {
    const trace = traced(FLIGHT, [record(22, message(1, 2))]);
    expect(
      trace.records.map(({ from, type, holds, isEncrypted }) => [from, type, isEncrypted || holds.join()]),
    ).toEqual([
      ['client', 'handshake', 'ClientHello'],
      ['server', 'handshake', 'ServerHello,Certificate'],
      ['server', 'handshake', ''],
      ['server', 'handshake', 'CertificateRequest'],
      ['server', 'alert', 'fatal unknown_ca (48)'],
      ['server', 'change_cipher_spec', ''],
      ['server', 'handshake', true],
      ['server', 'application_data', true],
    ]);
  });

  test('is the same however TCP cuts the bytes, and passes them on unchanged', () => {
    const bytes = Buffer.concat(FLIGHT);
    const whole = traced([bytes]).records;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }), (cuts) => {
        seen.length = 0;
        const ends = cuts.map((_, index) => cuts.slice(0, index + 1).reduce((sum, cut) => sum + cut, 0));
        const chunks = [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length));
        expect(traced(chunks).records).toEqual(whole);
        expect(seen.join('')).toBe(bytes.toString('hex'));
      }),
    );
  });

  test('never throws, whatever a server sends, and stays within its bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
        expect(traced(chunks.map((each) => Buffer.from(each))).records.length).toBeLessThanOrEqual(100);
      }),
    );
    const many = traced(Array.from({ length: 150 }, () => record(23, [0])));
    expect([many.records.length, many.more]).toEqual([100, 50]);
    expect(traced([Buffer.from('HTTP/1.1 400 Bad Request')]).records).toEqual([
      { from: 'server', type: 'bytes', length: 24, isEncrypted: false, holds: [] },
    ]);
  });

  test('hears what a speaker writes, without the secret values in it', () => {
    const trace = new Trace();
    const start: Speaker['start'] = (channel, { turn }) => {
      turn(() => channel.write(Buffer.from(`authorization: tOkEn\r\n${'x'.repeat(3_000)}`)));
      return { begun: false, answer: null, foreign: null };
    };
    const speaker: Speaker = {
      alpn: [],
      upgrade: null,
      window: null,
      writesOften: false,
      start,
      plaintext: { window: null, start },
    };
    const channel = new PassThrough();
    const call = { secrets: { authorization: 'tOkEn' }, turn: (write: () => void) => write(), done: () => {} };
    trace.of(speaker).start(channel, call);
    expect(String(channel.read())).toContain('authorization: tOkEn');
    expect(trace.said).toMatch(/^authorization: …\r\nx+$/);
    expect(trace.said).toHaveLength(2_048);
  });
});
