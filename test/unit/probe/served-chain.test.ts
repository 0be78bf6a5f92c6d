// The certificates as a server sends them, however odd their list is: read from the connection's own bytes, in both versions and with every suite.
import { connect, type TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Authority, type Issued, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { secureContext } from '../../../shared/probe/context.ts';
import { readServedChain } from '../../../shared/probe/served-chain.ts';
import { ServerFlight } from '../../../shared/probe/server-flight.ts';
import { ask, keeper, tlsPeer, VALIDITY } from '../../helpers/tls-peers.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;
const blocks = (pem: string) => pem.match(BLOCK) ?? [];
const keep = keeper();

let leaf: Issued;
let served: Record<string, readonly string[]>;
let root: Authority;

beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY });
  const first = await issueAuthority({ subject: 'CN=First', validity: VALIDITY }, { parent: root });
  const second = await issueAuthority({ subject: 'CN=Second', validity: VALIDITY }, { parent: first });
  // The same name, another key: what links by name takes it for the issuer.
  const namesake = await issueAuthority({ subject: 'CN=Second', validity: VALIDITY }, { parent: first });
  const stranger = await issueAuthority({ subject: 'CN=Stranger', validity: VALIDITY });
  leaf = await issue(
    { subject: 'CN=server', validity: VALIDITY, altNames: [{ dns: 'localhost' }], extendedKeyUsage: ['serverAuth'] },
    second,
  );
  const own = blocks(leaf.certificatePem)[0]!;
  const [a, b, x, n, r] = [second, first, stranger, namesake, root].map(({ certificatePem }) => certificatePem) as [
    string,
    string,
    string,
    string,
    string,
  ];
  served = {
    'the leaf alone': [own],
    'in order': [own, a, b],
    'with its root': [own, a, b, r],
    reversed: [own, r, b, a],
    'a stranger first': [own, x, a, b],
    'strangers only': [own, x],
    'a stranger last': [own, a, b, x],
    duplicates: [own, own, a, a, b],
    namesakes: [own, n, a, b],
    'so many that they take two records, of which a hundred are read': [
      own,
      ...Array.from({ length: 60 }, () => [a, x]).flat(),
    ],
  };
});

const derOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64').toString('hex');
const start = (list: readonly string[], options: TlsOptions = {}) =>
  keep(
    tlsPeer(
      {
        cert: list.join(''),
        key: String(leaf.privateKey.export({ format: 'pem', type: 'pkcs8' })),
        ca: root.certificatePem,
        ...options,
      },
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ),
  );
const chainOf = async (port: number, version: '1.2' | '1.3') => {
  const { servedChain, tls } = await ask(port, { context: secureContext(null, version) });
  expect(tls).toBe(version);
  return servedChain.map(({ der }) => Buffer.from(der).toString('hex'));
};

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  test('any list, as it was sent', async () => {
    for (const [name, list] of Object.entries(served)) {
      const { port } = await start(list);
      expect([name, await chainOf(port, version)]).toEqual([name, list.slice(0, 100).map(derOf)]);
    }
  });
  test('after a CertificateRequest that names many authorities', async () => {
    const names = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        issueAuthority({ subject: `CN=One of many authorities ${index}`, validity: VALIDITY }),
      ),
    );
    const { port } = await start(served['in order']!, {
      requestCert: true,
      rejectUnauthorized: false,
      ca: names.map(({ certificatePem }) => certificatePem),
    });
    expect(await chainOf(port, version)).toEqual(served['in order']!.map(derOf));
  });
});

test.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])(
  '%s',
  async (ciphers) => {
    const { port } = await start(served['a stranger first']!, { ciphers, minVersion: 'TLSv1.3' });
    expect(await chainOf(port, '1.3')).toEqual(served['a stranger first']!.map(derOf));
  },
);

test.each(['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'])(
  'a server that takes no other group than %s',
  async (ecdhCurve) => {
    const { port } = await start(served['in order']!, { ecdhCurve, minVersion: 'TLSv1.3' });
    expect(await chainOf(port, '1.3')).toEqual(served['in order']!.map(derOf));
  },
);

test('after a HelloRetryRequest', async () => {
  const { port } = await start(served['in order']!, { ecdhCurve: 'P-521', minVersion: 'TLSv1.3' });
  expect(await chainOf(port, '1.3')).toEqual(served['in order']!.map(derOf));
});

test('a client that TLS 1.2 turns away has seen the chain', async () => {
  const { port } = await start(served['in order']!, {
    requestCert: true,
    rejectUnauthorized: true,
    maxVersion: 'TLSv1.2',
  });
  expect(await chainOf(port, '1.2')).toEqual(served['in order']!.map(derOf));
});

test('bytes that cannot be read here: as node:tls keeps them', async () => {
  const { port } = await start(served['a stranger first']!);
  const socket = connect({
    port,
    host: '127.0.0.1',
    secureContext: secureContext(null, '1.3'),
    rejectUnauthorized: false,
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const unread = new ServerFlight();
  unread.over();
  expect(readServedChain(unread.listed(10), socket).map(({ subject }) => subject)).toEqual([
    'CN=server',
    'CN=Stranger',
    'CN=Second',
    'CN=First',
  ]);
  socket.destroy();
});

describe('bytes of a hostile server', () => {
  const read = (...bytes: readonly number[]) => {
    const flight = new ServerFlight();
    flight.see(Buffer.from(bytes));
    return flight.listed(10).certificates;
  };
  test.each([
    ['none', []],
    ['half a record', [22, 3, 3, 0, 9, 11]],
    ['half a message', [22, 3, 3, 0, 4, 11, 0, 0, 9]],
    ['a list that is shorter than it says', [22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 9]],
    ['a certificate that is longer than its list', [22, 3, 3, 0, 10, 11, 0, 0, 6, 0, 0, 3, 0, 1, 0]],
  ])('%s', (_name, bytes) => {
    expect(read(...bytes)).toBeNull();
  });
  test('a message after the keys changed is none', () => {
    expect(read(20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 0)).toBeNull();
    expect(read(22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 0)).toEqual([]);
  });
  test('no more is kept than a handshake needs', () => {
    const flight = new ServerFlight();
    flight.see(Buffer.from([22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 0]));
    for (let count = 0; count < 5; count += 1) flight.see(Buffer.alloc(65_536, 22));
    expect(flight.listed(10).certificates).toBeNull();
  });
});
