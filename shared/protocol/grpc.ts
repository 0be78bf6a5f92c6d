/** gRPC over HTTP/2: the standard health check, and its status (gRPC over HTTP2; grpc.health.v1; google.rpc.Code). */
import type { Answer, Meaning } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import { curlLine } from './curl.ts';
import type { HttpRequest } from './http1.ts';
import { exchange, httpAnswer } from './http2.ts';
import type { Received } from './http2-stream.ts';
import { decoded, protocol } from './record.ts';
import { type Speaker, shown } from './speaker.ts';

const PATH = '/grpc.health.v1.Health/Check';

const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
const REFUSES: readonly number[] = [7, 16];
const FAILS: readonly number[] = [4, 8, 13, 14];

const meaningOf = (code: number): Meaning => {
  if (REFUSES.includes(code)) return 'refuses';
  if (FAILS.includes(code)) return 'fails';
  return code >= CODES.length ? 'unclear' : 'serves';
};

/** HealthCheckRequest { string service = 1; }, as one uncompressed message. */
const message = (service: string): Buffer => {
  const name = Buffer.from(service);
  const field = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(field.length, 1);
  return Buffer.concat([prefix, field]);
};
const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];

/**
 * The status of a gRPC answer, or the plain HTTP answer of a proxy that did not reach the gRPC server. Not supported: the answer’s message (so
 * NOT_SERVING is read as served, by its status OK) and the percent-encoding of `grpc-message`.
 */
const read = (received: Received): Answer | null => {
  const { headers, trailers, whole } = received;
  if (!/^application\/grpc/.test(headers['content-type'] ?? '')) return httpAnswer(received);
  const status = trailers['grpc-status'] ?? headers['grpc-status'];
  const code = typeof status === 'string' && /^\d{1,3}$/.test(status) ? Number(status) : null;
  if (code === null) return whole ? answer('unclear', 'no status', 'no grpc-status', '') : null;
  const text = trailers['grpc-message'] ?? headers['grpc-message'];
  const said = typeof text === 'string' ? text.slice(0, 4096) : '';
  const words = said === '' ? '' : ` (${shown(said, 80)})`;
  return answer(meaningOf(code), String(code), `gRPC ${code} ${CODES[code] ?? 'unknown code'}${words}`, said);
};

/** The status stands in the trailers: the whole answer is shown. */
const SHOWN: Endpoint['accepts'] = { status: [], body: 'grpc-status: 0' };

const answer = (meaning: Meaning, like: string, detail: string, body: string): Answer => ({
  kind: 'protocol',
  protocol: 'grpc',
  meaning,
  detail,
  like,
  body,
});

const speak = (asked: HttpRequest, service: string): Speaker => {
  const headers = { ...asked.headers, 'content-type': 'application/grpc', te: 'trailers' };
  const request: HttpRequest = { ...asked, method: 'POST', path: PATH, headers, body: null };
  const body = message(service);
  return {
    alpn: ['h2'],
    upgrade: null,
    window: null,
    writesOften: true,
    start: exchange(request, body, 'https', read),
    // HTTP/2 with prior knowledge (RFC 9113 §3.3).
    plaintext: { window: null, start: exchange(request, body, 'http', read) },
  };
};

export const grpc = protocol({
  name: 'grpc',
  schemes: { grpcs: 443 },
  fields: () => ({}),
  resolve: (_written, { path }) => ({ kind: 'grpc', service: decoded(path.slice(1)) }),
  speak: ({ service }, request) => speak(request, service),
  spoken: true,
  alike: 'code',
  closesFor: null,
  starttls: null,
  namesServerTwice: false,
  carriesHeaders: true,
  reproduce: ({ service }, check, endpoint, way) => {
    // curl’s `--http1.1` of plaintext is no gRPC; a byte above 127 is none of a text. Then `present` asks.
    const body = message(service);
    if (check.presented.kind === 'plaintext' || body.some((byte) => byte > 127)) return null;
    const headers = { ...endpoint.http.headers, 'content-type': 'application/grpc', te: 'trailers' };
    const http = { ...endpoint.http, method: 'POST', headers, body: body.toString('latin1') };
    return curlLine(
      check,
      { ...endpoint, protocol: { kind: 'http', version: 2 }, path: PATH, http, accepts: SHOWN },
      way,
    );
  },
});
