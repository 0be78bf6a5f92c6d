/** HTTP/2 (RFC 9113), framed by node:http2 on a channel of ours. */
import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Answer, HttpAnswer } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import { type Exchange, MAX_BODY, type Reading, type Secrets, type Speaker } from './exchange.ts';
import { type HttpRequest, http1 } from './http1.ts';

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

const headersOf = (request: HttpRequest, secrets: Secrets, scheme: string) => ({
  'user-agent': 'mtls-monitor',
  accept: '*/*',
  ...Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value])),
  ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name.toLowerCase(), value])),
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

/** `make` turns what came into an answer, or null while it is none. */
export const exchange =
  (request: HttpRequest, body: Buffer | null, scheme: 'http' | 'https', make: Make): Exchange =>
  (channel, secrets, done) => {
    const state = {
      headers: null as IncomingHttpHeaders | null,
      trailers: {},
      body: [] as Buffer[],
      kept: 0,
      whole: false,
    };
    let foreign: Reading['foreign'] = null;
    const end = (reason: Reading['foreign']) => {
      if (state.headers === null) foreign ??= reason;
      done();
    };
    const open = (): void => {
      const session = connect(`${scheme}://${request.host}`, {
        createConnection: () => channel as TLSSocket,
        settings: { enablePush: false },
        maxSessionMemory: SESSION_MEMORY,
      });
      const later = (detail: string) => setTimeout(() => end({ protocol: 'h2', detail }), CHANNEL_FIRST).unref();
      session.on('error', (error: NodeJS.ErrnoException) => later(error.code ?? 'error'));
      session.on('goaway', (code) => (code === 0 ? undefined : later(`GOAWAY ${errorName(code)}`)));
      const stream: ClientHttp2Stream = session.request(headersOf(request, secrets, scheme), {
        endStream: body === null,
      });
      if (body !== null) stream.end(body);
      stream.on('error', () => {});
      stream.on('response', (headers) => {
        state.headers = headers;
      });
      stream.on('trailers', (trailers) => {
        state.trailers = trailers;
      });
      stream.on('data', (chunk: Buffer) => {
        const part = chunk.subarray(0, MAX_BODY - state.kept);
        state.body.push(Buffer.from(part));
        state.kept += part.length;
        if (state.kept >= MAX_BODY) done();
      });
      stream.on('end', () => {
        state.whole = true;
      });
      stream.on('close', () => {
        if (state.headers !== null) done();
        else if (stream.rstCode !== 0) later(`RST_STREAM ${errorName(stream.rstCode ?? 0)}`);
      });
    };
    if (scheme === 'https' && (channel as TLSSocket).alpnProtocol !== 'h2') {
      foreign = { protocol: (channel as TLSSocket).alpnProtocol || 'none', detail: 'ALPN chose no h2' };
      setImmediate(done);
    } else open();
    return {
      get begun() {
        return state.headers !== null;
      },
      get answer() {
        if (state.headers === null) return null;
        const { headers, trailers, whole } = state;
        return make({ headers, trailers, whole, body: Buffer.concat(state.body) });
      },
      get foreign() {
        return foreign;
      },
    };
  };

/** Without TLS the same is asked in HTTP/1.1, which every server that answers plaintext at all understands. */
export const http2 = (request: HttpRequest): Speaker => ({
  alpn: ['h2'],
  upgrade: null,
  window: null,
  writesOften: true,
  start: exchange(request, request.body === null ? null : Buffer.from(request.body), 'https', httpAnswer),
  plaintext: http1(request).plaintext,
});
