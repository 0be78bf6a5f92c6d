/** HTTP/2 (RFC 9113), framed by node:http2 on the probe’s own channel. */
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { HttpAnswer } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import { type HttpRequest, http1 } from './http1.ts';
import { marksOf } from './http1-answer.ts';
import { errorName, type Make, type Received, StreamReading } from './http2-stream.ts';
import type { Exchange, SecretHeaderValues, Speaker } from './speaker.ts';

/** Megabytes that a session may hold. */
const SESSION_MEMORY = 1;
/** After a stream's end the channel may end too, which is more informative. */
const CHANNEL_FIRST: Milliseconds = 25;

/** Connection-specific headers, which HTTP/2 forbids (RFC 9113 §8.2.2): node:http2 throws for them. */
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
    ...marksOf(single(headers['server']), single(headers['via'])),
    body: body.toString('utf8'),
  };
};

/** node:http2 requires a URL, but does not connect to it: the channel stands already. */
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

/** `make` turns the received parts into an answer; null while they are none. */
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

/** Without TLS the probe sends the same request in HTTP/1.1, which most servers that answer plaintext understand. */
export const http2 = (request: HttpRequest): Speaker => ({
  alpn: ['h2'],
  upgrade: null,
  window: null,
  writesOften: true,
  start: exchange(request, request.body === null ? null : Buffer.from(request.body), 'https', httpAnswer),
  plaintext: http1(request).plaintext,
});
