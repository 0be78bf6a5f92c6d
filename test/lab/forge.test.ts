// `mtls-monitor forge`, as people run it: what OpenSSL says of each certificate, and real servers that use them.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../shared/model/report.ts';
import { TEST_IDENTITIES } from '../../shared/pki/test-pki/test-set.ts';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { type ForgeFolder, forgeFolder, LABELS, labelsOf, trusted } from '../helpers/forge-folder.ts';
import { openssl, opensslVerify } from '../helpers/openssl.ts';
import { freePort } from '../helpers/ports.ts';
import { mtlsMonitor } from '../helpers/registry.ts';
import { fromPath } from './servers/installed.ts';
import { HOST, type Running, startProcess } from './servers/lab-server.ts';
import { nginx } from './servers/nginx.ts';

const folders: ForgeFolder[] = [];
const newFolder = (env?: Record<string, string>): ForgeFolder => {
  const folder = forgeFolder(env);
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** Every file below the folder that holds a private key. */
const keyFiles = ({ directory }: ForgeFolder): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => join(directory, path))
    .filter((path) => statSync(path).isFile() && readFileSync(path, 'utf8').includes('PRIVATE KEY'));

describe.each(['ec', 'rsa', 'ed25519'])('keys of kind %s', (kind) => {
  const folder = newFolder();
  beforeAll(async () => {
    const { exitCode, stdout, stderr } = await folder.forge('--key', kind, '--name', 'corp.example');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('PRIVATE');
  });

  test('OpenSSL agrees with every label, through the issuing CA', async () => {
    expect(await labelsOf(folder, '-x509_strict', '-crl_check_all')).toEqual(LABELS);
    const text = await openssl('x509', '-in', folder.at('identities/payments.crt'), '-noout', '-text');
    expect(text).toContain('URI:spiffe://corp.example/payments');
    expect(text).toContain({ ec: 'prime256v1', rsa: '(2048 bit)', ed25519: 'ED25519' }[kind]);
    expect(await openssl('x509', '-in', folder.at('identities/gateway.crt'), '-noout', '-text')).toContain(
      'DNS:gateway.corp.example',
    );
    const server = folder.at('servers/localhost.crt');
    expect(
      await opensslVerify(
        'sslserver',
        server,
        trusted(folder),
        '-x509_strict',
        '-crl_check_all',
        '-verify_hostname',
        'localhost',
      ),
    ).toBe('OK');
  });

  test('git and npm leave the whole folder alone', () => {
    expect(readFileSync(folder.at('.gitignore'), 'utf8')).toBe('*\n');
  });

  test('nobody else may read a key, and each is its certificate’s', async () => {
    const keys = keyFiles(folder);
    expect(keys).toHaveLength(TEST_IDENTITIES.length + 3);
    for (const key of keys) {
      expect([statSync(key).mode & 0o777, statSync(join(key, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
      const publicKey = await openssl('x509', '-in', key.replace(/key$/, 'crt'), '-noout', '-pubkey');
      expect(await openssl('pkey', '-in', key, '-pubout')).toBe(publicKey);
    }
    expect(statSync(folder.directory).mode & 0o777).toBe(0o700);
  });
});

describe('the registry', () => {
  const folder = newFolder();
  let port = 0;
  let server: Running | null = null;
  beforeAll(async () => {
    await folder.forge();
    port = await freePort();
    const text = readFileSync(folder.at('registry.yaml'), 'utf8');
    expect(parseRegistry(text, folder.at('registry.yaml'))).toMatchObject({ ok: true });
    writeFileSync(folder.at('registry.yaml'), text.replace('localhost:8443', `localhost:${port}`));
  });
  afterAll(() => server?.stop());

  const check = async () => {
    const { exitCode, stdout } = await mtlsMonitor('check', folder.at('registry.yaml'), '--format', 'json');
    const { checks } = reportSchema.parse(JSON.parse(stdout));
    const wrong = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code }) => `${id} ${code}`);
    expect([exitCode, wrong]).toEqual([0, []]);
    const faults = checks.map(({ scenario }) => scenario);
    expect(faults).toEqual(expect.arrayContaining(['expired', 'not-yet-valid', 'revoked', 'wrong-usage']));
  };

  test('passes at once against openssl s_server as the command prints it', async () => {
    const { stdout } = await newFolder().forge();
    const printed = /openssl (s_server .*) \\\n +(.*)/.exec(stdout);
    const made = /(\S*)\/servers\/localhost\.crt/.exec(stdout)?.[1] ?? '';
    const args = `${printed?.[1]} ${printed?.[2]}`
      .replaceAll(made, folder.directory)
      .replace('8443', `${HOST}:${port}`);
    server = await startProcess('openssl', args.split(' '), port);
    await check();
    await server.stop();
    server = null;
  });

  test('passes at once against nginx with the lines that the command prints', async ({ skip }) => {
    if ((await nginx.version()) === null && process.env['CI'] !== 'true') skip('needs nginx');
    const { stdout } = await newFolder().forge();
    const made = /(\S*)\/servers\/localhost\.crt/.exec(stdout)?.[1] ?? '';
    const lines = stdout.slice(stdout.indexOf('  ssl_certificate '), stdout.indexOf('Next:'));
    const file = folder.at('nginx.conf');
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${folder.directory}/nginx.pid; error_log ${folder.directory}/error.log;
       events {} http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder.directory}/${each};`).join(' ')}
       server { listen ${HOST}:${port} ssl; ${lines.replaceAll(made, folder.directory)} location / { return 200 "ok\\n"; } } }`,
    );
    server = await startProcess(...fromPath('nginx', ['-p', folder.directory, '-e', 'stderr', '-c', file]), port);
    await check();
  });
});
