/** `mtls-monitor forge --secrets aws`, and a check that reads what it put there. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../shared/model/report.ts';
import { TEST_IDENTITIES } from '../../shared/pki/test-pki/test-set.ts';
import { type ForgeFolder, forgeFolder } from '../helpers/forge-folder.ts';
import { freePort } from '../helpers/ports.ts';
import { mtlsMonitorIn } from '../helpers/registry.ts';
import { HOST, type Running, startProcess } from '../lab/servers/lab-server.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { configOf } from './support/monitor.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();
const AWS = ['--secrets', 'aws', '--prefix', 'team-a/'] as const;

let emulator: Emulator;
let folder: ForgeFolder;
let server: Running | null = null;

describe.skipIf(!tools.ok)(`forge into Secrets Manager${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    emulator = await startEmulator(tools.tool);
    folder = forgeFolder(emulator.env);
  });
  afterAll(async () => {
    await server?.stop();
    await emulator?.stop();
    folder?.remove();
  });
  const current = async (name: string): Promise<string> => {
    const command = new GetSecretValueCommand({ SecretId: `team-a/identity/${name}` });
    return (await new SecretsManagerClient(configOf(emulator)).send(command)).SecretString ?? '';
  };

  test('the identities are secrets and nothing else; the registry names them; no key is printed', async () => {
    const { exitCode, stdout, stderr } = await folder.forge(...AWS);

    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('PRIVATE');
    expect(existsSync(folder.at('identities'))).toBe(false);
    expect(readdirSync(folder.at('ca')).sort()).toEqual(['issuing.crt', 'issuing.key', 'root.crt', 'root.key']);
    const registry = readFileSync(folder.at('registry.yaml'), 'utf8');
    for (const name of TEST_IDENTITIES) {
      expect(registry).toContain(`secret: "team-a/identity/${name}"`);
      expect(JSON.parse(await current(name))).toEqual({
        certificate: expect.stringContaining('BEGIN CERTIFICATE'),
        privateKey: expect.stringContaining('PRIVATE KEY'),
      });
    }
  });

  test('check --secrets aws passes at once', async () => {
    const port = await freePort();
    const args = ['-cert', 'servers/localhost.crt', '-key', 'servers/localhost.key', '-cert_chain', 'ca/issuing.crt'];
    const paths = [...args, '-CAfile', 'ca-with-crl.pem'].map((each) => (each.includes('.') ? folder.at(each) : each));
    const verify = ['-Verify', '2', '-verify_return_error', '-crl_check_all'];
    server = await startProcess(
      'openssl',
      ['s_server', '-accept', `${HOST}:${port}`, '-www', ...paths, ...verify],
      port,
    );
    const file = folder.at('registry.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(':8443', `:${port}`));

    const checked = await mtlsMonitorIn(emulator.env, 'check', file, '--secrets', 'aws', '--format', 'json');

    const { checks } = reportSchema.parse(JSON.parse(checked.stdout));
    expect(checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code }) => `${id} ${code}`)).toEqual([]);
    expect([checked.exitCode, checks.some(({ scenario }) => scenario === 'revoked')]).toEqual([0, true]);
  });

  test('secrets that exist are left as they are, and named; --force puts a new version', async () => {
    const first = await current('payments');
    const elsewhere = forgeFolder(emulator.env);

    const refused = await elsewhere.forge(...AWS);
    expect(refused).toMatchObject({
      exitCode: 64,
      stdout: '',
      stderr: expect.stringContaining('team-a/identity/payments'),
    });
    expect([await current('payments'), existsSync(elsewhere.directory)]).toEqual([first, false]);

    expect((await elsewhere.forge(...AWS, '--force')).exitCode).toBe(0);
    expect(await current('payments')).not.toBe(first);
    elsewhere.remove();
  });

  test('without an answer from AWS it says what is wrong, and writes nothing', async () => {
    const nobody = forgeFolder({ ...emulator.env, AWS_ENDPOINT_URL: `http://${HOST}:${await freePort()}` });
    expect(await nobody.forge(...AWS)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('Secrets Manager'),
    });
    expect(existsSync(nobody.directory)).toBe(false);
    nobody.remove();
  });
});
