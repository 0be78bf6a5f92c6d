/** What a real Envoy says of itself (`/config_dump`), read into claims and held against what it does. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSource } from '../../shared/claims/read-source.ts';
import type { Claim, Reading } from '../../shared/model/claim.ts';
import { readingSchema } from '../../shared/model/claim.ts';
import { principalOf } from '../../shared/pki/test-pki/lab-pki.ts';
import { certificateFacts, certificatesOfPem } from '../../shared/pki/x509/certificate.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { pythonTools } from '../setup/python-venv.ts';
import { istioShaped, type Ports } from './claims-envoy-config.ts';
import { HOST, type Running, startProcess } from './servers/lab-server.ts';

const tools = await pythonTools();
const binary = tools.ok ? tools.tool('envoy') : 'envoy';
const isInstalled = await promisify(execFile)(binary, ['--version']).then(
  () => true,
  () => false,
);

const answer = (options: object, open = request): Promise<string> =>
  new Promise((resolve) => {
    const asked = open({ host: HOST, path: '/healthz', timeout: 3000, agent: false, ...options }, (response) => {
      response.resume().once('end', () => resolve(String(response.statusCode)));
    });
    asked.once('timeout', () => asked.destroy()).once('error', () => resolve('refused'));
    asked.end();
  });

const facts = async (file: string) => certificateFacts(certificatesOfPem(await readFile(file, 'utf8'))[0]!);
const dumped = async (port: number): Promise<string> => {
  const response = await fetch(`http://${HOST}:${port}/config_dump`);
  return response.text();
};

describe.skipIf(!isInstalled)('Envoy, configured as istiod does', () => {
  let pki: PkiOnDisk;
  let ports: Ports;
  let running: Running;
  let dump = '';
  let config = '';
  let reading: Reading;
  const read = (text: string) =>
    readSource([{ name: 'dump.json', text }], { source: 'lab', readAt: 0, now: Date.now() });
  const claimAt = (port: number, of: Reading = reading): Claim => {
    const found = of.claims.find(({ endpoint }) => endpoint.port === port);
    if (found === undefined)
      throw new Error(`no claim of port ${port}: ${of.claims.map(({ endpoint }) => endpoint.name)}`);
    return found;
  };
  const ask = async (port: number, identity: 'payments' | 'orders' | 'stranger' | null, more: object = {}) => {
    const files = identity === null ? null : pki.files.identity(identity);
    const own = files && { cert: await readFile(files.certificate), key: await readFile(files.privateKey) };
    return answer({ port, rejectUnauthorized: false, ...own, ...more });
  };

  beforeAll(async () => {
    pki = await pkiOnDisk();
    const names = ['own', 'strict', 'permissive', 'disabled', 'untrusted', 'optional', 'admin'] as const;
    const pairs: [string, number][] = [];
    for (const name of names) pairs.push([name, await freePort()]);
    ports = Object.fromEntries(pairs) as Ports;
    const file = join(pki.files.directory, 'envoy.yaml');
    const control = await facts(pki.files.identity('payments').certificate);
    config = await istioShaped(ports, pki.files, control.sha256);
    await writeFile(file, config);
    const quiet = ['--disable-hot-restart', '--concurrency', '1', '--log-level', 'warning'];
    running = await startProcess(binary, ['--config-path', file, ...quiet], ports.admin);
    // The admin port opens before the listeners do.
    for (let left = 100; left > 0 && (await answer({ port: ports.disabled }, plainRequest)) === 'refused'; left -= 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    dump = await dumped(ports.admin);
    reading = read(dump);
  });
  afterAll(async () => {
    await running?.stop();
    pki?.remove();
  });

  test('the reading is whole, has no problem and no secret', () => {
    expect(readingSchema.safeParse(reading).error).toBeUndefined();
    expect(reading.problems).toEqual([]);
    expect(JSON.stringify(reading)).not.toContain('PRIVATE KEY');
    expect(reading.claims.map(({ endpoint }) => endpoint.name)).toEqual([
      ...[ports.strict, ports.permissive, ports.disabled].map((port) => `listener virtualInbound port ${port}`),
      'listener edge',
      ...['api', 'names', 'hashes', 'nothing'].map((name) => `listener named ${name}.example.com`),
    ]);
    expect(reading.claims.flatMap(({ unread }) => unread)).toEqual([]);
  });

  test('whose proxy it is, from where, with which certificate', async () => {
    const claim = claimAt(ports.strict);
    const served = await facts(pki.files.server('good').certificate);
    const ca = await facts(pki.files.ca);
    expect(claim.endpoint).toMatchObject({
      hosts: [HOST],
      workload: 'checkout',
      protocol: 'https',
      labels: { app: 'checkout' },
    });
    expect(claim.certificates).toMatchObject([
      { use: 'served', name: 'default', sha256: served.sha256, notAfter: new Date(served.notAfter).toISOString() },
    ]);
    expect(claim.authorities?.value).toMatchObject([{ sha256: ca.sha256 }]);
    expect(claim.headers).toEqual(['x-forwarded-client-cert']);
    expect(claim.at.line).toBeGreaterThan(1);
  });

  test('STRICT: says required, and the wire agrees', async () => {
    const claim = claimAt(ports.strict);
    expect(claim).toMatchObject({
      clientCertificate: { value: 'required', because: 'require_client_certificate is true' },
      plaintext: { value: 'refused' },
      revocation: { value: 'none' },
      expiry: { value: 'checked' },
    });
    expect(await ask(ports.strict, null)).toBe('refused');
    expect(await ask(ports.strict, 'stranger')).toBe('refused');
    expect(await answer({ port: ports.strict }, plainRequest)).toBe('refused');
    expect(await ask(ports.strict, 'payments')).toBe('200');
  });

  test('RBAC: who is admitted, and the wire agrees', async () => {
    const [rule, ...others] = claimAt(ports.strict).admission?.value.rules ?? [];
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      effect: 'admit',
      all: [
        { field: 'spiffe-id', any: [{ how: 'prefix', text: 'spiffe://lab.test/' }] },
        { field: 'method', any: [{ how: 'exact', text: 'GET' }] },
        { field: 'path', any: [{ how: 'prefix', text: '/healthz' }] },
        { field: 'spiffe-id', any: [{ how: 'exact', text: principalOf('payments') }] },
      ],
      unread: [expect.stringMatching(/source_ip$|ids\[0\]$/)],
    });
    expect(claimAt(ports.strict).admission?.value.otherwise).toBe('refuse');
    expect(await ask(ports.strict, 'orders')).toBe('403');
    expect(await ask(ports.strict, 'payments', { path: '/other' })).toBe('403');
  });

  test('PERMISSIVE: plaintext beside mutual TLS, and the wire agrees', async () => {
    const claim = claimAt(ports.permissive);
    expect(claim).toMatchObject({ clientCertificate: { value: 'required' }, plaintext: { value: 'allowed' } });
    expect(claim.notes).toContain('What comes without TLS is admitted by other rules, or by none.');
    expect(await ask(ports.permissive, null)).toBe('refused');
    expect(await answer({ port: ports.permissive }, plainRequest)).toBe('200');
  });

  test('DISABLE for one port: no TLS, and the wire agrees', async () => {
    const claim = claimAt(ports.disabled);
    expect(claim).toMatchObject({
      clientCertificate: { value: 'none' },
      plaintext: { value: 'allowed' },
      endpoint: { protocol: null },
    });
    expect(await answer({ port: ports.disabled }, plainRequest)).toBe('200');
  });

  test('ACCEPT_UNTRUSTED passes on what does not verify; a list is there, for leaves', async () => {
    const claim = claimAt(ports.untrusted);
    expect(claim).toMatchObject({ clientCertificate: { value: 'passed-through' }, revocation: { value: 'crl' } });
    expect(claim.notes).toContain('Its list of revoked certificates is asked for leaves only.');
    expect(await ask(ports.untrusted, 'stranger')).toBe('200');
  });

  // `passed`: what becomes of nobody, of another CA’s, and of the control.
  test.each([
    ['api', 'optional', ['200', 'refused', '200']],
    ['names', 'required', ['refused', 'refused', '200']],
    ['hashes', 'required', ['refused', 'refused', '200']],
    ['nothing', 'none', ['200', '200', '200']],
  ] as const)('the chain for %s.example.com: %s, and the wire agrees', async (name, value, passed) => {
    const servername = `${name}.example.com`;
    const claim = reading.claims.find(({ endpoint }) => endpoint.hosts.includes(servername));
    expect(claim).toMatchObject({ clientCertificate: { value }, plaintext: { value: 'refused' } });
    const asked = (identity: 'stranger' | 'payments' | null) => ask(ports.optional, identity, { servername });
    expect([await asked(null), await asked('stranger'), await asked('payments')]).toEqual(passed);
  });

  test('the bootstrap says the same as the dump', () => {
    const said = ({ claims }: Reading) =>
      claims.map(({ endpoint, clientCertificate, plaintext, authorities, admission }) => [
        ...[endpoint, clientCertificate?.value, plaintext?.value, authorities?.value],
        ...[admission?.value.otherwise, admission?.value.rules.map(({ all }) => all)],
      ]);
    expect(said(read(config))).toEqual(said(reading));
  });
});
