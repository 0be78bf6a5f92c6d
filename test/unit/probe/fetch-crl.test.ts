import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchCrl } from '../../../shared/probe/fetch-crl.ts';
import { guardOf } from '../../../shared/probe/refused-addresses.ts';
import { freePort, listen, type Peer } from '../../helpers/peers.ts';

let server: Peer | null = null;
afterEach(() => server?.stop());
const serving = async (answer: RequestListener) => {
  server = await listen(createServer(answer));
  return `http://127.0.0.1:${server.port}/corp.crl`;
};

describe('a CRL from a URL', () => {
  test('its bytes', async () => {
    const url = await serving((_, response) => response.end(Buffer.from([0x30, 0x80, 0xff])));
    expect(await fetchCrl(url)).toEqual({ ok: true, bytes: Uint8Array.of(0x30, 0x80, 0xff) });
  });
  test.each<[string, RequestListener, string]>([
    ['an error', (_, response) => response.writeHead(404).end('no'), 'answered 404'],
    [
      'a redirect is not followed',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'answered 302',
    ],
    ['too much', (_, response) => response.end(Buffer.alloc(2000)), 'more than 1000 bytes'],
  ])('%s', async (_, answer, reason) => {
    expect(await fetchCrl(await serving(answer), { most: 1000 })).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });
  // However slow the machine is, these are silent for longer.
  test.each<[string, RequestListener]>([
    ['silence', () => {}],
    ['a drip', (_, response) => void response.write('0')],
  ])('%s', async (_, answer) => {
    expect(await fetchCrl(await serving(answer), { timeout: 300 })).toEqual({
      ok: false,
      reason: expect.stringContaining('no answer within 300 ms'),
    });
  });
  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://2852039166/',
    'http://[fe80::1]/',
  ])('metadata: %s', async (url) => {
    expect(await fetchCrl(url)).toEqual({
      ok: false,
      reason: expect.stringMatching(/^it cannot be fetched \(\S+ (is link-local|belongs to the metadata)/),
    });
  });
  test('the runtime API, by any of its addresses and names: nothing is asked', async () => {
    let asked = 0;
    const { port } = new URL(
      await serving((_, response) => {
        asked += 1;
        response.end('no');
      }),
    );
    const guard = guardOf(`127.0.0.1:${port}`);
    for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '[::ffff:127.0.0.1]', '2130706433']) {
      const fetched = await fetchCrl(`http://${host}:${port}/2018-06-01/runtime/invocation/next`, { guard });
      expect([host, fetched]).toEqual([host, { ok: false, reason: expect.stringContaining('runtime API') }]);
    }
    expect(asked).toBe(0);
  });
  test('a name is resolved once: what was looked at is what is connected to', async () => {
    const { port } = new URL(await serving((_, response) => response.end('crl')));
    let resolved = 0;
    const resolve = async () => {
      resolved += 1;
      return { ok: true, ips: ['169.254.169.254', '127.0.0.1'] } as const;
    };
    expect(await fetchCrl(`http://crl.invalid:${port}/`, { resolve })).toMatchObject({ ok: true });
    expect(resolved).toBe(1);
  });
  test('a user and a password in the URL are not sent', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serving(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end('crl');
    });
    await fetchCrl(url.replace('http://', 'http://me:word@'));
    expect(seen).toEqual([undefined]);
  });
  test('nobody there', async () => {
    const port = await freePort();
    expect(await fetchCrl(`http://127.0.0.1:${port}/`)).toEqual({
      ok: false,
      reason: 'it cannot be fetched (ECONNREFUSED)',
    });
  });
});
