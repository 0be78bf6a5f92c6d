import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { propsFromContext } from '../../infra/context-props.ts';
import { DeploymentError } from '../../infra/index.ts';
import { readRegistry } from '../../infra/monitor-registry.ts';
import { type Authority, issueAuthority, issueRevocationList } from '../../shared/pki/mint/issue.ts';
import { crlsOf } from '../../shared/pki/x509/crl-file.ts';
import { REGISTRY, registryFile, temporaryFolder } from './support/registry.ts';
import { newApp, stackOf } from './support/synth.ts';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const faultOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof DeploymentError) return error.message;
    throw error;
  }
  return 'no fault';
};
const synthOf = (text: string) => faultOf(() => stackOf(newApp(), { registry: registryFile(text) }));

describe('the registry at the synth', () => {
  test('is one asset with its trust bundles, the same wherever its folder is', () => {
    const documents = [registryFile(), registryFile()].map((registry) => {
      const app = newApp();
      stackOf(app, { registry });
      const { directory } = app.synth();
      const [asset = ''] = readdirSync(directory).filter((name) => /^asset\..*\.json$/.test(name));
      return readFileSync(join(directory, asset), 'utf8');
    });

    expect(documents[0]).toBe(documents[1]);
    expect(JSON.parse(documents[0] ?? '')).toMatchObject({
      file: 'registry.yaml',
      text: expect.stringContaining('ca.pem'),
      bundles: { lab: { kind: 'pem', pem: expect.stringContaining('BEGIN CERTIFICATE') }, corp: { kind: 'secret' } },
    });
  });

  test('a missing one names npx mtls-monitor init', () => {
    expect(faultOf(() => stackOf(newApp(), { registry: 'nowhere/registry.yaml' }))).toMatch(
      /nowhere\/registry\.yaml.*npx mtls-monitor init/s,
    );
  });

  test('every error at once, with its line', () => {
    const message = synthOf(
      REGISTRY.replace('admits: [checkout]', 'admits: [checkot]').replace('trustBundle: lab', 'trustBundle: labb'),
    );

    expect(message).toMatch(/registry\.yaml:\d+:\d+ endpoints\[0\]\.admits\[0\].*checkout/s);
    expect(message).toMatch(/endpoints\[1\]\.trustBundle/);
  });

  test('the files that it includes are deployed with it, as one document; one that is not there is refused by its line', () => {
    const registry = registryFile(
      REGISTRY.replace('version: 1\n', 'version: 1\ninclude: [endpoints.d/*.yaml, none/*.yaml]\n'),
    );
    const folder = join(registry, '..', 'endpoints.d');
    mkdirSync(folder);
    copyFileSync(join(registry, '..', 'ca.pem'), join(folder, 'own.pem'));
    const own =
      'trustBundles: { own: { file: own.pem } }\nendpoints:\n  - { name: audit, url: "https://audit.corp.example", trustBundle: own, admits: [checkout] }\n';
    writeFileSync(join(folder, 'audit.yaml'), own);
    const app = newApp();
    const stack = stackOf(app, { registry });
    const { deployment } = readRegistry(registry);
    expect(deployment.text).toContain('"audit"');
    expect(deployment.text).not.toContain('include');
    expect(deployment.bundles).toMatchObject({ own: { kind: 'pem', file: 'endpoints.d/own.pem' } });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('include\\[1\\] matches no file'));

    expect(synthOf(REGISTRY.replace('version: 1\n', 'version: 1\ninclude: [more.yaml]\n'))).toMatch(
      /registry\.yaml:2:\d+ include\[0\]: .*more\.yaml cannot be read: ENOENT/,
    );
  });

  test('an identity from files that an endpoint uses is refused by name: no key becomes an asset', () => {
    const message = synthOf(
      REGISTRY.replace('{ secret: monitor/identity/checkout }', '{ certificate: a.crt, privateKey: a.key }'),
    );

    expect(message).toContain('identity checkout comes from files');
  });

  test('a trust bundle that cannot be read is named', () => {
    expect(faultOf(() => stackOf(newApp(), { registry: registryFile(REGISTRY, {}) }))).toMatch(
      /trust bundle lab.*ENOENT/s,
    );
  });
});

