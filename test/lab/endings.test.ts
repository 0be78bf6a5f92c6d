// Every ending of one connection, told apart: by real TLS servers and by peers that misbehave.
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ended } from '../../shared/model/probe.ts';
import { DAY } from '../../shared/model/time.ts';
import { type Authority, issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import { secureContext } from '../../shared/probe/context.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { listen, type Peer, peer } from '../helpers/peers.ts';
import { freePort } from '../helpers/ports.ts';
import { aTarget } from '../helpers/target.ts';

const TIMEOUT = 700;
const validity = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };
const started: Peer[] = [];
let authority: Authority;
let server: TlsOptions;

beforeAll(async () => {
  authority = await issueAuthority({ subject: 'CN=Root', validity });
  const { certificatePem, privateKey } = await issue(
    { subject: 'CN=server', validity, altNames: [{ dns: 'localhost' }], extendedKeyUsage: ['serverAuth'] },
    authority,
  );
  server = {
    cert: certificatePem,
    key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    ca: authority.certificatePem,
  };
});
afterAll(() => Promise.all(started.map(({ stop }) => stop())));

const keep = async (made: Promise<Peer>): Promise<Peer> => {
  const up = await made;
  started.push(up);
  return up;
};
const tls = (own: TlsOptions, onConnection: (socket: TLSSocket) => void) => {
  const made = createTlsServer({ ...server, ...own }, onConnection);
  made.on('tlsClientError', () => {});
  return keep(listen(made));
};

const ask = (port: number, own: Partial<ProbeTarget> = {}) =>
  runProbe(aTarget(port, { timeout: TIMEOUT, ...own }), Date.now);
const endedOf = async (port: number, own: Partial<ProbeTarget> = {}): Promise<Ended> => (await ask(port, own)).ended;

