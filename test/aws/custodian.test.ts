/**
 * The custodian at Secrets Manager (ministack) and AWS Private CA (moto, with what that leaves out: support/private-ca.py), and what a real relying party
 * says of the identities that it keeps. Where hours have to pass, the custodian's clock is another one; certificates are judged by nginx's own.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ACMPCAClient,
  CreateCertificateAuthorityCommand,
  GetCertificateAuthorityCsrCommand,
  GetCertificateCommand,
  ImportCertificateAuthorityCertificateCommand,
  IssueCertificateCommand,
} from '@aws-sdk/client-acm-pca';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { privateCas } from '../../shared/aws/private-ca.ts';
import { secretVersions } from '../../shared/aws/secret-versions.ts';
import { FAULTS } from '../../shared/model/names.ts';
import type { Report } from '../../shared/model/report.ts';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import { keepIdentities } from '../../shared/pipeline/custodian/keep-identities.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { mtlsMonitorIn } from '../helpers/registry.ts';
import { fromPath } from '../lab/servers/installed.ts';
import { type Running, startProcess } from '../lab/servers/lab-server.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { configOf, createSecret } from './support/monitor.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();
const EMPTY = '{"put":"here"}';

let emulator: Emulator;
let lab: PkiOnDisk;
let secrets: SecretsManagerClient;
const running: Running[] = [];

const startCa = async (crl: string | null): Promise<{ client: ACMPCAClient; arn: string; certificate: string }> => {
  if (!tools.ok) throw new Error(tools.reason);
  const port = await freePort();
  const script = join(import.meta.dirname, 'support/private-ca.py');
  running.push(await startProcess(tools.tool('python'), [script, String(port), ...(crl === null ? [] : [crl])], port));
  const client = new ACMPCAClient({ ...configOf(emulator), endpoint: `http://127.0.0.1:${port}` });
  const { CertificateAuthorityArn: arn = '' } = await client.send(
    new CreateCertificateAuthorityCommand({
      CertificateAuthorityType: 'ROOT',
      CertificateAuthorityConfiguration: {
        KeyAlgorithm: 'RSA_2048',
        SigningAlgorithm: 'SHA256WITHRSA',
        Subject: { Organization: 'Corp', CommonName: 'Private CA' },
      },
      RevocationConfiguration: { CrlConfiguration: { Enabled: true, ExpirationInDays: 7, S3BucketName: 'crls' } },
    }),
  );
  const { Csr = '' } = await client.send(new GetCertificateAuthorityCsrCommand({ CertificateAuthorityArn: arn }));
  const certificate = await issued(client, arn, Csr, 'RootCACertificate', 300 * DAY);
  await client.send(
    new ImportCertificateAuthorityCertificateCommand({
      CertificateAuthorityArn: arn,
      Certificate: Buffer.from(certificate),
    }),
  );
  return { client, arn, certificate };
};

const issued = async (
  client: ACMPCAClient,
  ca: string,
  csr: string,
  template: string,
  lasts: number,
): Promise<string> => {
  const { CertificateArn } = await client.send(
    new IssueCertificateCommand({
      CertificateAuthorityArn: ca,
      Csr: Buffer.from(csr),
      SigningAlgorithm: 'SHA256WITHRSA',
      TemplateArn: `arn:aws:acm-pca:::template/${template}/V1`,
      Validity: { Type: 'ABSOLUTE', Value: Math.floor((Date.now() + lasts) / 1000) },
    }),
  );
  const get = new GetCertificateCommand({ CertificateAuthorityArn: ca, CertificateArn });
  return (await client.send(get)).Certificate ?? '';
};

/** A secret with a client identity of that CA, as a team would have asked for it. */
const putModel = async (client: ACMPCAClient, ca: string, secret: string): Promise<void> => {
  const file = (name: string) => join(lab.files.directory, `${secret}-${name}`);
  const args = `req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${file('key')} -out ${file('csr')} -subj /CN=payments -addext subjectAltName=DNS:payments.test`;
  execFileSync('openssl', args.split(' '), { stdio: 'pipe' });
  const certificate = await issued(
    client,
    ca,
    readFileSync(file('csr'), 'utf8'),
    'EndEntityClientAuthCertificate',
    90 * DAY,
  );
  await createSecret(emulator, secret, JSON.stringify({ certificate, privateKey: readFileSync(file('key'), 'utf8') }));
};

