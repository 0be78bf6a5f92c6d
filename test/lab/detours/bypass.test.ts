/** Other ways in: an nginx that wants certificates in front, and behind or beside it whatever can be reached without one. */

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peer } from '../../helpers/peers.ts';
import { freePort } from '../../helpers/ports.ts';
import type { Checked } from '../../helpers/registry.ts';
import { HOST } from '../servers/lab-server.ts';
import { answering, type Handler, serve } from './believers.ts';
import { found, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';
import { isMissing, nginx } from './proxies.ts';

let lab: Lab;
let checked: Checked;
const ways = new Map<string, string>();

const says =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
/** By Host: the endpoint's name opens it, its own does not. */
const byHost: Handler = (request, response) =>
  (request.headers.host?.startsWith('strict.localhost') ? says(200, 'payments: ok\n') : says(404, 'no such site\n'))(
    request,
    response,
  );

beforeAll(async () => {
  lab = await startLab();
  const { port: application } = await lab.keep(serve(answering(() => true)));
  const { port } = await lab.keep(
    nginx(
      lab,
      `server { $listen; server_name strict.localhost; ssl_client_certificate ${lab.files.ca}; ssl_verify_client on;
        location / { proxy_pass http://${HOST}:${application}; } }
       server { $listen; server_name localhost; location / { return 200 "payments: ok\\n"; } }`,
    ),
  );
  const tls = { cert: await readFile(lab.named.certificate), key: await readFile(lab.named.privateKey) };
  const secure = async (handler: Handler) => (await lab.keep(serve(handler, tls))).port;
  const plain = async (handler: Handler) => (await lab.keep(serve(handler))).port;
  const hung = await lab.keep(peer(() => {}));
  const shut = await lab.keep(peer((socket) => socket.destroy()));
  const named: Readonly<Record<string, string>> = {
    'application, plaintext': `http://${HOST}:${application}/healthz`,
    'application, TLS': `https://${HOST}:${await secure(says(200, 'payments: ok\n'))}/healthz`,
    'by the endpoint’s Host': `https://${HOST}:${await secure(byHost)}/healthz`,
    'another virtual host': `https://localhost:${port}/healthz`,
    'another path': `http://${HOST}:${application}/elsewhere`,
    'the front itself': `https://${HOST}:${port}/healthz`,
    'plaintext at the front': `http://${HOST}:${port}/healthz`,
    '404': `http://${HOST}:${await plain(says(404, 'no such page\n'))}/`,
    '403': `https://${HOST}:${await secure(says(403, 'forbidden\n'))}/`,
    'to https': `http://${HOST}:${await plain(says(301, '', { location: 'https://strict.localhost/' }))}/`,
    'to login': `http://${HOST}:${await plain(says(302, '', { location: '/login' }))}/`,
    'another 200': `http://${HOST}:${await plain(says(200, 'It works!\n'))}/`,
    '503': `http://${HOST}:${await plain(says(503, 'busy\n'))}/`,
    'nothing there': `https://${HOST}:${await freePort()}/`,
    'no such name': 'https://mtls-monitor.invalid/',
    silence: `https://${HOST}:${hung.port}/`,
    closed: `https://${HOST}:${shut.port}/`,
  };
  for (const [name, url] of Object.entries(named)) ways.set(name, url);
  const endpoint = strictEndpoint('front', port, { bypasses: [...ways.values()], timeout: '3s' });
  const gone = await freePort();
  const { tlsVersions: _, ...down } = strictEndpoint('down', gone, {
    bypasses: [named['application, plaintext'], named['404']],
  });
  checked = await lab.check([endpoint, down], { args: ['--suite', 'enforcement'] });
}, 60_000);
afterAll(() => lab.end());

const CLOSED = 'pass BYPASS_CLOSED';
const OPEN = 'fail ACCEPTED_BYPASS_ADDRESS ANOTHER_WAY_IN';
const UNCLEAR = 'inconclusive AMBIGUOUS_ANSWER';
const EXPECTED: Readonly<Record<string, string>> = {
  'application, plaintext': OPEN,
  'application, TLS': OPEN,
  'by the endpoint’s Host': OPEN,
  'another virtual host': OPEN,
  'another path': OPEN,
  'the front itself': CLOSED,
  'plaintext at the front': CLOSED,
  '404': CLOSED,
  '403': CLOSED,
  'to https': CLOSED,
  'to login': UNCLEAR,
  'another 200': UNCLEAR,
  '503': UNCLEAR,
  'nothing there': CLOSED,
  'no such name': CLOSED,
  silence: CLOSED,
  closed: CLOSED,
};

describe.skipIf(isMissing('nginx')).each(Object.keys(EXPECTED))('%s', (name) => {
  test('once a version of TLS, and once where there is none', () => {
    const url = ways.get(name) ?? '';
    const id = `bypass-address/${url}`;
    const verdicts = found(checked, 'front', 'bypass-address');
    const own = Object.fromEntries(
      Object.entries(verdicts).filter(([each]) => each === id || each.startsWith(`${id}#`)),
    );
    const ids = url.startsWith('http:') ? [id] : [`${id}#1.2`, `${id}#1.3`];
    expect(own).toEqual(Object.fromEntries(ids.map((each) => [each, EXPECTED[name]])));
  });
});

describe.skipIf(isMissing('nginx'))('a way in', () => {
  test('was asked under its own name and under the endpoint’s', () => {
    const { evidence, message } = theCheck(checked, `front/bypass-address/${ways.get('by the endpoint’s Host')}#1.3`);
    expect(evidence.map(({ sni }) => sni)).toContain('strict.localhost');
    expect(evidence.map(({ sni }) => sni)).toContain(null);
    expect(message).toContain('under the name strict.localhost');
  });
  test('of an endpoint that is down: an open one still fails only by the control’s own answer, which nobody has', () => {
    const verdicts = found(checked, 'down', 'bypass-address');
    expect(Object.values(verdicts)).toEqual(['inconclusive AMBIGUOUS_ANSWER ENDPOINT_DOWN', 'pass BYPASS_CLOSED']);
  });
});
