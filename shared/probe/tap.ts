/** A TCP connection as a stream that shows what passes: its first bytes, and how it was closed. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Sees each chunk first; where it returns true, the chunk goes no further. */
export type Peek = (chunk: Buffer) => boolean;

export class Tap extends Duplex {
  readonly #raw: Socket;

  constructor(raw: Socket, peek: Peek) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    raw.on('data', (chunk: Buffer) => {
      if (!peek(chunk) && !this.push(chunk)) raw.pause();
    });
    raw.on('end', () => this.push(null));
    raw.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // What a failed write would lose is read first: a destroyed socket gives up what the kernel still holds for it.
    if (this.#raw.destroyed) done();
    else this.#raw.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#raw.end();
    done();
  }
}

const RECORD_HEADER = 5;
const TLS_ALERT = 21;
const APPLICATION_DATA = 23;
/** RFC 8446 §5.2: the two bytes of a TLS alert, its content type, and the tag that every cipher suite of TLS 1.3 adds. */
const SEALED_ALERT = 2 + 1 + 16;

/** Follows the record headers of a TLS stream (RFC 8446 §5.1) to tell whether the last record was a TLS alert. */
export class RecordWatch {
  #header = Buffer.alloc(0);
  #left = 0;
  #last: { readonly type: number; readonly length: number } | null = null;

  see(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const skipped = Math.min(this.#left, rest.length);
      this.#left -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length === 0) break;
      const taken = rest.subarray(0, RECORD_HEADER - this.#header.length);
      this.#header = Buffer.concat([this.#header, taken]);
      rest = rest.subarray(taken.length);
      if (this.#header.length < RECORD_HEADER) break;
      this.#last = { type: this.#header.readUInt8(0), length: this.#header.readUInt16BE(3) };
      this.#left = this.#last.length;
      this.#header = Buffer.alloc(0);
    }
  }

  /** Where the library reported no error, an alert that ended the connection was close_notify. */
  get endedWithAlert(): boolean {
    const { type, length } = this.#last ?? {};
    return this.#left === 0 && (type === TLS_ALERT || (type === APPLICATION_DATA && length === SEALED_ALERT));
  }
}