const startNginx = async (ca: string, crl: string): Promise<number> => {
  const port = await freePort();
  const path = (name: string) => join(lab.files.directory, name);
  const { certificate, privateKey } = lab.files.server('good');
  writeFileSync(path('private-ca.pem'), ca);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${path(each)};`,
  );
  writeFileSync(
    path('custodian.conf'),
    `daemon off; master_process off; pid ${path('custodian.pid')}; events { worker_connections 64; }
http { access_log off; ${temporary.join(' ')} server { listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${privateKey};
  ssl_client_certificate ${path('private-ca.pem')}; ssl_crl ${crl}; ssl_verify_client on; location / { return 200 "ok\\n"; } } }`,
  );
  running.push(
    await startProcess(
      ...fromPath('nginx', ['-p', lab.files.directory, '-e', 'stderr', '-c', path('custodian.conf')]),
      port,
    ),
  );
  return port;
};

const secretValue = async (SecretId: string): Promise<string> =>
  (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';

describe.skipIf(!tools.ok)(`the custodian${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    [emulator, lab] = await Promise.all([startEmulator(tools.tool), pkiOnDisk()]);
    secrets = new SecretsManagerClient(configOf(emulator));
  });
  afterAll(async () => {
    for (const each of running) await each.stop();
    await emulator?.stop();
    lab?.remove();
  });

  /** AWS moves a label to the version that is put with it; the emulator leaves it on the older one besides. */
  const unlabel = async (SecretId: string): Promise<void> => {
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    const VersionStage = 'AWSPENDING';
    for (const [RemoveFromVersionId, stages] of Object.entries(VersionIdsToStages))
      if (stages.includes(VersionStage))
        await secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }));
  };

  const keeper = (client: ACMPCAClient, arn: string, prefix: string) => {
    const kept = FAULTS.map((fault) => ({ name: fault, fault, secret: `${prefix}-${fault}`, like: `${prefix}-model` }));
    const own = secretVersions(secrets);
    const put: typeof own.put = async (secret, ...rest) => {
      await unlabel(secret);
      await own.put(secret, ...rest);
    };
    const ports = { ...own, put, ...privateCas(client, [arn]) };
    return async (clock: () => number) =>
      Object.fromEntries(
        (await keepIdentities(kept, ports, clock)).map((each) => [
          each.identity,
          'done' in each ? each.done : each.failed,
        ]),
      );
  };

  test('identities that it keeps are what a relying party must refuse, and the monitor passes', async () => {
    const crl = join(lab.files.directory, 'private-ca.crl');
    const { client, arn, certificate } = await startCa(crl);
    await putModel(client, arn, 'kept-model');
    for (const fault of FAULTS) await createSecret(emulator, `kept-${fault}`, EMPTY);
    const run = keeper(client, arn, 'kept');
    // Twenty minutes ago: what was to end within ten has ended by now.
    const first = await run(() => Date.now() - 20 * MINUTE);
    expect(first).toEqual({ expired: 'issue', 'not-yet-valid': 'issue', revoked: 'issue', 'wrong-usage': 'issue' });
    // Neither has its fault yet: a relying party would rightly let it in.
    expect([await secretValue('kept-expired'), await secretValue('kept-revoked')]).toEqual([EMPTY, EMPTY]);
    const second = await run(Date.now);
    expect(second).toEqual({
      expired: 'promote',
      'not-yet-valid': 'nothing',
      revoked: 'revoke',
      'wrong-usage': 'nothing',
    });
    expect(existsSync(crl)).toBe(true);
    expect((await run(Date.now))['revoked']).toBe('wait');
    expect((await run(() => Date.now() + 25 * HOUR))['revoked']).toBe('promote');
    const calm = await run(() => Date.now() + 25 * HOUR);
    expect(new Set(Object.values(calm))).toEqual(new Set(['nothing']));

    const port = await startNginx(certificate, crl);
    const registry = join(lab.files.directory, 'custodian.yaml');
    writeFileSync(
      registry,
      JSON.stringify({
        version: 1,
        trustBundles: { lab: { file: lab.files.ca } },
        identities: {
          payments: { secret: 'kept-model' },
          ...Object.fromEntries(FAULTS.map((fault) => [fault, { secret: `kept-${fault}`, fault, like: 'payments' }])),
        },
        endpoints: [{ name: 'payments', url: `https://127.0.0.1:${port}/`, trustBundle: 'lab', admits: ['payments'] }],
      }),
    );
    const { stdout } = await mtlsMonitorIn(emulator.env, 'check', registry, '--secrets', 'aws', '--format', 'json');
    const { checks } = JSON.parse(stdout) as Report;
    expect(
      checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code, message }) => [id, code, message]),
    ).toEqual([]);
    expect(checks.map(({ scenario }) => scenario)).toEqual(expect.arrayContaining([...FAULTS]));
  });

  test('a CA that issues something else than was asked for: nothing is put, and it says why', async () => {
    const { client, arn } = await startCa(null);
    await putModel(client, arn, 'stock-model');
    for (const fault of FAULTS) await createSecret(emulator, `stock-${fault}`, EMPTY);
    const results = await keeper(client, arn, 'stock')(Date.now);
    for (const fault of ['expired', 'not-yet-valid', 'wrong-usage'])
      expect(results[fault]).toMatch(/^what the CA issued was not kept: /);
    expect(results['revoked']).toMatch(/short-lived mode, which cannot revoke/);
    for (const fault of FAULTS) expect(await secretValue(`stock-${fault}`)).toBe(EMPTY);
  });
});
