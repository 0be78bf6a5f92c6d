/** TCP keeps no boundaries: the same bytes in any pieces are the same answer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { http1 } from '../../../shared/protocol/http1.ts';
import { speakerOf } from '../../../shared/protocol/protocols.ts';
import type { Speaker } from '../../../shared/protocol/speaker.ts';
import { cut, type Read, readBytes } from '../../helpers/reading.ts';

const get = { method: 'GET', path: '/', host: 'x', headers: {}, body: null };
const SPEAKERS: readonly (readonly [string, Speaker, readonly (string | number[])[]])[] = [
  [
    'http',
    http1(get),
    [
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.0 403 No\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      '\r\n',
      'f;x=y\r\n',
      '0\r\n\r\n',
      `Location: ${'l'.repeat(3000)}\r\n`,
      `x-long: ${'x'.repeat(16_384)}\r\n`,
      'b'.repeat(70_000),
    ],
  ],
  [
    'postgres',
    speakerOf({ kind: 'postgres', user: 'u', database: 'd' }, get),
    [
      [0x4e, 0, 0, 0, 5, 0],
      [0x45, 0, 0, 0, 12, 0x43, 0x32, 0x38, 0x30, 0x30, 0x30, 0, 0],
      [0x52, 0, 0, 0, 8, 0, 0, 0, 0],
      [0x52, 0, 0, 0, 8, 0, 0, 0, 10],
      [0x76, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0],
      [0x45, 0x7f, 0xff, 0xff, 0xff],
    ],
  ],
  [
    'mqtt',
    speakerOf({ kind: 'mqtt', version: '5' }, get),
    [[0x20], [0x02], [0x80], [0xff], [0x80, 0x01], [0, 0], [1, 5], [0, 135]],
  ],
  [
    'redis',
    speakerOf({ kind: 'redis' }, get),
    ['+PONG\r\n', '-NOAUTH no\r\n', '*2\r\n', '$4\r', '\n', '-LOADING', 'x'.repeat(600)],
  ],
  [
    'tls',
    speakerOf({ kind: 'tls', window: 100, send: null, expect: 'ready' }, get),
    ['rea', 'dy', 'x', 'y'.repeat(70_000)],
  ],
];

/** What comes behind a match is of no interest. */
const told = (read: Read): Read =>
  read.answer?.kind === 'protocol' && read.answer.like.startsWith('expected')
    ? { ...read, answer: { ...read.answer, body: '', detail: '' } }
    : read;

const bytesOf = (parts: readonly (string | number[])[]) =>
  fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...parts).map((part) => Buffer.from(part as string)) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }).map((part) => Buffer.from(part)) },
      ),
      { maxLength: 8 },
    )
    .map((all) => Buffer.concat(all));

describe.each(SPEAKERS)('%s', (_name, speaker, parts) => {
  test('any pieces of the same bytes', () => {
    fc.assert(
      fc.property(bytesOf(parts), fc.array(fc.nat({ max: 70_000 }), { maxLength: 12 }), (bytes, places) => {
        expect(told(readBytes(speaker, cut(bytes, places)))).toEqual(told(readBytes(speaker, [bytes])));
      }),
      { numRuns: 400 },
    );
  });

  test('byte by byte', () => {
    fc.assert(
      fc.property(bytesOf(parts), (bytes) => {
        const head = bytes.subarray(0, 2000);
        const single = [...head].map((byte) => Buffer.from([byte]));
        expect(told(readBytes(speaker, single))).toEqual(told(readBytes(speaker, [head])));
      }),
      { numRuns: 50 },
    );
  });

  test('a flood of single bytes costs linear time', () => {
    const begun = process.cpuUsage();
    const flood = Array.from({ length: 70_000 }, (_, at) => Buffer.from([parts.join('').charCodeAt(0) || at]));
    readBytes(speaker, flood);
    readBytes(speaker, [Buffer.alloc(60_000, 'z'), ...flood]);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(5000);
  });
});
