/** What HTTP/2 and gRPC servers may do to a request, frame by frame. */
import type { TLSSocket, TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Observation } from '../../shared/model/probe.ts';
import { secureContext } from '../../shared/probe/context.ts';
import { http2 } from '../../shared/protocol/http2.ts';
import { speakerOf } from '../../shared/protocol/protocols.ts';
import { ask, keeper, serverOptions, tlsPeer } from '../helpers/tls-peers.ts';
import { forgingTls } from './servers/forging-tls.ts';
import { END_STREAM, frame, framePeer, goaway, headers, rstStream, SETTINGS, TYPE } from './servers/http2-frames.ts';

const get = { method: 'GET', path: '/', host: 'localhost', headers: {}, body: null };
const CODES = [
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
].map((name, code) => ({ name, code }));
const keep = keeper();
let options: TlsOptions;
beforeAll(async () => {
  options = await serverOptions();
});
const answeredH2 = (detail: string) => ({ kind: 'answered', phase: 'answer', protocol: 'h2', detail });

describe.each([{ listenFirst: false }, { listenFirst: true }])('listening first: $listenFirst', (own) => {
  const asked = async (speaker: ReturnType<typeof http2>, act: (socket: TLSSocket) => void): Promise<Observation> => {
    const { port } = await keep(framePeer(options, act));
    return ask(port, { speaker, ...own });
  };
  const ended = async (act: (socket: TLSSocket) => void) => (await asked(http2(get), act)).ended;

  test.each(CODES)('RST_STREAM $name', async ({ name, code }) => {
    expect(await ended((socket) => socket.write(rstStream(code)))).toEqual(answeredH2(`RST_STREAM ${name}`));
  });
  test.each(CODES.slice(1))('GOAWAY $name', async ({ name, code }) => {
    expect(await ended((socket) => socket.write(goaway(code)))).toEqual(answeredH2(`GOAWAY ${name}`));
  });
  test('a graceful GOAWAY, then a close: the close', async () => {
    const seen = await ended((socket) => socket.end(goaway(0)));
    expect(seen).toEqual({ kind: 'closed', phase: 'request', how: 'close-notify' });
  });
  test('a response whose stream is reset: the response', async () => {
    const seen = await ended((socket) => socket.write(Buffer.concat([headers({ ':status': '403' }), rstStream(8)])));
    expect(seen).toEqual({ kind: 'answered', phase: 'answer', status: 403 });
  });
  test('a response, then a close at once: the response', async () => {
    const seen = await ended((socket) => socket.end(headers({ ':status': '200' })));
    expect(seen).toEqual({ kind: 'answered', phase: 'answer', status: 200 });
  });
  test('a response and silence: the response, at the deadline', async () => {
    const seen = await ended((socket) => void socket.write(headers({ ':status': '401' })));
    expect(seen).toEqual({ kind: 'answered', phase: 'answer', status: 401 });
  });
  test('1xx and silence is no answer', async () => {
    const seen = await ended((socket) => void socket.write(headers({ ':status': '103' })));
    expect(seen).toEqual({ kind: 'timed-out', phase: 'request' });
  });
  test('an endless body', async () => {
    const seen = await asked(http2(get), (socket) => {
      socket.write(headers({ ':status': '200' }));
      const more = () =>
        socket.writable && socket.write(frame(TYPE.data, 0, 1, Buffer.alloc(16_384, 'x')), () => setImmediate(more));
      more();
    });
    expect([seen.ended, seen.answer?.body.length]).toEqual([
      { kind: 'answered', phase: 'answer', status: 200 },
      65_536,
    ]);
  });
  test('single bytes of a body', async () => {
    const seen = await asked(http2(get), (socket) => {
      const bytes = Array.from({ length: 2000 }, () => frame(TYPE.data, 0, 1, Buffer.from('x')));
      socket.write(Buffer.concat([headers({ ':status': '200' }), ...bytes, frame(TYPE.data, END_STREAM, 1)]));
    });
    expect(seen.answer?.body.length).toBe(2000);
  });

  test.each<[string, (socket: TLSSocket) => void]>([
    [
      'endless CONTINUATION',
      (socket) => {
        socket.write(frame(TYPE.headers, 0, 1, Buffer.from([0x88])));
        for (let at = 0; at < 2000; at += 1)
          socket.write(frame(TYPE.continuation, 0, 1, Buffer.from([0, 1, 0x61, 1, 0x62])));
      },
    ],
    [
      '200 kB of headers',
      (socket) => {
        socket.write(frame(TYPE.headers, 0, 1, Buffer.from([0x88])));
        const field = Buffer.concat([Buffer.from([0, 1, 0x61, 0x7f, 0xa1, 0x7c]), Buffer.alloc(16_032, 'x')]);
        for (let at = 0; at < 12; at += 1)
          socket.write(frame(TYPE.continuation, at === 11 ? 4 : 0, 1, field.subarray(0, 16_384)));
      },
    ],
    [
      'a flood of SETTINGS',
      (socket) => {
        for (let at = 0; at < 20_000; at += 1) socket.write(SETTINGS);
      },
    ],
    [
      'a flood of PING',
      (socket) => {
        for (let at = 0; at < 20_000; at += 1) socket.write(frame(TYPE.ping, 0, 0, Buffer.alloc(8)));
      },
    ],
    ['garbage', (socket) => void socket.write(Buffer.alloc(5000, 'A'))],
    ['HTTP/1.1', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('%s is no answer, and ends', async (_what, act) => {
    const seen = await asked(http2(get), act);
    expect(seen.answer).toBeNull();
    expect(['answered', 'timed-out', 'closed']).toContain(seen.ended.kind);
  });

  test('ALPN without h2', async () => {
    const { port } = await keep(tlsPeer({ ...options, ALPNProtocols: ['http/1.1'] }, () => {}));
    const none = await keep(tlsPeer(options, () => {}));
    expect((await ask(none.port, { speaker: http2(get), ...own })).ended).toMatchObject({ protocol: 'none' });
    const seen = (await ask(port, { speaker: http2(get), ...own })).ended;
    // RFC 7301 §3.2: no_application_protocol.
    expect(seen).toMatchObject({ kind: 'alerted', number: 120 });
  });

  test.each(['1.2', '1.3'] as const)('a TLS alert after the request, TLS %s', async (version) => {
    const cipher = version === '1.3' ? 'TLS_AES_256_GCM_SHA384' : 'ECDHE-ECDSA-AES128-GCM-SHA256';
    const peer = forgingTls(
      { ...options, ALPNProtocols: ['h2'] },
      { version, cipher },
      {
        secured: ({ raw, alert }, socket) => socket.once('data', () => raw.end(alert(48))),
      },
    );
    const { port } = await keep(peer);
    const seen = await ask(port, { speaker: http2(get), context: secureContext(null, version), ...own });
    expect(seen.ended).toEqual({ kind: 'alerted', phase: 'request', alert: 'unknown_ca', number: 48 });
  });

  test('headers of one connection are left out, not thrown over', async () => {
    const speaker = http2({ ...get, headers: { Connection: 'close', TE: 'gzip', 'Keep-Alive': '5', 'X-A': 'b' } });
    const seen = await asked(speaker, (socket) => socket.write(headers({ ':status': '204' }, END_STREAM)));
    expect(seen.ended).toMatchObject({ status: 204 });
  });

  describe('gRPC', () => {
    const gRPC = async (act: (socket: TLSSocket) => void) => {
      const { ended: how, answer } = await asked(speakerOf({ kind: 'grpc', service: 'x' }, get), act);
      return answer?.kind === 'protocol' ? `${answer.meaning}: ${answer.detail}` : how;
    };
    const ok = { ':status': '200', 'content-type': 'application/grpc' };
    const message = (length: number) =>
      frame(TYPE.data, 0, 1, Buffer.concat([Buffer.from([0, 0, 0, 0, length]), Buffer.alloc(length)]));
    const trailers = (fields: Record<string, string>) => headers(fields, END_STREAM);

    test('trailers only', async () => {
      expect(
        await gRPC((socket) => socket.write(headers({ ...ok, 'grpc-status': '16', 'grpc-message': 'no' }, END_STREAM))),
      ).toBe('refuses: gRPC 16 UNAUTHENTICATED (no)');
    });
    test('a message, then trailers', async () => {
      expect(
        await gRPC((socket) =>
          socket.write(Buffer.concat([headers(ok), message(2), trailers({ 'grpc-status': '0' })])),
        ),
      ).toBe('serves: gRPC 0 OK');
    });
    test('a stream that ends without a status', async () => {
      expect(await gRPC((socket) => socket.write(headers(ok, END_STREAM)))).toBe('unclear: no grpc-status');
    });
    test('a status that is no number', async () => {
      expect(await gRPC((socket) => socket.write(headers({ ...ok, 'grpc-status': 'x' }, END_STREAM)))).toBe(
        'unclear: no grpc-status',
      );
    });
    test.each([4, 8, 13, 14])('%i is a failure', async (code) => {
      const said = await gRPC((socket) => socket.write(headers({ ...ok, 'grpc-status': String(code) }, END_STREAM)));
      expect(said).toMatch(new RegExp(`^fails: gRPC ${code} `));
    });
    test('a code that is none', async () => {
      expect(await gRPC((socket) => socket.write(headers({ ...ok, 'grpc-status': '77' }, END_STREAM)))).toBe(
        'unclear: gRPC 77 unknown code',
      );
    });
    test('a stream that is reset before its status', async () => {
      expect(await gRPC((socket) => socket.write(Buffer.concat([headers(ok), rstStream(2)])))).toEqual(
        answeredH2('RST_STREAM INTERNAL_ERROR'),
      );
    });
    test('a message without end', async () => {
      expect(
        await gRPC((socket) => {
          socket.write(headers(ok));
          const more = () =>
            socket.writable && socket.write(frame(TYPE.data, 0, 1, Buffer.alloc(16_384)), () => setImmediate(more));
          more();
        }),
      ).toBe('unclear: no grpc-status');
    });
    test('silence after the headers', async () => {
      expect(await gRPC((socket) => void socket.write(headers(ok)))).toEqual({ kind: 'timed-out', phase: 'answer' });
    });
    test('an answer that is not gRPC', async () => {
      expect(
        await gRPC((socket) => socket.write(headers({ ':status': '403', 'content-type': 'text/html' }, END_STREAM))),
      ).toEqual({ kind: 'answered', phase: 'answer', status: 403 });
    });
  });
});
