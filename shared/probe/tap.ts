/** A TCP connection as a stream whose bytes can be inspected, and which reports how TCP ended, apart from the protocol on it. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Inspects each chunk before the stream’s reader gets it. */
export type Peek = {
  /** Returns the bytes to pass on: of this chunk and of those held back before. */
  readonly see: (chunk: Buffer) => Buffer;
  /** Returns the bytes still held back when the connection ends. */
  readonly rest: () => Buffer;
  /** Called with each chunk that is written. */
  readonly wrote?: (chunk: Buffer) => void;
};
const PASS: Peek = { see: (chunk) => chunk, rest: () => Buffer.alloc(0) };

export class Tap extends Duplex {
  readonly #raw: Socket;
  readonly #peek: Peek;
  #ending = false;
  #ended: 'fin' | 'reset' | null = null;

  constructor(raw: Socket, peek: Peek = PASS) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    this.#peek = peek;
    raw.on('data', (chunk: Buffer) => this.#pass(peek.see(chunk)));
    raw.on('end', () => this.#end('fin'));
    // Not an error of this stream: the bytes before a reset are read first, and may be a TLS alert.
    raw.on('error', () => this.#end('reset'));
    raw.on('close', () => this.#end('fin'));
  }

  /** How TCP ended; null until the reader has got the end. A TLS stream on top that ends earlier has read close_notify. */
  get ended(): 'fin' | 'reset' | null {
    return this.#ended;
  }

  #pass(chunk: Buffer): void {
    if (chunk.length > 0 && !this.push(chunk)) this.#raw.pause();
  }

  #end(how: 'fin' | 'reset'): void {
    if (this.#ending) return;
    this.#ending = true;
    // Deferred: a close_notify in the same segment ends the TLS stream first.
    setImmediate(() => {
      if (this.destroyed) return;
      this.#pass(this.#peek.rest());
      this.#ended = how;
      this.push(null);
    });
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A failed write is no error of the stream: the bytes read before it are still used.
    if (this.#raw.destroyed || !this.#raw.writable) done();
    else {
      this.#peek.wrote?.(chunk);
      this.#raw.write(chunk, () => done());
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#raw.end();
    done();
  }
}
