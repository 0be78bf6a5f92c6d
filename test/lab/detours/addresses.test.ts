/** A name with several addresses: the worst of them is the endpoint's verdict, and its evidence has each. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import type { DialPorts } from '../../../shared/pipeline/ask/dial.ts';
import { runEndpoint } from '../../../shared/pipeline/ask/endpoint-run.ts';
import { loadIdentity } from '../../../shared/pipeline/load/identities.ts';
import { bundleOf } from '../../../shared/pki/served/trust-bundle.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';
import type { Running } from '../servers/lab-server.ts';
import { type Lab, startLab } from './lab.ts';

let lab: Lab;
let port = 0;

/** One backend of several; `open` ones ask for a certificate and need none. */
const backend = async (host: string, at: number, open: boolean): Promise<Running> => {
  const server = createServer(
    {
      cert: await readFile(lab.named.certificate),
      key: await readFile(lab.named.privateKey),
      ca: await readFile(lab.files.ca),
      requestCert: true,
      rejectUnauthorized: !open,
    },
    (_request, response) => response.end('payments: ok\n'),
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, host, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, stop };
};

beforeAll(async () => {
  lab = await startLab();
  ({ port } = await lab.keep(backend('127.0.0.2', 0, false)));
  await lab.keep(backend('127.0.0.3', port, true));
  await lab.keep(backend('127.0.0.4', port, false));
  if (hasIpv6) await lab.keep(backend('::1', port, false));
});
afterAll(() => lab.end());

/** Addresses of this machine in IPv6, if it has any. */
const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

/** Runs the endpoint with its name resolved to these. */
const at = async (ips: readonly string[], own: Partial<Endpoint> = {}, network: Partial<DialPorts> = {}) => {
  const endpoint = anEndpoint({
    host: 'several.test',
    port,
    serverName: 'localhost',
    serverIdentity: { kind: 'dns', name: 'localhost' },
    hostHeader: 'localhost',
    addresses: 'all',
    admits: ['payments'],
    refuses: [],
    tlsVersions: ['1.3'],
    ...own,
  });
  const { certificate, privateKey } = lab.files.identity('payments');
  const identity = { ...anIdentity('payments'), source: { kind: 'files', certificate, privateKey } } as const;
  const sources = {
    readSecrets: async () => new Map(),
    readFile: async (path: string) => ({ ok: true, text: await readFile(path, 'utf8') }) as const,
    readEnv: () => undefined,
    readStage: async () => null,
  };
  const loaded = await loadIdentity(identity, new Map(), sources, endpoint.expiry, Date.now());
  const plan = planEndpoint(endpoint, { payments: identity }, ['enforcement', 'isolation', 'certificates']);
  const run = {
    identities: new Map([['payments', loaded]]),
    secretHeaders: { values: {}, missing: null },
    now: Date.now(),
    bundle: await bundleOf(await readFile(lab.files.ca, 'utf8')),
    vantage: 'default',
  };
  const ran = await runEndpoint(plan, run, {
    limits: connectionLimits(16),
    clock: Date.now,
    resolve: async () => (ips.length === 0 ? { ok: false, reason: 'ENOTFOUND' } : { ok: true, ips }),
    deadline: () => Date.now() + 60_000,
    ...network,
  });
  const check = (id: string): CheckResult => {
    const found = ran.results.find((result) => result.id === `payments/${id}#1.3`);
    if (found === undefined) throw new Error(`no check ${id}`);
    return found;
  };
  return { ...ran, check };
};

test('all alike: one check each, evidence of every address', async () => {
  const { results, check } = await at(['127.0.0.2', '127.0.0.4']);
  expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
  expect(check('no-certificate')).toMatchObject({ verdict: 'pass', code: 'REJECTED_BY_TLS_ALERT' });
  const addresses = new Set(check('no-certificate').evidence.map(({ address }) => address));
  expect(addresses).toEqual(new Set([`127.0.0.2:${port}`, `127.0.0.4:${port}`]));
});

test('one of three is open: a fail, at that address, and the message says how many', async () => {
  const { check } = await at(['127.0.0.2', '127.0.0.3', '127.0.0.4']);
  expect(check('no-certificate')).toMatchObject({
    verdict: 'fail',
    code: 'ACCEPTED_NO_CERTIFICATE',
    cause: 'ASKS_BUT_DOES_NOT_VERIFY',
    address: `127.0.0.3:${port}`,
  });
  expect(check('no-certificate').message).toContain(`127.0.0.3:${port}; so at 1 of 3 addresses`);
  expect(check('valid-identity/payments').verdict).toBe('pass');
});

