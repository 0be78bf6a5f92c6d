/** Another version of a control's secret, read from Secrets Manager by its staging label, at a real relying party. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckResult, Report } from '../../shared/model/report.ts';
import type { IdentityName } from '../../shared/pki/test-pki/lab-pki.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { mtlsMonitorIn } from '../helpers/registry.ts';
import type { Running } from '../lab/servers/lab-server.ts';
import { nginx } from '../lab/servers/nginx.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { configOf } from './support/monitor.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();
/** The emulator leaves a label where it was: each test has a secret of its own. */
let SecretId = '';
let number = 0;

let emulator: Emulator;
let lab: PkiOnDisk;
let server: Running;
let client: SecretsManagerClient;
let registry: string;

const secretOf = async (name: IdentityName): Promise<string> => {
  const { certificate, privateKey } = lab.files.identity(name);
  return JSON.stringify({
    certificate: await readFile(certificate, 'utf8'),
    privateKey: await readFile(privateKey, 'utf8'),
  });
};

const pending = async (SecretString: string): Promise<string> => {
  const put = new PutSecretValueCommand({ SecretId, SecretString, VersionStages: ['AWSPENDING'] });
  return (await client.send(put)).VersionId ?? '';
};

/** What the command says of the rotation; nothing where there was no check. */
const rotation = async (): Promise<Partial<CheckResult> | undefined> => {
  const args = ['check', registry, '--secrets', 'aws', '--suite', 'enforcement', '--format', 'json'];
  const { stdout } = await mtlsMonitorIn(emulator.env, ...args);
  const { checks } = JSON.parse(stdout) as Report;
  expect(checks.find(({ scenario }) => scenario === 'valid-identity')?.verdict).toBe('pass');
  expect(stdout).not.toContain('PRIVATE KEY');
  return checks.find(({ scenario }) => scenario === 'rotation');
};

describe.skipIf(!tools.ok)(`rotation${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    [emulator, lab] = await Promise.all([startEmulator(tools.tool), pkiOnDisk()]);
    server = await nginx.start('strict', lab.files);
    client = new SecretsManagerClient(configOf(emulator));
  });
  beforeEach(async () => {
    number += 1;
    SecretId = `monitor/identity/payments-${number}`;
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: await secretOf('payments') }));
    registry = join(lab.files.directory, `registry-${number}.yaml`);
    const endpoint = { name: 'payments', url: `https://127.0.0.1:${server.port}/healthz`, trustBundle: 'lab' };
    const document = {
      version: 1,
      trustBundles: { lab: { file: lab.files.ca } },
      identities: { payments: { secret: SecretId } },
      endpoints: [{ ...endpoint, admits: ['payments'] }],
    };
    await writeFile(registry, JSON.stringify(document));
  });
  afterAll(async () => {
    await server?.stop();
    await emulator?.stop();
    lab?.remove();
  });

  test('a secret without another version: no check', async () => {
    expect(await rotation()).toBeUndefined();
  });

  test('what comes next and would be refused is a warning, before it becomes current', async () => {
    await pending(await secretOf('stranger'));
    expect(await rotation()).toMatchObject({
      id: 'payments/rotation/payments',
      verdict: 'fail',
      code: 'NEXT_IDENTITY_REJECTED',
      severity: 'warning',
      evidence: [{ presented: 'payments (AWSPENDING)', ended: { kind: 'answered', status: 400 } }],
    });
  });

  test('a damaged next version is our own fault', async () => {
    await pending('{"certificate": "none"}');
    expect(await rotation()).toMatchObject({ verdict: 'inconclusive', code: 'IDENTITY_UNUSABLE' });
  });

  test('a next version that is accepted passes; once promoted, so does the one before, for a day', async () => {
    const version = await pending(await secretOf('chained'));
    expect(await rotation()).toMatchObject({ verdict: 'pass', code: 'ACCEPTED' });
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        RemoveFromVersionId: await currentVersion(version),
      }),
    );
    expect(await rotation()).toMatchObject({
      verdict: 'pass',
      code: 'ACCEPTED',
      evidence: [{ presented: 'payments (AWSPREVIOUS)' }],
    });
  });
});

/** The version that holds AWSCURRENT while `next` waits. */
const currentVersion = async (next: string): Promise<string> => {
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
  const [current = ''] =
    Object.entries(VersionIdsToStages).find(([id, stages]) => id !== next && stages.includes('AWSCURRENT')) ?? [];
  return current;
};
