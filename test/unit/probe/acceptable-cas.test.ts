// The CAs that a relying party names in its CertificateRequest: clear under TLS 1.2, encrypted under 1.3.
import type { TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateFacts } from '../../../shared/model/certificate.ts';
import type { TlsVersion } from '../../../shared/model/names.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { acceptableCas } from '../../../shared/pki/x509/acceptable-cas.ts';
import { certificateFacts, certificatesOfPem } from '../../../shared/pki/x509/certificate.ts';
import { secureContext } from '../../../shared/probe/context.ts';
import { ServerFlight } from '../../../shared/probe/server-flight.ts';
import { ask, keeper, serverOptions, tlsPeer, VALIDITY } from '../../helpers/tls-peers.ts';

const keep = keeper();
let options: TlsOptions;
let named: readonly Authority[];
let client: readonly CertificateFacts[];

beforeAll(async () => {
  options = await serverOptions();
  named = await Promise.all(
    ['CN=Clients,O=Example', 'CN=Old clients'].map((subject) => issueAuthority({ subject, validity: VALIDITY })),
  );
  const issued = await issue({ subject: 'CN=client', validity: VALIDITY }, named[0]!);
  client = certificatesOfPem(issued.certificatePem).map(certificateFacts);
});

const namesOf = async (version: TlsVersion, own: TlsOptions) => {
  const { port } = await keep(
    tlsPeer({ ...options, ...own }, (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
  );
  return (await ask(port, { context: secureContext(null, version) })).acceptableCas;
};
const asks = { requestCert: true, rejectUnauthorized: false };

describe.each(['1.2', '1.3'] as const)('TLS %s', (version) => {
  test('the digest is of the names, whatever their order', async () => {
    const found = await namesOf(version, { ...asks, ca: named.map(({ certificatePem }) => certificatePem) });
    const { sha256 } = acceptableCas(found!, client);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(acceptableCas(found!.toReversed(), client).sha256).toBe(sha256);
    expect(acceptableCas(found!.slice(1), client).sha256).not.toBe(sha256);
  });
  test('each name, in its order', async () => {
    const found = await namesOf(version, { ...asks, ca: named.map(({ certificatePem }) => certificatePem) });
    expect(acceptableCas(found!, client)).toMatchObject({
      names: ['CN=Clients, O=Example', 'CN=Old clients'],
      total: 2,
      includesControlIssuer: true,
    });
  });
  test('a refused client has seen them', async () => {
    const found = await namesOf(version, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: [named[1]!.certificatePem],
    });
    expect(acceptableCas(found!, client)).toMatchObject({
      names: ['CN=Old clients'],
      total: 1,
      includesControlIssuer: false,
    });
  });
  test('a server that asks nobody names none', async () => {
    expect(await namesOf(version, {})).toBeUndefined();
  });
});

describe('bytes of a hostile server', () => {
  const read = (...body: readonly number[]) => {
    const flight = new ServerFlight();
    flight.see(Buffer.from([22, 3, 3, 0, body.length + 4, 13, 0, 0, body.length, ...body]));
    return flight.listed(10).acceptableCas?.map((name) => [...name]) ?? null;
  };
  test('as RFC 5246 §7.4.4 has it', () => {
    expect(read(1, 64, 0, 2, 4, 3, 0, 0)).toEqual([]);
    expect(read(1, 64, 0, 2, 4, 3, 0, 4, 0, 2, 48, 0)).toEqual([[48, 0]]);
  });
  test('an observation keeps a name’s bytes and no more', () => {
    const flight = new ServerFlight();
    flight.see(Buffer.from([22, 3, 3, 0, 16, 13, 0, 0, 12, 1, 64, 0, 2, 4, 3, 0, 4, 0, 2, 48, 0]));
    expect(flight.listed(10).acceptableCas?.map((name) => name.buffer.byteLength)).toEqual([2]);
  });
  test.each([
    ['nothing', []],
    ['algorithms that lead out', [1, 64, 0, 9, 4, 3]],
    ['a list that leads out', [1, 64, 0, 2, 4, 3, 0, 9, 0, 2, 48, 0]],
    ['a name that leads out', [1, 64, 0, 2, 4, 3, 0, 4, 0, 9, 48, 0]],
    ['half a length', [1, 64, 0, 2, 4, 3, 0, 1, 0]],
  ])('%s', (_name, body) => {
    expect(read(...body)).toBeNull();
  });
});

describe('names in words', () => {
  const name = (value: string, tag = 0x0c) => {
    const bytes = Buffer.from(value, 'latin1');
    const attribute = [0x06, 3, 0x55, 4, 3, tag, bytes.length, ...bytes];
    const set = [0x30, attribute.length, ...attribute];
    return Uint8Array.from([0x30, set.length + 2, 0x31, set.length, ...set]);
  };
  test('another string type, case and blanks make no other name', () => {
    const issuer = client[0]!;
    const of = (value: string, tag: number) => {
      const facts = { ...issuer, der: issuer.der };
      return acceptableCas([name(value, tag)], [facts]).includesControlIssuer;
    };
    // The client's issuer has an organization too.
    expect(of('Clients', 0x13)).toBe(false);
    const bare = acceptableCas(
      [name('old  CLIENTS', 0x13)],
      certificatesOfPem(named[1]!.certificatePem).map(certificateFacts),
    );
    expect(bare.includesControlIssuer).toBe(true);
  });
  test('what would move a terminal, what is long, and what is no name', () => {
    expect(acceptableCas([name('a\u001b[2Jb')], null).names).toEqual(['CN=a?[2Jb']);
    expect(acceptableCas([name('x'.repeat(110))], null).names[0]).toHaveLength(113);
    expect(acceptableCas([Uint8Array.of(48, 9)], client)).toMatchObject({
      names: ['#3009'],
      total: 1,
      includesControlIssuer: false,
    });
    expect(acceptableCas(Array(40).fill(name('x')), client)).toMatchObject({ names: { length: 10 }, total: 40 });
  });
  test('nothing named, or no control: nothing to tell', () => {
    expect(acceptableCas([], client).includesControlIssuer).toBeNull();
    expect(acceptableCas([name('x')], null).includesControlIssuer).toBeNull();
    expect(acceptableCas([name('x')], []).includesControlIssuer).toBeNull();
  });
});