test('one is an address that is never connected to: nothing is told of it, and the others are asked', async () => {
  const { check } = await at(['127.0.0.2', '169.254.169.254']);
  expect(check('valid-identity/payments')).toMatchObject({
    verdict: 'inconclusive',
    code: 'ADDRESS_REFUSED',
    address: `169.254.169.254:${port}`,
  });
  expect(check('no-certificate')).toMatchObject({ verdict: 'inconclusive', code: 'ADDRESS_REFUSED' });
  expect(check('no-certificate').evidence.map(({ address }) => address)).toContain(`127.0.0.2:${port}`);
  const open = await at(['127.0.0.3', '169.254.169.254']);
  expect(open.check('no-certificate')).toMatchObject({ verdict: 'fail', code: 'ACCEPTED_NO_CERTIFICATE' });
  const first = await at(['169.254.169.254', '127.0.0.2'], { addresses: 'first' });
  expect(first.check('valid-identity/payments')).toMatchObject({ verdict: 'pass', address: `127.0.0.2:${port}` });
  expect(first.check('valid-identity/payments').message).toContain('169.254.169.254 is link-local');
});

test('a name that resolves to another address at every question: the address that was looked at is the one that is connected to', async () => {
  const questions: string[] = [];
  const resolve: DialPorts['resolve'] = async (host) => {
    questions.push(host);
    return { ok: true, ips: [questions.length === 1 ? '127.0.0.2' : '127.0.0.3'] };
  };
  const guard = ({ ip }: { readonly ip: string }) => (ip === '127.0.0.2' ? null : `${ip} is refused here`);
  const { results, check } = await at([], { addresses: 'first' }, { resolve, guard });
  expect(check('no-certificate')).toMatchObject({ verdict: 'pass', code: 'REJECTED_BY_TLS_ALERT' });
  const asked = results.flatMap(({ evidence }) => evidence.map(({ address }) => address));
  expect(new Set(asked)).toEqual(new Set([`127.0.0.2:${port}`]));
  // Another run asks again, and is led to the other one: no packet.
  const again = await at([], { addresses: 'first' }, { resolve, guard });
  expect(new Set(again.results.map(({ code }) => code))).toEqual(new Set(['ADDRESS_REFUSED']));
});

test.skipIf(!hasIpv6)('both families of a name are asked, and one that has IPv6 only is asked there', async () => {
  const asked = async (ips: readonly string[]) => {
    const { check } = await at(ips);
    const refused = check('no-certificate');
    expect([refused.verdict, refused.code]).toEqual(['pass', 'REJECTED_BY_TLS_ALERT']);
    return new Set(refused.evidence.map(({ address }) => address));
  };
  expect(await asked(['127.0.0.2', '::1'])).toEqual(new Set([`127.0.0.2:${port}`, `[::1]:${port}`]));
  expect(await asked(['::1'])).toEqual(new Set([`[::1]:${port}`]));
  // One family open behind the other that is closed
  const open = await at(['::1', '127.0.0.3']);
  expect(open.check('no-certificate')).toMatchObject({ verdict: 'fail', address: `127.0.0.3:${port}` });
});

test('one is down: nothing is said of it, whatever the others do', async () => {
  const { check } = await at(['127.0.0.2', '127.0.0.5']);
  expect(check('valid-identity/payments')).toMatchObject({
    verdict: 'inconclusive',
    code: 'UNREACHABLE',
    address: `127.0.0.5:${port}`,
  });
  expect(check('no-certificate')).toMatchObject({ verdict: 'inconclusive', code: 'UNREACHABLE' });
});

test('one is down and another is open: the open one is not hidden', async () => {
  const { check } = await at(['127.0.0.5', '127.0.0.3']);
  expect(check('no-certificate').code).toBe('ACCEPTED_NO_CERTIFICATE');
});

test('a family without a route from here is left out, and noted beside the control', async () => {
  // Given: TCP has no route to a group of hosts, whatever the machine.
  const { check } = await at(['127.0.0.2', 'ff02::1']);
  const control = check('valid-identity/payments');
  expect(control.verdict).toBe('pass');
  expect(control.message).toContain('1 of 2 addresses have no route from here (IPv6)');
});

test('`first` keeps to one that accepts TCP', async () => {
  const { check } = await at(['127.0.0.5', '127.0.0.2'], { addresses: 'first' });
  expect(check('valid-identity/payments')).toMatchObject({ verdict: 'pass', address: `127.0.0.2:${port}` });
});

test('a name that does not resolve', async () => {
  const { check } = await at([]);
  expect(check('valid-identity/payments')).toMatchObject({
    verdict: 'inconclusive',
    code: 'UNREACHABLE',
    address: null,
  });
  expect(check('forged-header')).toMatchObject({ verdict: 'inconclusive', code: 'UNREACHABLE' });
});

test('a real name with both families, where this machine has them', async () => {
  const { results } = await at(['127.0.0.2', '::1']);
  expect(results.every(({ verdict }) => ['pass', 'inconclusive'].includes(verdict))).toBe(true);
});
