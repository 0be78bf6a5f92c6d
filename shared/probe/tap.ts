/** A TCP connection as a stream that shows what passes, and tells how it ended apart from what is spoken on it. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Sees each chunk first. */
export type Peek = {
  /** What goes on of it and of what was held back. */
  readonly see: (chunk: Buffer) => Buffer;
  /** What is still held back when the connection ends. */
  readonly rest: () => Buffer;
  /** Told of what is written. */
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
    // No error of ours: what came before a reset is read first, and may be a TLS alert.
    raw.on('error', () => this.#end('reset'));
    raw.on('close', () => this.#end('fin'));
  }

  /** How the connection ended, once a reader was told. A TLS stream on it that ends before has read close_notify. */
  get ended(): 'fin' | 'reset' | null {
    return this.#ended;
  }

  #pass(chunk: Buffer): void {
    if (chunk.length > 0 && !this.push(chunk)) this.#raw.pause();
  }

  #end(how: 'fin' | 'reset'): void {
    if (this.#ending) return;
    this.#ending = true;
    // Later: a close_notify in the same segment has its own end first.
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
    // A failed write is no error of the stream: what was read before it still counts.
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
