/** The rotation function of docs/rotation.md, step by step as Secrets Manager calls it: what nobody has accepted never becomes current. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RotationEvent, rotationFunction } from '../../docs/examples/rotation-function.ts';
import type { IdentityName } from '../../shared/pki/test-pki/lab-pki.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import type { Running } from '../lab/servers/lab-server.ts';
import { nginx } from '../lab/servers/nginx.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { configOf } from './support/monitor.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();
const STEPS: readonly RotationEvent['Step'][] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

let emulator: Emulator;
let lab: PkiOnDisk;
let server: Running;
let client: SecretsManagerClient;
let secret = { name: '', arn: '' };

const keys = async (name: IdentityName, keyOf: IdentityName = name) => ({
  certificate: await readFile(lab.files.identity(name).certificate, 'utf8'),
  privateKey: await readFile(lab.files.identity(keyOf).privateKey, 'utf8'),
});
/** JSON is YAML. The function reads it from its working directory. */
const registry = (port: number, identity: string) => ({
  version: 1,
  defaults: { timeout: '2s' },
  trustBundles: { lab: { file: lab.files.ca } },
  identities: { payments: { secret: identity }, orders: { secret: 'not/readable/here' } },
  endpoints: [
    { name: 'payments', url: `https://127.0.0.1:${port}/`, trustBundle: 'lab', admits: ['payments'] },
    { name: 'others', url: 'https://127.0.0.1:1/', trustBundle: 'lab', admits: ['orders'] },
  ],
});
const write = (document: object) => writeFile(join(lab.files.directory, 'registry.yaml'), JSON.stringify(document));

/** All steps in order; a step that fails ends the rotation, as in Secrets Manager. */
const rotate = async (next: object, token: string = randomUUID()): Promise<void> => {
  const rotation = rotationFunction(async () => next as Awaited<ReturnType<typeof keys>>);
  for (const Step of STEPS) await rotation({ Step, SecretId: secret.arn, ClientRequestToken: token });
};
const current = async () =>
  (await client.send(new GetSecretValueCommand({ SecretId: secret.arn, VersionStage: 'AWSCURRENT' }))).SecretString;

describe.skipIf(!tools.ok)(`a rotation function${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    [emulator, lab] = await Promise.all([startEmulator(tools.tool), pkiOnDisk()]);
    for (const [name, value] of Object.entries(emulator.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, value);
    vi.spyOn(process, 'cwd').mockReturnValue(lab.files.directory);
    server = await nginx.start('strict', lab.files);
    client = new SecretsManagerClient(configOf(emulator));
  });
  beforeEach(async () => {
    const name = `monitor/identity/${randomUUID()}`;
    const made = new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(await keys('payments')) });
    secret = { name, arn: (await client.send(made)).ARN ?? '' };
    await write(registry(server.port, name));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await server?.stop();
    await emulator?.stop();
    lab?.remove();
  });

  test('a certificate that the endpoint accepts is promoted; the steps may be repeated', async () => {
    const token = randomUUID();
    await rotate(await keys('chained'), token);
    expect(await current()).toBe(JSON.stringify(await keys('chained')));
    await rotate(await keys('stranger'), token);
    expect(await current()).toBe(JSON.stringify(await keys('chained')));
  });

  test.each([
    ['from a CA that the endpoint does not trust', () => keys('stranger'), /CONTROL_REJECTED: payments refused/],
    ['revoked', () => keys('revoked'), /CONTROL_REJECTED: payments refused/],
    ['of somebody whom it refuses', () => keys('orders'), /CONTROL_REJECTED: payments refused/],
    ['with another key', () => keys('payments', 'orders'), /IDENTITY_UNUSABLE: .*private key does not belong/],
    ['expired', () => keys('expired'), /IDENTITY_UNUSABLE: .*expired on/],
    [
      'damaged',
      async () => ({ certificate: 'none', privateKey: 'none' }),
      /IDENTITY_UNUSABLE: .*neither PEM nor base64/,
    ],
  ])('a client certificate %s is never promoted, and the error says why', async (_, next, why) => {
    const before = await current();
    const error = await rotate(await next()).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'PendingRefused', message: expect.stringMatching(why) });
    expect(String(error)).not.toMatch(/PRIVATE KEY|BEGIN/);
    expect(await current()).toBe(before);
  });

  test('where nobody can tell, it is not promoted either', async () => {
    const before = await current();
    await write(registry(1, secret.name));
    await expect(rotate(await keys('chained'))).rejects.toThrow(/UNREACHABLE/);
    await write(registry(server.port, 'another/secret'));
    await expect(rotate(await keys('chained'))).rejects.toThrow(/no endpoint of registry.yaml admits/);
    expect(await current()).toBe(before);
  });

  test('a route that admits the identity counts, although its endpoint admits another', async () => {
    const { endpoints, ...rest } = registry(server.port, secret.name);
    const [, others] = endpoints;
    const route = { method: 'GET', path: '/audit', admits: ['payments'] };
    const routed = { ...others, url: `https://127.0.0.1:${server.port}/`, routes: [route] };
    await write({ ...rest, endpoints: [routed] });
    await expect(rotate(await keys('stranger'))).rejects.toThrow(/CONTROL_REJECTED: others GET \/audit refused/);
  });

  test('a registry may name the secret by its ARN', async () => {
    await write(registry(server.port, secret.arn));
    await rotate(await keys('chained'));
    expect(await current()).toBe(JSON.stringify(await keys('chained')));
  });
});
