/** What a hostile server does with a connection: any sequence of bytes that mean something, bytes that mean nothing, pauses, echoes and ends. */
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { END_STREAM, frame, goaway, headers, rstStream, SETTINGS, TYPE } from '../lab/servers/http2-frames.ts';

export type Step =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly pieces: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'echo' }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' };

const TEXTS = [
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: ',
  'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 20',
  'HTTP/1.0 400 Bad\n\n',
  'HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\n',
  'ffffffff\r\n',
  '\r\n\r\n',
  '+PONG\r\n',
  '-NOAUTH no\r\n',
  '*3\r\n',
  'ready',
  'S',
  'N',
];
const BYTES: readonly (readonly number[])[] = [
  [0x15, 3, 3, 0, 2, 2, 0x30],
  [0x15, 3, 3],
  [0x16, 3, 3, 0x40, 0, 2],
  [0x17, 3, 3, 0, 4, 1, 2, 3, 4],
  [0x20, 2, 0, 0],
  [0x20, 0x83, 0x80, 1, 0, 135],
  [0x52, 0, 0, 0, 8, 0, 0, 0, 0],
  [0x4e, 0, 0, 0, 5, 0],
  [0x45, 0, 0, 0, 12, 0x43, 0x32, 0x38, 0x30, 0x30, 0x30, 0, 0],
];
const GRPC = { ':status': '200', 'content-type': 'application/grpc', 'grpc-status': '7' };
const FRAMES = [
  SETTINGS,
  headers({ ':status': '200' }),
  headers(GRPC, END_STREAM),
  headers({ 'grpc-status': '0' }, END_STREAM),
  frame(TYPE.data, 0, 1, Buffer.alloc(100, 'd')),
  frame(TYPE.continuation, 0, 1, Buffer.alloc(10)),
  frame(0x77, 0xff, 1, Buffer.alloc(10)),
  goaway(11),
  goaway(0),
  rstStream(8),
];

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value)),
  fc.constantFrom(...TEXTS).map((text) => Buffer.from(text)),
  fc.constantFrom(...BYTES).map((value) => Buffer.from(value)),
  fc.constantFrom(...FRAMES),
  fc.constant(Buffer.alloc(200_000, 'A')),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      bytes,
      pieces: fc.constantFrom(1, 1, 1, 2, 40),
    }),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 120 }).map((ms) => ({ kind: 'wait' as const, ms })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'echo' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'end' as const }, { kind: 'reset' as const }) },
);
export const steps = fc.array(step, { maxLength: 8 });

const write = (socket: Socket, { bytes: whole, pieces }: Extract<Step, { kind: 'bytes' }>): void => {
  const size = Math.max(1, Math.ceil(whole.length / pieces));
  for (let at = 0; at < whole.length; at += size) socket.write(whole.subarray(at, at + size));
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** libuv resets nothing that is shutting down, and Node then keeps its handle for ever: such a one is only closed. */
const reset = (socket: Socket) =>
  'encrypted' in socket || socket.writableEnded ? socket.destroy() : socket.resetAndDestroy();

const take = async (socket: Socket, each: Step, heard: readonly Buffer[]): Promise<void> => {
  if (each.kind === 'bytes') write(socket, each);
  else if (each.kind === 'wait') await pause(each.ms);
  else if (each.kind === 'end') socket.end();
  else if (each.kind === 'reset') reset(socket);
  else {
    for (let tries = 0; heard.length === 0 && tries < 20 && !socket.destroyed; tries += 1) await pause(20);
    socket.write(Buffer.concat(heard));
  }
};

export const act = async (socket: Socket, sequence: readonly Step[]): Promise<void> => {
  const heard: Buffer[] = [];
  socket.on('error', () => {}).on('data', (chunk: Buffer) => heard.push(chunk));
  for (const each of sequence) {
    if (socket.destroyed) return;
    await take(socket, each, heard);
  }
};

/** All that was said, in one. */
export const said = (sequence: readonly Step[]): string =>
  Buffer.concat(sequence.map((each) => (each.kind === 'bytes' ? each.bytes : Buffer.alloc(0)))).toString('latin1');
