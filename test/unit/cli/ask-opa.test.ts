/** What becomes of a question when OPA, or whatever is in its place, answers in another way than with a decision. */
import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { askOpa, decisionPath } from '../../../functions/cli/ask-opa.ts';
import { listen, type Peer } from '../../helpers/peers.ts';

let server: Peer | null = null;
afterEach(() => server?.stop());

const PATH = '/v1/data/envoy/authz/allow';
const CELL = {
  identity: 'spiffe://corp.example/payments',
  method: 'GET',
  path: '/orders/1?all=1',
  host: 'pay.corp.example',
};

const asked = async (answer: RequestListener, how: { readonly token?: string; readonly cells?: number } = {}) => {
  server = await listen(createServer(answer));
  const cells = Array.from({ length: how.cells ?? 1 }, (_, at) => ({ ...CELL, path: `/orders/${at}?all=1` }));
  const url = `http://127.0.0.1:${server.port}${PATH}`;
  return askOpa({ url, cells, timeoutMs: 200, ...(how.token !== undefined && { token: how.token }) });
};
const saying =
  (status: number, text: string): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(text);

test('the decision’s path', () => {
  expect(decisionPath('https://opa.corp.example/team/v1/data/envoy/authz/allow')).toBe('envoy/authz/allow');
});

test('it is asked with the host, and its answer holds for the identity, the method and the path', async () => {
  const seen: string[] = [];
  const decided = await asked(
    async (request, response) => {
      const parts = await Array.fromAsync(request);
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`, Buffer.concat(parts).toString());
      response.end('{"result": true}');
    },
    { token: 'of-a-test' },
  );
  expect(seen[0]).toBe(`POST ${PATH} Bearer of-a-test`);
  expect(JSON.parse(seen[1] ?? '')).toEqual({
    input: {
      attributes: {
        source: { principal: CELL.identity },
        request: { http: { method: 'GET', path: '/orders/0?all=1', host: CELL.host, headers: {} } },
      },
      parsed_path: ['orders', '0'],
      parsed_query: { all: ['1'] },
    },
  });
  expect(decided).toMatchObject({
    ...{ silent: null, problems: [] },
    rules: [
      {
        effect: 'admit',
        at: { file: null, line: null, object: 'envoy/authz/allow' },
        all: [{ field: 'spiffe-id' }, { field: 'method' }, { field: 'path', any: [{ text: '/orders/0' }] }],
      },
    ],
  });
});

describe('a server that does not answer as OPA does is silent', () => {
  test.each<readonly [string, RequestListener, RegExp]>([
    ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /status 302$/],
    ['a token that it refuses', saying(401, '{"code":"unauthorized"}'), /status 401$/],
    ['a page', saying(200, '<html>'), /something that is not JSON$/],
    ['a list', saying(200, '[]'), /something that is no object$/],
    ['nothing', () => {}, /did not answer within 200 ms$/],
    ['a closed door', (request) => request.socket.destroy(), /could not be asked: UND_ERR_SOCKET$/],
  ])('%s', async (_, answer, reason) => {
    const decided = await asked(answer);
    expect(decided).toMatchObject({ rules: [], problems: [] });
    expect(decided.silent).toMatch(/^OPA at http:\/\/127\.0\.0\.1:\d+ /);
    expect(decided.silent).toMatch(reason);
  });

  test('and nothing else is asked', async () => {
    let count = 0;
    await asked(
      (_, response) => {
        count += 1;
        response.writeHead(503).end();
      },
      { cells: 40 },
    );
    expect(count).toBeLessThanOrEqual(4);
  });
});

test.each([
  ['a policy that fails with this input', saying(500, '{"code":"internal_error"}'), 'OPA answered with status 500'],
  ['an endless answer', saying(200, 'a'.repeat(2 ** 20 + 1)), 'OPA answered with more than 1048576 bytes'],
])('%s is a problem of the question', async (_, answer, message) => {
  const at = { file: null, line: null, object: 'envoy/authz/allow' };
  expect(await asked(answer)).toEqual({
    ...{ rules: [], silent: null },
    problems: [{ at, path: `${CELL.identity} GET /orders/0?all=1`, message }],
  });
});
