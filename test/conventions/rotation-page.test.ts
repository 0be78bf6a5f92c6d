// What docs/rotation.md shows is what is compiled and tried.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { RotationStack } from '../../docs/examples/rotation-stack.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const EXAMPLES = join(DOCS, 'examples');
const read = (path: string) => readFileSync(join(DOCS, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mtls-monitor-rotation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/rotation.md', () => {
  test('shows every example as it is', () => {
    const page = read('rotation.md');
    for (const name of readdirSync(EXAMPLES).filter((each) => each.startsWith('rotat'))) {
      expect(page, name).toContain(`\`\`\`ts\n// ${name}\n${read(`examples/${name}`)}\`\`\``);
    }
  });

  test('its stack lets the function read, write and promote that one secret', () => {
    const app = new App({ outdir: join(folder, 'out'), context: { 'aws:cdk:bundling-stacks': [] } });
    const template = Template.fromStack(new RotationStack(app, 'Rotation', { folder: EXAMPLES }));
    const [schedule] = Object.values(template.findResources('AWS::SecretsManager::RotationSchedule'));
    expect(JSON.stringify(schedule?.['Properties'].SecretId)).toContain(':secret:mtls-monitor/identity/checkout"');
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const actions = statements.flatMap(({ Action }: { Action: string | string[] }) => Action).sort();
    expect(actions).toEqual(
      ['DescribeSecret', 'GetRandomPassword', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
        (action) => `secretsmanager:${action}`,
      ),
    );
  });

  test('its function bundles as Lambda’s does', async () => {
    const bundle = join(folder, 'index.mjs');
    const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    const esbuild = join(DOCS, '../node_modules/.bin/esbuild');
    const options = ['--bundle', '--platform=node', '--format=esm', '--target=node24', `--banner:js=${banner}`];
    await promisify(execFile)(esbuild, [join(EXAMPLES, 'rotate.ts'), ...options, `--outfile=${bundle}`]);
    const script = join(folder, 'run.mjs');
    writeFileSync(script, `import { handler } from './index.mjs'; process.stdout.write(typeof handler);`);
    expect((await promisify(execFile)(process.execPath, [script])).stdout).toBe('function');
  });
});
