/**
 * A TCP connection as the stream that TLS runs on. It shows the bytes of both sides, and how TCP ended, apart from TLS.
 *
 * node:tls wraps a stream that is no socket (lib/internal/js_stream_socket.js) and uses of it what this class has: a Duplex buffers, schedules and
 * remembers more than the wrapper asks for, and costs a tenth of a handshake. Bytes are handed on within the call that brings them, so they may lie
 * in a buffer that the next read overwrites.
 */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Called with each chunk before its receiver gets it; of one that was read, the bytes are valid during the call only. */
export type Witness = {
  readonly saw: (chunk: Buffer) => void;
  readonly wrote?: (chunk: Buffer) => void;
};

export class Wire extends EventEmitter {
  readonly #raw: Socket;
  readonly #witness: Witness;
  readonly readable = true;
  readonly writable = true;
  /** TLS on top is closed by this side alone, once it has read the end. */
  readonly allowHalfOpen = true;
  #ending = false;
  #destroyed = false;
  #ended: 'fin' | 'reset' | null = null;

  constructor(raw: Socket, witness: Witness) {
    super();
    this.#raw = raw;
    this.#witness = witness;
    raw.on('end', () => this.#end('fin'));
    // Not an error of this stream: the bytes before a reset are read first, and may be a TLS alert.
    raw.on('error', () => this.#end('reset'));
    raw.on('close', () => this.#end('fin'));
  }

  /** How TCP ended; null until the reader has got the end. A TLS stream on top that ends earlier has read close_notify. */
  get ended(): 'fin' | 'reset' | null {
    return this.#ended;
  }

  /** For node:tls, whose types ask for more than its code uses. */
  get stream(): Duplex {
    return this as unknown as Duplex;
  }

  /** Bytes that were read from the connection. */
  readonly receive = (chunk: Buffer): void => {
    if (this.#destroyed) return;
    this.#witness.saw(chunk);
    this.emit('data', chunk);
  };

  #end(how: 'fin' | 'reset'): void {
    if (this.#ending) return;
    this.#ending = true;
    // Deferred: a close_notify in the same segment ends the TLS stream first.
    setImmediate(() => {
      if (this.#destroyed) return;
      this.#ended = how;
      this.emit('end');
    });
  }

  pause(): this {
    this.#raw.pause();
    return this;
  }

  resume(): this {
    this.#raw.resume();
    return this;
  }

  cork(): void {}

  uncork(): void {}

  write(chunk: Buffer, done: () => void): boolean {
    // A failed write is no error of the stream: the bytes read before it are still used.
    if (this.#raw.destroyed || !this.#raw.writable) {
      process.nextTick(done);
      return true;
    }
    this.#witness.wrote?.(chunk);
    return this.#raw.write(chunk, () => done());
  }

  end(done: () => void): this {
    this.#raw.end();
    process.nextTick(done);
    return this;
  }

  destroy(): this {
    if (this.#destroyed) return this;
    this.#destroyed = true;
    process.nextTick(() => this.emit('close'));
    return this;
  }
}