describe('peers that never finish a handshake', () => {
  test('nothing listens', async () => {
    expect(await endedOf(await freePort())).toEqual({
      kind: 'unreachable',
      phase: 'connect',
      at: 'tcp',
      reason: 'ECONNREFUSED',
    });
  });
  test('a port that speaks SSH', async () => {
    const { port } = await keep(peer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await endedOf(port)).toMatchObject({ kind: 'not-tls', phase: 'handshake' });
  });
  test('a server that accepts and never answers ends at the deadline', async () => {
    const { port } = await keep(peer(() => {}));
    const begun = performance.now();
    expect(await endedOf(port)).toEqual({ kind: 'timed-out', phase: 'connect' });
    expect(performance.now() - begun).toBeLessThan(TIMEOUT * 2);
  });
  test('one byte a second does not keep it alive', async () => {
    const { port } = await keep(
      peer((socket) => {
        const timer = setInterval(() => socket.write(Buffer.from([0x16])), 100);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    expect((await endedOf(port)).kind).toMatch(/timed-out|not-tls/);
  });
  test('a close at accept is no refusal: it comes before the first byte', async () => {
    const { port } = await keep(peer((socket) => socket.end()));
    expect(await endedOf(port)).toEqual({ kind: 'closed', phase: 'connect', how: 'fin' });
  });
  test('a reset at accept neither', async () => {
    const { port } = await keep(peer((socket) => socket.resetAndDestroy()));
    const ended = await endedOf(port);
    expect(ended).toMatchObject({ phase: 'connect' });
    expect(['closed', 'unreachable']).toContain(ended.kind);
  });
  test('a close after half a record', async () => {
    const { port } = await keep(
      peer((socket) => {
        socket.write(Buffer.from([0x16, 0x03, 0x03, 0x00, 0x50, 0x02]));
        setTimeout(() => socket.end(), 50);
      }),
    );
    expect(await endedOf(port)).toEqual({ kind: 'closed', phase: 'handshake', how: 'fin' });
  });
  test('a TLS alert instead of a handshake', async () => {
    const { port } = await keep(peer((socket) => socket.end(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]))));
    expect(await endedOf(port)).toEqual({
      kind: 'alerted',
      phase: 'handshake',
      alert: 'handshake_failure',
      number: 40,
    });
  });
});

describe('servers that judge the client', () => {
  test('certificate_required in TLS 1.3, handshake_failure in TLS 1.2, and the chain is read in both', async () => {
    const { port } = await tls({ requestCert: true, rejectUnauthorized: true }, (socket) => socket.end('x'));
    const [newer, older] = [
      await ask(port, { context: secureContext(null, '1.3') }),
      await ask(port, { context: secureContext(null, '1.2') }),
    ];
    expect([newer.ended, newer.tls, newer.certificateRequested, newer.servedChain[0]?.subject]).toEqual([
      { kind: 'alerted', phase: 'request', alert: 'certificate_required', number: 116 },
      '1.3',
      true,
      'CN=server',
    ]);
    expect([older.ended, older.certificateRequested, older.servedChain[0]?.subject]).toEqual([
      { kind: 'alerted', phase: 'handshake', alert: 'handshake_failure', number: 40 },
      true,
      'CN=server',
    ]);
  });
  test('a close without a TLS alert for a stranger’s certificate', async () => {
    const stranger = await issueAuthority({ subject: 'CN=Stranger', validity });
    const identity = await issue({ subject: 'CN=x', validity }, stranger);
    const { port } = await tls({ requestCert: true, rejectUnauthorized: true }, (socket) => socket.end('x'));
    const endings = [
      await endedOf(port, { context: secureContext(identity, '1.3') }),
      await endedOf(port, { context: secureContext(identity, '1.2') }),
    ];
    expect(endings).toMatchObject([
      { kind: 'closed', phase: 'request' },
      { kind: 'closed', phase: 'handshake' },
    ]);
  });
  test('an answer without having asked for a certificate', async () => {
    const { port } = await tls({}, (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
    const observation = await ask(port);
    expect([observation.ended, observation.answer?.body, observation.certificateRequested]).toEqual([
      { kind: 'answered', phase: 'answer', status: 200 },
      'hi',
      false,
    ]);
  });
  test.each<[string, (socket: TLSSocket) => void, object]>([
    [
      'a close after the request',
      (socket) => socket.once('data', () => socket.end()),
      { kind: 'closed', phase: 'request' },
    ],
    ['half a status line, then a close', (socket) => socket.end('HTTP/1.1 20'), { kind: 'closed', phase: 'answer' }],
    [
      'half a status line, then silence',
      (socket) => void socket.write('HTTP/1.1 20'),
      { kind: 'timed-out', phase: 'answer' },
    ],
    [
      'a whole status line, then silence: an answer',
      (socket) => void socket.write('HTTP/1.1 403 Forbidden\r\n'),
      { kind: 'answered', status: 403 },
    ],
    ['silence after the handshake', () => {}, { kind: 'timed-out', phase: 'request' }],
    [
      'an endless body',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(300_000)}`),
      { kind: 'answered', status: 200 },
    ],
    [
      'another protocol inside TLS',
      (socket) => void socket.write('220 mail ESMTP\r\n'),
      { kind: 'answered', protocol: 'unknown', detail: '220 mail ESMTP\\r\\n' },
    ],
  ])('%s', async (_what, onConnection, expected) => {
    const { port } = await tls({}, (socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    expect(await endedOf(port)).toMatchObject(expected);
  });
});

describe('secrets', () => {
  const header = async (trusts: boolean, context = secureContext(null, null)) => {
    let seen = '';
    const record = (socket: {
      once: (event: 'data', listener: (chunk: Buffer) => void) => void;
      end: (text: string) => void;
    }) =>
      socket.once('data', (chunk) => {
        seen = chunk.toString();
        socket.end('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n');
      });
    const { port } = context === null ? await keep(peer(record)) : await tls({}, record);
    const { withheld } = await ask(port, {
      context,
      secretHeaders: { authorization: 'Bearer s3cret' },
      trusts: () => trusts,
    });
    return { written: seen.includes('s3cret'), withheld };
  };
  test('are written to a verified server only', async () => {
    expect(await header(true)).toEqual({ written: true, withheld: [] });
    expect(await header(false)).toEqual({ written: false, withheld: ['authorization'] });
  });
  test('are not shown where the server repeats them', async () => {
    const { port } = await tls({}, (socket) => socket.once('data', () => socket.end('s3cret, you said\r\n')));
    const secretHeaders = { authorization: 'Bearer s3cret' };
    expect(await endedOf(port, { secretHeaders, trusts: () => true })).toMatchObject({ kind: 'answered', detail: '…' });
  });
  test('are never written without TLS', async () => {
    expect(await header(true, null as never)).toEqual({ written: false, withheld: ['authorization'] });
  });
});

describe('without TLS', () => {
  test('alert bytes, an answer, a close and silence are told apart', async () => {
    const plain = (onConnection: Parameters<typeof peer>[0]) =>
      keep(peer(onConnection)).then(({ port }) => endedOf(port, { context: null }));
    const strict = await tls({ requestCert: true }, () => {});
    expect([
      await endedOf(strict.port, { context: null }),
      await plain((socket) => socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]))),
      await plain((socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\nplain HTTP')),
      await plain(() => {}),
    ]).toMatchObject([
      { kind: 'closed' },
      { kind: 'alerted', number: 70 },
      { kind: 'answered', status: 400 },
      { kind: 'timed-out', phase: 'request' },
    ]);
  });
});