describe('a trust bundle’s file', () => {
  const withBundle = (content: string | Uint8Array) =>
    faultOf(() => stackOf(newApp(), { registry: registryFile(REGISTRY, { 'ca.pem': content }) }));
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });

  test('that holds a private key is refused, and the key is nowhere in what is said', () => {
    const message = withBundle(String(key));
    expect(message).toMatch(/trust bundle lab.*holds a private key/s);
    expect(message).not.toContain(String(key).split('\n')[1]);
  });

  test.each<[string, (pem: string) => string | Uint8Array]>([
    ['DER', () => Buffer.from(String(key).replaceAll(/-.*-|\s/g, ''), 'base64')],
    ['base64 of PEM', (pem) => Buffer.from(`${pem}${key}`).toString('base64')],
    [
      'a Kubernetes Secret',
      (pem) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          data: { 'ca.crt': btoa(pem), 'tls.key': btoa(String(key)) },
        }),
    ],
    [
      'an object of a JSON',
      (pem) =>
        JSON.stringify({
          ca: pem,
          own: { key: String(key).replaceAll('PRIVATE KEY', 'EC KEY'), b: btoa(String(key)) },
        }),
    ],
  ])('that holds one as %s too', async (_, content) => {
    const { certificatePem } = await issueAuthority({
      subject: 'CN=Root',
      validity: { notBefore: 0, notAfter: 864e5 },
    });
    expect(withBundle(content(certificatePem))).toMatch(/trust bundle lab.*holds a private key/s);
  });

  test('in another shape is shipped as PEM, and what is damaged in it is told in every run', async () => {
    const { certificatePem } = await issueAuthority({
      subject: 'CN=Root',
      validity: { notBefore: 0, notAfter: 864e5 },
    });
    const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const data = { 'ca.crt': btoa(certificatePem + broken) };
    const file = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data });
    expect(readRegistry(registryFile(REGISTRY, { 'ca.pem': file })).deployment.bundles['lab']).toEqual({
      kind: 'pem',
      pem: certificatePem,
      unread: [expect.stringMatching(/^certificate 2 of 2 \(line \d+\) in the field "ca.crt" is damaged/)],
    });
  });

  test('without a certificate, or with a damaged one, is named', () => {
    expect(withBundle('nothing')).toMatch(
      /trust bundle lab.*it holds text that is neither PEM nor base64; CA certificates were expected/s,
    );
    expect(withBundle('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')).toMatch(
      /trust bundle lab.*damaged/s,
    );
  });
});

