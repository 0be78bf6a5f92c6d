/**
 * Parses an HTTP/1 answer from the bytes of a connection (RFC 9112), in bounded memory and linear time. A valid status line is an answer even if the
 * rest is broken. Not supported: HTTP/0.9, folded header lines (§5.2), content codings, transfer codings other than chunked, a switch of protocols
 * (101), a second answer on the same connection. Chunk extensions and trailers are ignored; the body is read as UTF-8 whatever its charset.
 */
import type { HttpAnswer } from '../model/probe.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { MAX_BODY, type Reader, type Reading, shown } from './speaker.ts';

const MAX_LINE = 16_384;
const MAX_HEAD = 65_536;

/** A server's first frame in HTTP/2 (RFC 9113 §3.4, §4.1, §5.4.1): SETTINGS (4) or GOAWAY (7): a length, the type, no flags, stream 0. */
const isFirstFrame = (text: string): boolean =>
  text.length >= 9 &&
  text[0] === '\0' &&
  ['\u0004', '\u0007'].includes(text.charAt(3)) &&
  text.slice(4, 9) === '\0'.repeat(5);

const MAX_MARK = 200;

/** An answer's `Server` and `Via`; nothing where it has neither. */
export const marksOf = (server: string | null, via: string | null): Pick<HttpAnswer, 'marks'> =>
  server === null && via === null
    ? {}
    : { marks: { server: server?.slice(0, MAX_MARK) ?? null, via: via?.slice(0, MAX_MARK) ?? null } };

type Stage = 'status' | 'fields' | 'chunk-size' | 'body' | 'done' | 'foreign';

/** Reads one answer, of a body of 64 KiB at most. Never throws: bytes that are no answer are `foreign`. `method`: the request’s, of which HEAD has no body. */
export class AnswerReader implements Reader {
  #stage: Stage = 'status';
  #line = '';
  #lineLength = 0;
  #head = 0;
  #status = 0;
  #location: string | null = null;
  #retryAfter: number | null = null;
  #server: string | null = null;
  #via: string | null = null;
  #length: number | null = null;
  #chunked = false;
  #left = Number.POSITIVE_INFINITY;
  readonly #body = new BoundedBytes(MAX_BODY);
  #first = '';
  readonly #bodyless: boolean;

  constructor(method: string) {
    this.#bodyless = method === 'HEAD';
  }

  /** True once any byte has come. */
  get begun(): boolean {
    return this.#first !== '';
  }

  /** Bytes that cannot become an HTTP answer. */
  get foreign(): Reading['foreign'] {
    if (this.#stage !== 'foreign') return null;
    return { protocol: isFirstFrame(this.#first) ? 'HTTP/2' : 'unknown', detail: shown(this.#first) };
  }

  /** The answer so far; null until a whole final status line has come. */
  get answer(): HttpAnswer | null {
    if (this.#status < 200) return null;
    return {
      kind: 'http',
      status: this.#status,
      location: this.#location,
      retryAfter: this.#retryAfter,
      ...marksOf(this.#server, this.#via),
      body: this.#body.bytes.toString('utf8'),
    };
  }

  /** Adds bytes; true once the answer is complete or cannot be one. */
  push(chunk: Buffer): boolean {
    if (this.#first.length < 40) this.#first += chunk.toString('latin1', 0, 40 - this.#first.length);
    let at = 0;
    while (at < chunk.length && this.#stage !== 'done' && this.#stage !== 'foreign') {
      at = this.#stage === 'body' ? this.#takeBody(chunk, at) : this.#takeLine(chunk, at);
    }
    return this.#stage === 'done' || this.#stage === 'foreign';
  }

  #takeBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#body.add(chunk.subarray(at, end));
    this.#left -= end - at;
    if (this.#body.isFull) this.#stage = 'done';
    else if (this.#left === 0) this.#stage = this.#chunked ? 'chunk-size' : 'done';
    return end;
  }

  #takeLine(chunk: Buffer, at: number): number {
    const newline = chunk.indexOf(0x0a, at);
    const end = newline < 0 ? chunk.length : newline + 1;
    this.#head += end - at;
    this.#lineLength += end - at;
    if (this.#lineLength <= MAX_LINE) this.#line += chunk.toString('latin1', at, end);
    if (this.#stage === 'status' && !couldBeStatus(this.#line)) this.#stage = 'foreign';
    else if (this.#lineLength > MAX_LINE || this.#head > MAX_HEAD)
      this.#stage = this.#status < 200 ? 'foreign' : 'done';
    else if (newline >= 0) {
      const line = this.#line.replace(/\r?\n$/, '');
      this.#line = '';
      this.#lineLength = 0;
      this.#readLine(line);
    }
    return end;
  }

  #readLine(line: string): void {
    if (this.#stage === 'status') {
      this.#status = Number(line.slice(9, 12));
      this.#stage = 'fields';
    } else if (this.#stage === 'fields') this.#readField(line);
    else if (line !== '') this.#readChunkSize(line);
  }

  #readField(line: string): void {
    if (line === '') this.#endHead();
    const colon = line.indexOf(':');
    if (colon < 0) return;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'location') this.#location = value.slice(0, 2048);
    if (name === 'server') this.#server = value;
    if (name === 'via') this.#via = value;
    if (name === 'retry-after' && /^\d{1,9}$/.test(value)) this.#retryAfter = Number(value);
    if (name === 'content-length' && /^\d{1,15}$/.test(value)) this.#length = Number(value);
    if (name === 'transfer-encoding' && /\bchunked$/i.test(value)) this.#chunked = true;
  }

  #endHead(): void {
    if (this.#status < 200) this.#forgetHead();
    else if (this.#bodyless || this.#status === 204 || this.#status === 304) this.#stage = 'done';
    else if (this.#chunked) this.#stage = 'chunk-size';
    else {
      this.#left = this.#length ?? Number.POSITIVE_INFINITY;
      this.#stage = this.#left === 0 ? 'done' : 'body';
    }
  }

  /** Drops the fields of an interim answer (RFC 9110 §15.2). */
  #forgetHead(): void {
    this.#stage = 'status';
    this.#status = 0;
    this.#location = null;
    this.#retryAfter = null;
    this.#server = null;
    this.#via = null;
    this.#length = null;
    this.#chunked = false;
  }

  /** RFC 9112 §7.1; trailers are not read. */
  #readChunkSize(line: string): void {
    const size = /^[0-9a-f]{1,12}/i.exec(line)?.[0];
    this.#left = size === undefined ? 0 : Number.parseInt(size, 16);
    this.#head = 0;
    this.#stage = this.#left === 0 ? 'done' : 'body';
  }
}

const STATUS_LINE = /^HTTP\/1\.[01] [1-9]\d\d([ \r].*)?\r?\n$/s;
const TEMPLATE = 'HTTP/1.1 200';

/** Whether a line that may not be whole yet can still become a status line (RFC 9112 §4). */
const couldBeStatus = (line: string): boolean => {
  if (line.endsWith('\n')) return STATUS_LINE.test(line);
  const start = line.slice(0, TEMPLATE.length);
  return (
    /^HTTP\/1\.[01] [1-9]\d\d$/.test(start + TEMPLATE.slice(start.length)) &&
    (line.length < 13 || line[12] === ' ' || line[12] === '\r')
  );
};
