/** What only some protocols have: bytes before TLS, a window, secrets; and what went out of our certificate. */
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import type { KeyKind } from '../../shared/pki/mint/keys.ts';
import { presentedBytes, secureContext } from '../../shared/probe/context.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { http1 } from '../../shared/protocol/http1.ts';
import { http2 } from '../../shared/protocol/http2.ts';
import { speakerOf } from '../../shared/protocol/protocols.ts';
import { listen, peer } from '../helpers/peers.ts';
import { ask, endedOf, keeper, serverOptions, tlsPeer, VALIDITY } from '../helpers/tls-peers.ts';
import { framePeer, headers } from './servers/http2-frames.ts';

const get = { method: 'GET', path: '/', host: 'localhost', headers: {}, body: null };
const keep = keeper();
let options: TlsOptions;
beforeAll(async () => {
  options = await serverOptions();
});

describe.each([{ listenFirst: false }, { listenFirst: true }])('listening first: $listenFirst', (own) => {
  const tls = async (act: (socket: TLSSocket) => void, target: Partial<ProbeTarget>) =>
    ask((await keep(tlsPeer(options, act))).port, { ...own, ...target });

  describe('PostgreSQL before TLS', () => {
    const speaker = speakerOf({ kind: 'postgres', user: 'u', database: 'd' }, get);
    const replied = async (reply: string, then: 'end' | 'stay' = 'stay') => {
      const { port } = await keep(
        peer((socket) => socket.once('data', () => (then === 'end' ? socket.end(reply) : socket.write(reply)))),
      );
      return endedOf(port, { speaker, ...own });
    };
    test('N, E, and bytes behind the S', async () => {
      const reason = (text: string) => ({ kind: 'not-tls', phase: 'handshake', reason: text });
      expect(await replied('N')).toEqual(reason('the server offers no TLS'));
      expect(await replied('SRinjected')).toEqual(reason('no reply to SSLRequest: SRinjected'));
      expect(await replied('EFATAL')).toEqual(reason('no reply to SSLRequest: EFATAL'));
    });
    test('silence, an S and silence, an S and a close: before the first handshake byte', async () => {
      expect(await replied('')).toEqual({ kind: 'timed-out', phase: 'connect' });
      expect(await replied('S')).toEqual({ kind: 'timed-out', phase: 'connect' });
      expect(await replied('S', 'end')).toEqual({ kind: 'closed', phase: 'connect', how: 'fin' });
    });
    test('a slow S, then TLS', async () => {
      const inner = createTlsServer(options, (socket) =>
        socket.once('data', () => socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]))),
      );
      const { port } = await keep(
        peer((socket) =>
          socket.once('data', () => {
            socket.pause();
            setTimeout(() => {
              socket.write('S');
              inner.emit('connection', socket);
            }, 100);
          }),
        ),
      );
      const seen = await ask(port, { speaker, ...own });
      expect(seen.answer).toMatchObject({ protocol: 'postgres', meaning: 'serves', like: 'ok' });
    });
  });

  describe('bytes of any protocol', () => {
    const speaker = (expected: string | null, send: string | null = null) =>
      speakerOf({ kind: 'tls', window: 150, send, expect: expected }, get);
    test('open through the window, with what came for the patterns', async () => {
      const silent = await tls(() => {}, { speaker: speaker(null) });
      const said = await tls((socket) => socket.write('denied'), { speaker: speaker(null) });
      expect(silent.answer).toMatchObject({ meaning: 'serves', like: 'open', body: '' });
      expect(said.answer).toMatchObject({ meaning: 'serves', like: 'open', body: 'denied' });
    });
    test('data, then a close: the data', async () => {
      const seen = await tls((socket) => socket.end('bye'), { speaker: speaker(null) });
      expect(seen.answer).toMatchObject({ meaning: 'asks', body: 'bye' });
    });
    test('what is sent and what is expected, in pieces', async () => {
      const seen = await tls(
        (socket) =>
          socket.once('data', (chunk) => {
            socket.write(`${chunk.toString()}:rea`);
            setTimeout(() => socket.write('dy'), 60);
          }),
        { speaker: speaker('hi:ready', 'hi') },
      );
      expect(seen.answer).toMatchObject({ meaning: 'serves', like: 'expected' });
    });
    test('a close within the window is no answer', async () => {
      const seen = await tls((socket) => socket.end(), { speaker: speaker(null) });
      expect(seen.ended).toMatchObject({ kind: 'closed', phase: 'request' });
    });
  });

  test('secrets that come back are taken out', async () => {
    const secretHeaders = { 'x-token': 's3cret-value' };
    const target = { secretHeaders, trusts: () => true };
    const echo = (socket: TLSSocket) =>
      socket.once('data', (chunk) => socket.end(`HTTP/1.1 302 Found\r\nLocation: /?t=s3cret-value\r\n\r\n${chunk}`));
    const http = await tls(echo, { ...target, speaker: http1(get) });
    expect([http.answer?.body.includes('x-token: …'), JSON.stringify(http).includes('s3cret')]).toEqual([true, false]);
    const fields = { ':status': '200', 'content-type': 'application/grpc', 'grpc-status': '7' };
    const { port } = await keep(
      framePeer(options, (socket) => socket.write(headers({ ...fields, 'grpc-message': 'no: s3cret-value' }, 1))),
    );
    const seen = await ask(port, { ...target, ...own, speaker: speakerOf({ kind: 'grpc', service: '' }, get) });
    expect([seen.ended.kind, JSON.stringify(seen).includes('s3cret')]).toEqual(['answered', false]);
  });

  test.each(['1.2', '1.3'] as const)('CBC or not, close_notify is told from a FIN: %s', async (version) => {
    const ciphers = version === '1.2' ? { ciphers: 'ECDHE-ECDSA-AES128-SHA' } : {};
    const context = secureContext(null, version);
    const polite = await keep(tlsPeer({ ...options, ...ciphers }, (socket) => socket.end()));
    expect(await endedOf(polite.port, { context, ...own })).toEqual({
      kind: 'closed',
      phase: 'request',
      how: 'close-notify',
    });
  });

  describe('our certificate', () => {
    const identityOf = async (keyKind: KeyKind) =>
      issue(
        { subject: 'CN=client', validity: VALIDITY, keyKind },
        await issueAuthority({ subject: 'CN=x', validity: VALIDITY }),
      );
    test.each(['1.2', '1.3'] as const)('went out, was not asked for, or fits no algorithm: TLS %s', async (version) => {
      const sent = async (server: TlsOptions, keyKind: KeyKind, speaker: ProbeTarget['speaker']) => {
        const identity = await identityOf(keyKind);
        const all = { ...options, ...server, ALPNProtocols: ['h2', 'http/1.1'] };
        const { port } = await keep(
          listen(createTlsServer(all, (socket) => socket.on('error', () => {})).on('tlsClientError', () => {})),
        );
        const target = { context: secureContext(identity, version), presentedBytes: presentedBytes(identity) };
        const seen = await ask(port, { presented: 'x', speaker, ...target, ...own });
        return [seen.certificateRequested, seen.certificateSent];
      };
      const asks = { requestCert: true, rejectUnauthorized: false };
      for (const speaker of [http1(get), http2(get)]) {
        expect(await sent(asks, 'ec-P-256', speaker)).toEqual([true, true]);
        expect(await sent({}, 'ec-P-256', speaker)).toEqual([false, false]);
        const ecdsaOnly = { ...asks, sigalgs: 'ECDSA+SHA256' };
        expect(await sent(ecdsaOnly, 'rsa-2048', speaker)).toEqual([true, false]);
      }
    });
  });
});