describe('CRLs of a trust bundle', () => {
  const text = REGISTRY.replace(
    'lab: { file: pki/ca.pem }',
    'lab: { file: pki/ca.pem, crls: [{ file: corp.crl }, { url: "http://crl.example/corp.crl" }] }',
  );
  const files = async (crl: (authority: Authority) => string) => {
    const validity = { notBefore: 0, notAfter: Date.now() + 864e5 };
    const authority = await issueAuthority({ subject: 'CN=Root', validity });
    return { 'ca.pem': authority.certificatePem, 'corp.crl': crl(authority) };
  };
  const list = (authority: Authority) => issueRevocationList(authority, [], { notBefore: 0, notAfter: 864e5 });

  test('from a file it is shipped, from a URL it is named', async () => {
    const path = registryFile(text, await files((authority) => `# corp\n${list(authority)}`));
    expect(readRegistry(path).deployment.bundles['lab']).toEqual({
      kind: 'pem',
      pem: expect.stringContaining('BEGIN CERTIFICATE'),
      // As the registry names it: where it was deployed from is nobody's business.
      file: 'ca.pem',
      crls: [
        { kind: 'pem', name: 'corp.crl', pem: expect.stringMatching(/^-----BEGIN X509 CRL-----[^#]*CRL-----\n$/) },
        { kind: 'url', url: 'http://crl.example/corp.crl' },
      ],
    });
  });

  test.each(['der', 'base64'] as const)('a file in %s is shipped as PEM', async (form) => {
    const given = await files(list);
    const base64 = given['corp.crl'].replace(/-----.*-----|\s/g, '');
    const path = registryFile(text, { ...given, 'corp.crl': form === 'der' ? Buffer.from(base64, 'base64') : base64 });
    const [crl] = readRegistry(path).deployment.bundles['lab']?.crls ?? [];
    expect(crl).toMatchObject({ kind: 'pem', name: 'corp.crl' });
    expect(crl?.kind === 'pem' && crlsOf('corp.crl', Buffer.from(crl.pem))).toMatchObject({ ok: true });
  });

  test('one that is none is named at the synth', async () => {
    const path = registryFile(text, await files(() => 'not found'));
    expect(faultOf(() => readRegistry(path))).toMatch(/trust bundle lab.*corp\.crl cannot be used: it holds no CRL/s);
  });
});

describe('what a month costs', () => {
  const many = (endpoints: number): string => `version: 1
identities: { checkout: { secret: monitor/identity/checkout } }
endpoints:
${Array.from({ length: endpoints }, (_, index) => `  - { name: e${index}, url: "https://e${index}.example/", admits: [checkout], refuses: [] }`).join('\n')}
`;
  const warnings = (text: string, metrics?: 'fleet' | 'endpoint') => {
    const stack = stackOf(newApp(), { registry: registryFile(text), ...(metrics !== undefined && { metrics }) });
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('a month'));
  };

  test('above 100 $ the synth warns with the sum and names metrics: fleet', () => {
    const [warning] = warnings(many(100), 'endpoint');

    expect(warning?.entry.data).toMatch(/about \$\d{3} a month.*metrics: fleet about \$\d+, with metrics: sparse/);
  });

  test('above the registry’s budget the synth fails with the sum; with one that holds it does not warn', () => {
    const budget = (dollars: number) => `${many(100)}monitor: { budget: ${dollars} }\n`;

    expect(() => warnings(budget(10))).toThrow(DeploymentError);
    expect(faultOf(() => warnings(budget(10)))).toMatch(
      /monitor\.budget: .*\$\d+\.\d\d a month, and the budget is \$10/,
    );
    expect(warnings(budget(5000))).toEqual([]);
  });

  test('below it does not', () => {
    expect(warnings(many(100), 'fleet')).toEqual([]);
    expect(warnings(many(100))).toEqual([]);
    expect(warnings(REGISTRY)).toEqual([]);
  });
});

describe('the context', () => {
  test('reads texts as -c gives them and lists as cdk.json does', () => {
    const key = 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000';

    expect(propsFromContext({})).toEqual({ registry: 'registry.yaml', secretKeys: [] });
    expect(propsFromContext({ registry: '/x.yaml', metrics: 'fleet', secretKeys: `${key},${key}` })).toMatchObject({
      registry: '/x.yaml',
      metrics: 'fleet',
      secretKeys: [key, key],
    });
    expect(propsFromContext({ metrics: 'sparse' }).metrics).toBe('sparse');
    expect(propsFromContext({ secretKeys: [key] }).secretKeys).toEqual([key]);
  });

  test.each([
    [{ metrics: 'everything' }, 'metrics'],
    [{ secretKeys: 'alias/mine' }, 'secretKeys'],
    [{ notificationEmail: 'nobody' }, 'notificationEmail'],
    [{ registry: 7 }, 'registry'],
    [{ 'vantage.prod': {} }, 'vantage.prod'],
    [{ vantage: {} }, 'it stands in the registry, as `vantages`'],
    [{ budget: 5 }, 'it stands in the registry, as `monitor.budget`'],
    [{ runbook: 'x' }, 'it stands in the registry, as `monitor.runbook`'],
    [{ notificationEmail: 'a@corp.example,b@corp.example' }, 'notificationEmail'],
    [{ maxConcurrency: '0' }, 'maxConcurrency: 0'],
    [{ maxConcurrency: 'many' }, 'maxConcurrency: many'],
    [{ maxConcurrency: 1.5 }, 'maxConcurrency: 1.5'],
    [{ maxConcurrency: '10001' }, 'maxConcurrency: 10001'],
  ])('%j is refused by name', (context, name) => {
    expect(faultOf(() => propsFromContext(context))).toContain(name);
  });

  test.each([
    ['notifcationEmail', '; did you mean "notificationEmail"?'],
    ['notificationMail', '; did you mean "notificationEmail"?'],
    ['maxconcurrency', '; did you mean "maxConcurrency"?'],
    [
      'email',
      '; expected one of registry, stackName, metrics, notificationEmail, secretKeys, maxConcurrency, custodian, inventory, truststores, denyPrivate, allowAddresses',
    ],
  ])('%s is nothing of ours, and the nearest right word is named', (key, advice) => {
    expect(faultOf(() => propsFromContext({ [key]: 'x' }))).toBe(`Unknown context value ${key}${advice}`);
  });

  test.each([
    ['sparce', '; did you mean "sparse"?'],
    ['Fleet', '; did you mean "fleet"?'],
    ['checks', '; did you mean "check"?'],
    ['everything', '; expected one of fleet, sparse, endpoint, check'],
  ])('metrics: %s is no level, and the nearest right one is named', (metrics, advice) => {
    expect(faultOf(() => propsFromContext({ metrics }))).toBe(`Unknown value of metrics: ${metrics}${advice}`);
  });

  test('every unknown one at once', () => {
    expect(faultOf(() => propsFromContext({ metrcs: 'fleet', secretkeys: '', runbook: 'x' })).split('\n')).toHaveLength(
      3,
    );
  });

  test('what the CDK keeps there is not ours', () => {
    const context = {
      '@aws-cdk/core:target-partitions': ['aws'],
      'aws:cdk:bundling-stacks': [],
      'aws-cdk:enableDiffNoFail': true,
      'availability-zones:account=111111111111:region=eu-west-1': ['a'],
      'hosted-zone:account=1:domainName=vantage.example': {},
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
    };
    expect(propsFromContext(context)).toEqual({ registry: 'registry.yaml', secretKeys: [] });
    expect(propsFromContext(newApp().node.getAllContext()).registry).toBe('registry.yaml');
  });

  test('maxConcurrency is a number, as -c gives it and as cdk.json may', () => {
    expect(propsFromContext({ maxConcurrency: '4' }).maxConcurrency).toBe(4);
    expect(propsFromContext({ maxConcurrency: 10_000 }).maxConcurrency).toBe(10_000);
    expect(faultOf(() => stackOf(newApp(), { maxConcurrency: 0 }))).toContain('maxConcurrency: 0');
  });
});

describe('the app', () => {
  test('a registry that cannot be deployed: its errors on stderr, no stack trace, not 0', async () => {
    const outdir = temporaryFolder();
    const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ registry: 'missing.yaml' }) };

    const failed = await run(process.execPath, ['infra/app.ts'], { cwd: ROOT, env }).catch((error) => error);

    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('missing.yaml') });
    expect(failed.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('bundles under the command of cdk.json, one file a function, the SDK included, within 1.5 MiB', async () => {
    const outdir = temporaryFolder();
    const { app } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
    const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ registry: registryFile() }) };

    await run('sh', ['-c', app], { cwd: ROOT, env });

    const bundles = readdirSync(outdir).filter((name) => /^asset\.[0-9a-f]{64}$/.test(name));
    expect(bundles).toHaveLength(4);
    for (const bundle of bundles) {
      expect(readdirSync(join(outdir, bundle))).toEqual(['index.mjs']);
      const code = readFileSync(join(outdir, bundle, 'index.mjs'));
      expect(code.length).toBeLessThan(1.5 * 1024 * 1024);
      expect(code.toString()).not.toMatch(/from\s*["']@aws-sdk/);
    }
  });
});
