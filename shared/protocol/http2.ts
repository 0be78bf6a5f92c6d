/** HTTP/2 (RFC 9113), framed by node:http2 on a channel of ours. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Answer, HttpAnswer } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { type HttpRequest, http1 } from './http1.ts';
import { type Exchange, MAX_BODY, type Reading, type SecretHeaderValues, type Speaker } from './speaker.ts';

/** Megabytes that a session may hold. */
const SESSION_MEMORY = 1;
/** After a stream's end the channel's own may follow, and says more. */
const CHANNEL_FIRST: Milliseconds = 25;

/** All that came on the stream. */
export type Received = {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly whole: boolean;
};
type Make = (received: Received) => Answer | null;

/** Of one connection, and none of HTTP/2's business (RFC 9113 §8.2.2): node:http2 throws where they are given. */
const OF_THE_CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];
const named = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name, value]) => !OF_THE_CONNECTION.includes(name) && (name !== 'te' || value === 'trailers')),
  );

const headersOf = (request: HttpRequest, secrets: SecretHeaderValues, scheme: string): OutgoingHttpHeaders => ({
  'user-agent': 'mtls-monitor',
  accept: '*/*',
  ...named(request.headers),
  ...named(secrets),
  ':method': request.method,
  ':path': request.path,
  ':scheme': scheme,
  ':authority': request.host,
});

const single = (value: string | readonly string[] | undefined): string | null =>
  typeof value === 'string' ? value : (value?.[0] ?? null);

export const httpAnswer = ({ headers, body }: Received): HttpAnswer => {
  const retryAfter = single(headers['retry-after']);
  return {
    kind: 'http',
    status: Number(headers[':status']),
    location: single(headers.location)?.slice(0, 2048) ?? null,
    retryAfter: retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : null,
    body: body.toString('utf8'),
  };
};

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
const errorName = (code: number): string => ERRORS[code] ?? String(code);

/** What comes on the one stream. */
class StreamReading implements Reading {
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

  /** Nothing else will come; an answer that came before is the answer. */
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

/** The address is the channel's: node:http2 wants a URL all the same. */
const open = (channel: Duplex, scheme: string): ClientHttp2Session =>
  connect(`${scheme}://localhost`, {
    createConnection: () => channel,
    settings: { enablePush: false },
    maxSessionMemory: SESSION_MEMORY,
  });

type Ask = { readonly headers: OutgoingHttpHeaders; readonly body: Buffer | null; readonly scheme: string };

/** The request on a session of its own. */
const ask = (channel: Duplex, { headers, body, scheme }: Ask, reading: StreamReading, done: () => void): void => {
  const end = (detail: string) => {
    reading.endedBy({ protocol: 'h2', detail });
    done();
  };
  const later = (detail: string) => setTimeout(() => end(detail), CHANNEL_FIRST).unref();
  const session = open(channel, scheme);
  session.on('error', (error: NodeJS.ErrnoException) => later(error.code ?? 'error'));
  session.on('goaway', (code) => (code === 0 ? undefined : end(`GOAWAY ${errorName(code)}`)));
  const stream = session.request(headers, { endStream: body === null });
  stream.on('error', () => {});
  reading.listen(stream, done);
  stream.on('close', () => {
    if (reading.answer !== null) done();
    else later(`RST_STREAM ${errorName(stream.rstCode ?? 0)}`);
  });
  if (body !== null) stream.end(body);
};

/** What node:tls adds to a channel: what ALPN chose (RFC 7301), false for nothing. */
type Secured = Duplex & { readonly alpnProtocol?: string | false | null };

/** `make` turns what came into an answer, or null while it is none. */
export const exchange =
  (request: HttpRequest, body: Buffer | null, scheme: 'http' | 'https', make: Make): Exchange =>
  (channel, { secrets, turn, done }) => {
    const reading = new StreamReading(make);
    const chosen = scheme === 'https' ? (channel as Secured).alpnProtocol || 'none' : 'h2';
    if (chosen === 'h2')
      turn(() => ask(channel, { headers: headersOf(request, secrets, scheme), body, scheme }, reading, done));
    else {
      reading.endedBy({ protocol: chosen, detail: 'ALPN chose no h2' });
      setImmediate(done);
    }
    return reading;
  };

/** HTTP/2 with prior knowledge, without TLS (RFC 9113 §3.3). */
export const h2c = (request: HttpRequest): Speaker => {
  const body = request.body === null ? null : Buffer.from(request.body);
  return { ...http2(request), plaintext: { window: null, start: exchange(request, body, 'http', httpAnswer) } };
};

/** Without TLS the same is asked in HTTP/1.1, which most servers that answer plaintext understand. */
export const http2 = (request: HttpRequest): Speaker => ({
  alpn: ['h2'],
  upgrade: null,
  window: null,
  writesOften: true,
  start: exchange(request, request.body === null ? null : Buffer.from(request.body), 'https', httpAnswer),
  plaintext: http1(request).plaintext,
});
