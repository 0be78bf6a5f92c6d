/** Reads the answer on the one stream of an HTTP/2 connection (RFC 9113). Not supported: content codings; a body of more than 64 KiB is cut. */
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Answer } from '../model/probe.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { MAX_BODY, type Reading } from './speaker.ts';

/** The headers, trailers and body that came on the stream so far. */
export type Received = {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly whole: boolean;
};
/** Makes an answer of the received parts; null while they are no answer. */
export type Make = (received: Received) => Answer | null;

/** RFC 9113 §7. */
const ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];
export const errorName = (code: number): string => ERRORS[code] ?? String(code);

/** Reads one answer; call `listen` once. */
export class StreamReading implements Reading {
  readonly #make: Make;
  readonly #body = new BoundedBytes(MAX_BODY);
  #headers: IncomingHttpHeaders | null = null;
  #trailers: IncomingHttpHeaders = {};
  #whole = false;
  #foreign: Reading['foreign'] = null;

  constructor(make: Make) {
    this.#make = make;
  }

  get begun(): boolean {
    return this.#headers !== null;
  }

  get answer(): Answer | null {
    if (this.#headers === null) return null;
    return this.#make({
      headers: this.#headers,
      trailers: this.#trailers,
      whole: this.#whole,
      body: this.#body.bytes,
    });
  }

  get foreign(): Reading['foreign'] {
    return this.#foreign;
  }

  /** Ends the reading. An answer that came before stays the answer; otherwise `foreign` is the result. */
  endedBy(foreign: NonNullable<Reading['foreign']>): void {
    if (this.answer === null) this.#foreign ??= foreign;
  }

  listen(stream: ClientHttp2Stream, done: () => void): void {
    stream.on('response', (headers) => {
      this.#headers = headers;
    });
    stream.on('trailers', (trailers) => {
      this.#trailers = trailers;
    });
    stream.on('data', (chunk: Buffer) => {
      this.#body.add(chunk);
      if (!this.#body.isFull) return;
      this.#whole = true;
      done();
    });
    stream.on('end', () => {
      this.#whole = true;
    });
  }
}
