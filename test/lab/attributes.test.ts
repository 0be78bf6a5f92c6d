// Servers that decide by an attribute, and identities of `forge` that have it: an organisational unit at nginx, an extension at a Go server.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../shared/model/report.ts';
import { type ForgeFolder, forgeFolder, LABELS, labelsOf } from '../helpers/forge-folder.ts';
import { openssl } from '../helpers/openssl.ts';
import { freePort } from '../helpers/ports.ts';
import { mtlsMonitor } from '../helpers/registry.ts';
import { go } from './servers/go.ts';
import { fromPath } from './servers/installed.ts';
import { HOST, startProcess } from './servers/lab-server.ts';
import { nginx } from './servers/nginx.ts';

const OID = '1.3.6.1.4.1.99999.1';
const run = promisify(execFile);
const folder = forgeFolder();
beforeAll(async () => {
  const { exitCode, stderr } = await folder.forge(
    '--ou',
    'Payments, EU',
    '--san',
    'dns:checkout.corp.example',
    '--extension',
    `${OID}=payments`,
  );
  expect([exitCode, stderr]).toEqual([0, '']);
});
afterAll(() => folder.remove());

/** `payments` alone is admitted; `orders` and `gateway` are of the same CA and have no attribute. */
const resultsAt = async ({ at }: ForgeFolder, port: number) => {
  const text = readFileSync(at('registry.yaml'), 'utf8')
    .replace('localhost:8443', `localhost:${port}`)
    .replace('[payments, orders, gateway]', '[payments]')
    .replace('refuses: []', 'refuses: [orders, gateway]');
  const registry = at(`registry-${port}.yaml`);
  writeFileSync(registry, text);
  const { exitCode, stdout } = await mtlsMonitor('check', registry, '--format', 'json');
  const { checks } = reportSchema.parse(JSON.parse(stdout));
  const wrong = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code }) => `${id} ${code}`);
  const foreign = checks.filter(({ scenario }) => scenario === 'foreign-identity').length;
  return { exitCode, wrong, foreign };
};
const PASSES = { exitCode: 0, wrong: [], foreign: expect.any(Number) };

test('the identities with a fault have what payments has, and the others have not', async () => {
  const textOf = (name: string) =>
    openssl('x509', '-in', folder.at(`identities/${name}.crt`), '-noout', '-text', '-nameopt', 'RFC2253');
  for (const name of ['payments', 'expired', 'not-yet-valid', 'revoked', 'wrong-usage']) {
    const text = await textOf(name);
    expect(text).toContain('OU=Payments\\, EU');
    expect(text).toContain('DNS:checkout.corp.example');
    expect(text).toContain(OID);
  }
  for (const name of ['orders', 'gateway'])
    expect(await textOf(name)).not.toMatch(/OU=|checkout|1\.3\.6\.1\.4\.1\.99999/);
  expect(await labelsOf(folder, '-crl_check_all')).toEqual(LABELS);
});

const nginxConfig = (port: number): string => {
  const { directory, at } = folder;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${directory}/${each};`,
  );
  return `daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
    events {} http { access_log off; ${temporary.join(' ')}
    map $ssl_client_s_dn $department { default 0; "~(^|,)OU=Payments[^A-Z]+EU(,|$)" 1; }
    server { listen ${HOST}:${port} ssl; ssl_certificate ${at('servers/localhost.crt')}; ssl_certificate_key ${at('servers/localhost.key')};
    ssl_client_certificate ${at('ca.pem')}; ssl_crl ${at('crl.pem')}; ssl_verify_client on; ssl_verify_depth 2;
    location / { if ($department = 0) { return 403; } return 200 "ok\\n"; } } }`;
};

describe('nginx, by the organisational unit', () => {
  test('payments is admitted, and who is of no department refused', async ({ skip }) => {
    if ((await nginx.version()) === null && process.env['CI'] !== 'true') skip('needs nginx');
    const port = await freePort();
    const file = folder.at('nginx.conf');
    writeFileSync(file, nginxConfig(port));
    const server = await startProcess(...fromPath('nginx', ['-p', folder.directory, '-e', 'stderr', '-c', file]), port);
    try {
      const { foreign, ...result } = await resultsAt(folder, port);
      expect(result).toEqual({ exitCode: 0, wrong: [] });
      expect(foreign).toBeGreaterThanOrEqual(2);
    } finally {
      await server.stop();
    }
  });
});

describe('Go, by an extension', () => {
  const started = async (want: string) => {
    const program = join(mkdtempSync(folder.at('go-')), 'server');
    const env = { ...process.env, GOTOOLCHAIN: 'local', GO111MODULE: 'off', GOFLAGS: '' };
    await run('go', ['build', '-o', program, join(import.meta.dirname, 'servers/attributes/server.go')], { env });
    const port = await freePort();
    const { at } = folder;
    const flags = {
      address: `${HOST}:${port}`,
      cert: at('servers/localhost.crt'),
      key: at('servers/localhost.key'),
      ca: at('ca.pem'),
      crl: at('crl.pem'),
      oid: OID,
      want,
    };
    return {
      port,
      server: await startProcess(
        program,
        Object.entries(flags).map(([name, value]) => `-${name}=${value}`),
        port,
      ),
    };
  };

  test('payments is admitted, and who has no extension refused', async ({ skip }) => {
    if ((await go.version()) === null && process.env['CI'] !== 'true') skip('needs Go');
    const { port, server } = await started('payments');
    try {
      expect(await resultsAt(folder, port)).toEqual(PASSES);
    } finally {
      await server.stop();
    }
  });
  test('one that wants another department refuses the control: nothing passes for that reason', async ({ skip }) => {
    if ((await go.version()) === null && process.env['CI'] !== 'true') skip('needs Go');
    const { port, server } = await started('orders');
    try {
      const { exitCode, wrong } = await resultsAt(folder, port);
      expect(exitCode).toBe(1);
      expect(wrong.join('\n')).toContain('CONTROL_REJECTED');
    } finally {
      await server.stop();
    }
  });
});
