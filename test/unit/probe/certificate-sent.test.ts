// Whether our certificate went out, as our own messages state it: whatever the keys, the suite, the length of the chain and the records it takes.
import type { TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TlsVersion } from '../../../shared/model/names.ts';
import { type Issued, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import type { KeyKind } from '../../../shared/pki/mint/keys.ts';
import { SentCertificate } from '../../../shared/probe/certificate-sent.ts';
import { type Presentable, presentedBytes, secureContext } from '../../../shared/probe/context.ts';
import { ask, keeper, serverOptions, tlsPeer, VALIDITY } from '../../helpers/tls-peers.ts';

const keep = keeper();
const ASKS: TlsOptions = { requestCert: true, rejectUnauthorized: false };
const ECDSA_ONLY: TlsOptions = { ...ASKS, sigalgs: 'ECDSA+SHA256' };

let options: TlsOptions;
let clients: Record<'small' | 'rsa' | 'ml-dsa', Issued>;

beforeAll(async () => {
  options = await serverOptions();
  const authority = await issueAuthority({ subject: 'CN=Clients', validity: VALIDITY });
  const client = (keyKind: KeyKind) => issue({ subject: 'CN=client', validity: VALIDITY, keyKind }, authority);
  const [small, rsa, mlDsa] = [await client('ec-P-256'), await client('rsa-4096'), await client('ml-dsa-87')];
  clients = { small, rsa, 'ml-dsa': mlDsa };
});

const sent = async (identity: Presentable, version: TlsVersion, own: TlsOptions) => {
  const { port } = await keep(
    tlsPeer({ ...options, ...own }, (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    ),
  );
  const context = secureContext(identity, version);
  const seen = await ask(port, { presented: 'client', context, presentedBytes: presentedBytes(identity) });
  expect(seen.tls).toBe(version);
  return [seen.certificateRequested, seen.certificateSent];
};

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  test('asked for and sent', async () => {
    expect(await sent(clients.small, version, ASKS)).toEqual([true, true]);
    expect(await sent(clients.rsa, version, ASKS)).toEqual([true, true]);
  });
  test('not asked for', async () => {
    expect(await sent(clients.rsa, version, {})).toEqual([false, false]);
  });
  test('asked for, and left out: no signature algorithm fits', async () => {
    expect(await sent(clients.rsa, version, ECDSA_ONLY)).toEqual([true, false]);
  });
  test('a chain that takes several records', async () => {
    const [leaf = ''] = clients.rsa.certificatePem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? [];
    const long = { ...clients.rsa, certificatePem: leaf.repeat(42) };
    expect(presentedBytes(long)).toBeGreaterThan(2 * 16_384);
    expect(await sent(long, version, ASKS)).toEqual([true, true]);
    expect(await sent(long, version, ECDSA_ONLY)).toEqual([true, false]);
  });
});

test.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])(
  '%s',
  async (ciphers) => {
    expect(await sent(clients.small, '1.3', { ...ASKS, ciphers })).toEqual([true, true]);
    expect(await sent(clients.rsa, '1.3', { ...ECDSA_ONLY, ciphers })).toEqual([true, false]);
  },
);

test('after a HelloRetryRequest', async () => {
  const retry = { ecdhCurve: 'P-521' };
  expect(await sent(clients.small, '1.3', { ...ASKS, ...retry })).toEqual([true, true]);
  expect(await sent(clients.rsa, '1.3', { ...ECDSA_ONLY, ...retry })).toEqual([true, false]);
});

test('ML-DSA, to a server that takes it and one that does not', async () => {
  expect(await sent(clients['ml-dsa'], '1.3', ASKS)).toEqual([true, true]);
  expect(await sent(clients['ml-dsa'], '1.3', ECDSA_ONLY)).toEqual([true, false]);
});

test('a server key that makes our key exchange longer than the certificate that was left out', async () => {
  const root = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY, keyKind: 'rsa-2048' });
  const server = await issue({ subject: 'CN=server', validity: VALIDITY, keyKind: 'rsa-4096' }, root);
  const key = String(server.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const rsa = { ...ASKS, cert: server.certificatePem, key, ciphers: 'AES128-GCM-SHA256', sigalgs: 'RSA+SHA256' };
  expect(await sent(clients.small, '1.2', rsa)).toEqual([true, false]);
});

