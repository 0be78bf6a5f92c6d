import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type FetchFault, fetchCrl } from '../../../shared/probe/fetch-crl.ts';
import { type Guard, guardOf } from '../../../shared/probe/refused-addresses.ts';
import { listen, type Peer } from '../../helpers/peers.ts';
import { freePort } from '../../helpers/ports.ts';

let server: Peer | null = null;
afterEach(() => server?.stop());
const serving = async (answer: RequestListener) => {
  server = await listen(createServer(answer));
  return `http://127.0.0.1:${server.port}/corp.crl`;
};
const redirect =
  (location: string): RequestListener =>
  (_, response) =>
    response.writeHead(302, { location }).end();
const zipped =
  (bytes: Uint8Array): RequestListener =>
  (_, response) =>
    response.setHeader('content-encoding', 'gzip').end(gzipSync(bytes));
const dripping: RequestListener = (_, response) => {
  const timer = setInterval(() => response.write('0'), 50);
  response.on('close', () => clearInterval(timer));
};

describe('a CRL from a URL', () => {
  test('its bytes', async () => {
    const url = await serving((_, response) => response.end(Buffer.from([0x30, 0x80, 0xff])));
    expect(await fetchCrl(url)).toEqual({ ok: true, bytes: Uint8Array.of(0x30, 0x80, 0xff) });
  });
  test.each<[string, RequestListener, FetchFault, string]>([
    ['an error', (_, response) => response.writeHead(404).end('no'), 'not-found', 'answered 404'],
    ['not modified', (_, response) => response.writeHead(304).end(), 'not-found', 'answered 304'],
    ['a redirect to metadata', redirect('http://169.254.169.254/'), 'address-refused', '169.254.169.254 is link-local'],
    ['a redirect to a file', redirect('file:///etc/hosts'), 'redirects', 'file:'],
    ['a redirect to nowhere', redirect('http://['), 'redirects', 'cannot be read'],
    ['a redirect without a place', (_, response) => response.writeHead(302).end(), 'redirects', 'answered 302'],
    ['a redirect to itself', redirect('/corp.crl'), 'redirects', 'more than 5 redirects'],
    ['too much', (_, response) => response.end(Buffer.alloc(2000)), 'too-large', 'more than 1000 bytes'],
    ['too much, packed', zipped(Buffer.alloc(2000)), 'too-large', 'more than 1000 bytes'],
    ['no gzip', (_, response) => response.setHeader('content-encoding', 'gzip').end('0'), 'damaged', 'gzip'],
  ])('%s', async (_, answer, fault, reason) => {
    expect(await fetchCrl(await serving(answer), { most: 1000 })).toEqual({
      ok: false,
      fault,
      reason: expect.stringContaining(reason),
    });
  });
  // However slow the machine is, these are silent for longer.
  test.each<[string, RequestListener, FetchFault, string]>([
    ['silence', () => {}, 'too-slow', 'no answer within 300 ms'],
    ['a drip that stops', (_, response) => void response.write('0'), 'too-slow', 'no answer within 300 ms'],
    ['a drip', dripping, 'too-slow', 'not complete within 900 ms'],
  ])('%s', async (_, answer, fault, reason) => {
    expect(await fetchCrl(await serving(answer), { timeout: 300, most: 1000 })).toEqual({
      ok: false,
      fault,
      reason: expect.stringContaining(reason),
    });
  });
  test.each([301, 302, 303, 307, 308])('%i is followed, five times', async (status) => {
    const url = await serving(({ url: path = '' }, response) => {
      const hop = Number(path.slice(1));
      if (hop === 5) response.end('crl');
      else response.writeHead(status, { location: `${hop + 1}` }).end('moved');
    });
    expect(await fetchCrl(new URL('/0', url).href)).toEqual({ ok: true, bytes: new Uint8Array(Buffer.from('crl')) });
    expect(await fetchCrl(new URL('/-1', url).href)).toMatchObject({ fault: 'redirects' });
  });
  test('the guard looks at each hop, and the token of a redirect is not shown', async () => {
    const url = await serving(redirect('http://127.0.0.1:9/x?token=word'));
    const guard: Guard = ({ port }) => (port === 9 ? 'port 9 is refused' : null);
    const fetched = await fetchCrl(url, { guard });
    expect(fetched).toMatchObject({ fault: 'address-refused', reason: expect.stringContaining('port 9 is refused') });
    expect(JSON.stringify(fetched)).not.toContain('word');
  });
  test('packed as gzip, asked for or not', async () => {
    const url = await serving(zipped(Buffer.from('crl')));
    expect(await fetchCrl(url)).toEqual({ ok: true, bytes: new Uint8Array(Buffer.from('crl')) });
  });
  test('twelve million bytes', async () => {
    const url = await serving((_, response) => response.end(Buffer.alloc(12_000_000)));
    expect(await fetchCrl(url)).toMatchObject({ ok: true, bytes: { length: 12_000_000 } });
  });
  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://2852039166/',
    'http://[fe80::1]/',
  ])('metadata: %s', async (url) => {
    expect(await fetchCrl(url)).toEqual({
      ok: false,
      fault: 'address-refused',
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
      expect([host, fetched]).toEqual([
        host,
        { ok: false, fault: 'address-refused', reason: expect.stringContaining('runtime API') },
      ]);
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
      fault: 'not-reached',
      reason: 'it cannot be fetched (ECONNREFUSED)',
    });
  });
});
