/** `denyPrivate`: a stand-in for a metadata service hears nothing, by whatever way a name, a URL, a redirect or a proxy leads to it. */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reportSchema } from '../../../shared/model/report.ts';
import { openssl } from '../../helpers/openssl.ts';
import { labRegistry, mtlsMonitorIn } from '../../helpers/registry.ts';
import { type Lab, startLab } from './lab.ts';

let lab: Lab;
/** The stand-in, at 127.0.0.1: `localhost` resolves to it. Everything that is allowed is at 127.0.0.2. */
let hidden = 0;
let redirecting = 0;
let pointing = 0;
let proxy = 0;
const seen = { hidden: 0, redirecting: 0, pointing: 0, proxy: 0 };

const start = async (name: keyof typeof seen, host: string, server: Server): Promise<number> => {
  server.on('connection', () => {
    seen[name] += 1;
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  await lab.keep(Promise.resolve({ port, stop }));
  return port;
};
const answering: RequestListener = (_, response) => response.setHeader('connection', 'close').end('credentials');

beforeAll(async () => {
  lab = await startLab();
  hidden = await start('hidden', '127.0.0.1', createServer(answering));
  proxy = await start('proxy', '127.0.0.1', createServer(answering));
  redirecting = await start(
    'redirecting',
    '127.0.0.2',
    createServer((_, response) =>
      response.writeHead(302, { location: `http://localhost:${hidden}/latest/`, connection: 'close' }).end(),
    ),
  );
  // Its answer to the control is a redirect; the lab's client certificate is asked for.
  pointing = await start(
    'pointing',
    '127.0.0.2',
    createSecure(
      {
        ...{ cert: await readFile(lab.named.certificate), key: await readFile(lab.named.privateKey) },
        ...{ ca: await readFile(lab.files.ca), requestCert: true, rejectUnauthorized: true },
      },
      (_, response) =>
        response.writeHead(307, { location: `http://localhost:${hidden}/latest/`, connection: 'close' }).end(),
    ),
  );
});
afterAll(() => lab.end());
beforeEach(() => Object.assign(seen, { hidden: 0, redirecting: 0, pointing: 0, proxy: 0 }));

const registryOf = (monitor: object, more: { readonly crl: string; readonly endpoints?: readonly object[] }) => {
  const registry = JSON.parse(
    labRegistry(lab.files, [
      { name: 'by-name', url: `https://localhost:${hidden}/latest/`, addresses: 'all' },
      { name: 'trailing-dot', url: `https://LOCALHOST.:${hidden}/`, serverName: 'localhost' },
      { name: 'raw', url: `rediss://localhost:${hidden}` },
      {
        name: 'pointing',
        url: `https://127.0.0.2:${pointing}/`,
        ...{ serverName: 'localhost', accepts: { status: [307] } },
        bypasses: [`http://localhost:${hidden}/latest/`, `https://localhost:${hidden}/latest/`],
      },
    ]),
  );
  registry.monitor = monitor;
  registry.trustBundles.lab.crls = [{ url: more.crl }];
  return registry;
};
const checked = async (registry: object, env: Readonly<Record<string, string>> = {}) => {
  const file = join(lab.files.directory, 'deny-private.yaml');
  await writeFile(file, JSON.stringify(registry));
  const ran = await mtlsMonitorIn(env, 'check', file, '--format', 'json');
  return { ...ran, checks: ran.stdout === '' ? [] : reportSchema.parse(JSON.parse(ran.stdout)).checks };
};
const DENY = { denyPrivate: true, allowAddresses: ['127.0.0.2/32'] };

test('names, bypasses, redirects and proxies lead nowhere; what is allowed is asked', async () => {
  const crl = `http://127.0.0.2:${redirecting}/corp.crl`;
  const at = `http://127.0.0.1:${proxy}`;
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: at, HTTPS_PROXY: at, http_proxy: at, https_proxy: at };
  const { checks } = await checked(registryOf(DENY, { crl }), env);

  expect([seen.hidden, seen.proxy]).toEqual([0, 0]);
  expect([seen.redirecting, seen.pointing].every((count) => count > 0)).toBe(true);
  const of = (name: string) => checks.filter(({ endpoint }) => endpoint === name);
  for (const name of ['by-name', 'trailing-dot', 'raw'])
    expect(new Set(of(name).map(({ code }) => code))).toEqual(new Set(['ADDRESS_REFUSED']));
  const bypasses = of('pointing').filter(({ scenario }) => scenario === 'bypass-address');
  expect(bypasses.map(({ verdict, code }) => `${verdict} ${code}`)).toEqual(
    bypasses.map(() => 'inconclusive ADDRESS_REFUSED'),
  );
  expect(bypasses).toHaveLength(2);
  const control = of('pointing').find(({ scenario }) => scenario === 'valid-identity');
  expect([control?.verdict, control?.code]).toEqual(['pass', 'ACCEPTED']);
  const messages = checks.map(({ message }) => message).join('\n');
  expect(messages).toMatch(/the redirect to http:\/\/localhost:\d+\/latest\/.*denyPrivate/);
});

test('URLs in a served certificate are never fetched: of its issuer, of its CRL, of OCSP', async () => {
  const folder = lab.files.directory;
  const urls = `http://localhost:${hidden}/ca.der`;
  const extensions = await lab.write(
    'aia.ext',
    `authorityInfoAccess = caIssuers;URI:${urls}, OCSP;URI:${urls}\ncrlDistributionPoints = URI:${urls}\nsubjectAltName = DNS:localhost\n`,
  );
  const named = (name: string) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout'];
  await openssl('req', '-x509', ...key, named('far.key'), '-subj', '/CN=Far', '-out', named('far.crt'));
  await openssl('req', ...key, named('leaf.key'), '-subj', '/CN=localhost', '-out', named('leaf.csr'));
  const signing = ['-CA', named('far.crt'), '-CAkey', named('far.key'), '-extfile', extensions];
  await openssl('x509', '-req', '-in', named('leaf.csr'), ...signing, '-out', named('leaf.crt'));
  const server = createSecure(
    { cert: await readFile(named('leaf.crt')), key: await readFile(named('leaf.key')) },
    answering,
  );
  const port = await start('pointing', '127.0.0.2', server);

  const registry = JSON.parse(
    labRegistry(lab.files, [{ name: 'far', url: `https://127.0.0.2:${port}/`, serverName: 'localhost' }]),
  );
  const { checks } = await checked(registry);
  const served = checks.find(({ scenario }) => scenario === 'served-certificate');
  expect([served?.code, seen.hidden]).toEqual(['SERVED_CHAIN_INCOMPLETE', 0]);
  expect(seen.pointing).toBeGreaterThan(0);
});

test('without it, the stand-in is asked by each of these ways', async () => {
  await checked(registryOf({}, { crl: `http://127.0.0.2:${redirecting}/corp.crl` }));
  expect(seen.hidden).toBeGreaterThan(10);
});

test('an address that is written in the registry is an error before any connection, in any form of a URL', async () => {
  const registry = registryOf(DENY, { crl: `http://2130706433:${hidden}/` });
  registry.endpoints[0].url = `https://0177.0.0.1:${hidden}/`;
  registry.endpoints[1].url = `https://[::ffff:127.0.0.1]:${hidden}/`;
  registry.endpoints[2].url = `rediss://2130706433:${hidden}`;
  registry.endpoints[3].bypasses = [`http://0x7f000001:${hidden}/`];
  const { exitCode, stderr } = await checked(registry);

  expect(exitCode).toBe(64);
  for (const path of [
    'endpoints[0].url',
    'endpoints[1].url',
    'endpoints[2].url',
    'endpoints[3].bypasses',
    'trustBundles.lab.crls[0].url',
  ])
    expect(stderr).toContain(path);
  expect(stderr.match(/is a private address, which monitor\.denyPrivate refuses/g)).toHaveLength(5);
  expect(seen).toEqual({ hidden: 0, redirecting: 0, pointing: 0, proxy: 0 });
});
