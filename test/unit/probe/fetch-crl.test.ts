import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchCrl } from '../../../shared/probe/fetch-crl.ts';
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
    ['silence', () => {}, 'no answer within 300 ms'],
    ['a drip', (_, response) => void response.write('0'), 'no answer within 300 ms'],
  ])('%s', async (_, answer, reason) => {
    expect(await fetchCrl(await serving(answer), 300, 1000)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });
  test('nobody there', async () => {
    const port = await freePort();
    expect(await fetchCrl(`http://127.0.0.1:${port}/`)).toEqual({
      ok: false,
      reason: 'it cannot be fetched (ECONNREFUSED)',
    });
  });
});