describe('bytes that cannot be read', () => {
  const raw = (bytesWritten: number) => ({ bytesWritten }) as ConstructorParameters<typeof SentCertificate>[0];
  test('are counted', () => {
    const count = (bytes: number, requested: boolean) => {
      const socket = raw(100);
      const written = new SentCertificate(socket);
      written.keylog(Buffer.from(`CLIENT_HANDSHAKE_TRAFFIC_SECRET 00 ${'00'.repeat(32)}`));
      written.wrote(Buffer.from([23, 3, 3, 0, 20, ...Array(20).fill(1)]));
      Object.assign(socket, { bytesWritten: 100 + bytes });
      // The ServerHello of a suite that is unknown here (TLS_AES_128_CCM_SHA256).
      const hello = Buffer.concat([Buffer.alloc(35), Buffer.from([0x13, 0x04, 0])]);
      return written.certificate(500, hello, requested, null);
    };
    expect([count(600, true), count(400, true), count(600, false)]).toEqual([true, false, false]);
  });
  test('a first record that is longer than any list without certificates states it', () => {
    const stated = (length: number) => {
      const socket = raw(100);
      const written = new SentCertificate(socket);
      written.keylog(Buffer.from(`CLIENT_HANDSHAKE_TRAFFIC_SECRET 00 ${'00'.repeat(32)}`));
      written.wrote(Buffer.from([20, 3, 3, 0, 1, 1, 23, 3, 3, length >> 8, length & 255, ...Array(length).fill(1)]));
      const hello = Buffer.concat([Buffer.alloc(35), Buffer.from([0x13, 0x01, 0])]);
      return written.certificate(500, hello, true, null);
    };
    // A context may have 255 bytes (RFC 8446 §4.4.2): up to there the record must be read, which these keys cannot.
    expect([stated(280), stated(281)]).toEqual([false, true]);
  });
  test('nothing was to be sent, or no key was derived', () => {
    const written = new SentCertificate(raw(0));
    expect(written.certificate(500, null, true, null)).toBeNull();
    written.keylog(Buffer.from('CLIENT_RANDOM 00 00'));
    expect(written.certificate(0, null, true, null)).toBeNull();
  });
});

describe('messages in clear', () => {
  const record = (...body: readonly number[]) => Buffer.from([22, 3, 3, 0, body.length, ...body]);
  const stated = (...chunks: readonly Buffer[]) => {
    const written = new SentCertificate({ bytesWritten: 0 } as ConstructorParameters<typeof SentCertificate>[0]);
    written.keylog(Buffer.from('CLIENT_RANDOM 00 00'));
    for (const chunk of chunks) written.wrote(chunk);
    return written.certificate(1, null, true, null);
  };
  test('a list, an empty list, a compressed one, none', () => {
    expect(stated(record(11, 0, 0, 6, 0, 0, 3, 0, 0, 0))).toBe(true);
    expect(stated(record(11, 0, 0, 3, 0, 0, 0))).toBe(false);
    expect(stated(record(25, 0, 0, 6, 0, 1, 0, 2, 0, 9))).toBe(true);
    expect(stated(record(25, 0, 0, 6, 0, 1, 0, 0, 4, 9))).toBe(false);
    expect(stated(record(1, 0, 0, 0), record(16, 0, 0, 0))).toBe(false);
  });
  test('asked for in a renegotiation, which is encrypted: counted', () => {
    const socket = { bytesWritten: 100 } as ConstructorParameters<typeof SentCertificate>[0];
    const written = new SentCertificate(socket);
    written.keylog(Buffer.from('CLIENT_RANDOM 00 00'));
    for (const chunk of [record(1, 0, 0, 0), record(16, 0, 0, 0), Buffer.from([20, 3, 3, 0, 1, 1])])
      written.wrote(chunk);
    Object.assign(socket, { bytesWritten: 1000 });
    expect(written.certificate(500, null, true, null)).toBe(true);
    expect(written.certificate(5000, null, true, null)).toBe(false);
    expect(written.certificate(500, null, false, null)).toBe(false);
  });
  test('what goes on after it is not read', () => {
    const megabyte = Buffer.alloc(1_048_576, 0xff);
    expect(stated(record(11, 0, 0, 6, 0, 0, 3, 0, 0, 0), Buffer.from([20, 3, 3, 0, 1, 1]), megabyte)).toBe(true);
  });
});
