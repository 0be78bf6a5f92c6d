/** The state as the probe function writes it, against a server on loopback that loses connections. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { StateItem } from '../../../shared/model/state.ts';

const KEYS = Array.from({ length: 200 }, (_, at) => `endpoint/e${at}/default/enforcement`);
const LOST = 3;
const itemOf = (key: string): StateItem => ({ key, suite: 'enforcement', checks: {}, chains: {}, due: [] });

/** Loses the first three calls for each key, whatever time they take, and answers from then on. */
const seen = new Map<string, number>();
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { Item, Key } = JSON.parse(body);
  const key = (Item ?? Key).pk.S;
  seen.set(key, (seen.get(key) ?? 0) + 1);
  if ((seen.get(key) ?? 0) <= LOST) return request.socket.destroy();
  return response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

for (const [name, value] of Object.entries({
  AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  STATE_TABLE: 'State',
  REGISTRY_KEY: 'registry',
}))
  vi.stubEnv(name, value);

describe('two hundred items at once', () => {
  test('none is given up: each has tries of its own', async () => {
    const { portsOf } = await import('../../../functions/probe/ports.ts');
    const far = Date.now() + 600_000;
    const { store } = portsOf('run-1', { probing: far, state: far });

    const written = await Promise.allSettled(KEYS.map((key) => store.write(itemOf(key), 0)));

    expect(written.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect([...seen.values()]).toEqual(KEYS.map(() => LOST + 1));
  }, 120_000);
});
