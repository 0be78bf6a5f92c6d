/** The package, as somebody else's project installs, compiles, deploys and runs it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployApp, type Outputs } from './support/deploy.ts';
import { metric, runOnce } from './support/monitor.ts';
import { type RelyingParty, relyingParty } from './support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from './support/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const NPM = ['--no-audit', '--no-fund', '--silent'];
const run = promisify(execFile);
const tools = await canDeploy();

/** A user's `node`: the one of the machine, where there is one beside the project's own. */
const users = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((node) => existsSync(node));
const NODE = users ?? process.execPath;

const APP = `import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { MtlsMonitor } from 'mtls-monitor';
import { readFileSync } from 'node:fs';
const registry = JSON.parse(readFileSync('registry.json', 'utf8'));
const stack = new Stack(new App(), 'Own');
for (const [name, own] of [['edge', 'registry.json'], ['core', registry]]) {
  const monitor = new MtlsMonitor(stack, name, { name, registry: own, metrics: 'endpoint' });
  new CfnOutput(stack, name + 'Machine', { value: monitor.stateMachine.stateMachineArn });
}
`;

const STRICT = `import { App, Stack } from 'aws-cdk-lib';
import { DeploymentError, MtlsMonitor, type MtlsMonitorProps } from 'mtls-monitor';
import { testSecret } from 'mtls-monitor/rotation';
const props: MtlsMonitorProps = { registry: { version: 1 }, metrics: 'fleet' };
const monitor = new MtlsMonitor(new Stack(new App(), 'Own'), 'Mtls', props);
monitor.endpointAlarm('DaysToExpiry', 'payments', 3);
export const names: readonly string[] = monitor.alarms.map(({ alarmName }) => alarmName);
export const fault: Error = new DeploymentError('x');
export const tested: Promise<readonly string[]> = testSecret({ registry: 'x', secretId: 'y', token: 'z' });
// @ts-expect-error: no such level
new MtlsMonitor(new Stack(new App(), 'Own'), 'Other', { registry: 'x', metrics: 'everything' });
`;

const COMPILER = { strict: true, noUncheckedIndexedAccess: true, module: 'nodenext', target: 'es2022', noEmit: true };

let home: string;
let archive: string;

const project = async (name: string, ...packages: readonly string[]): Promise<string> => {
  const folder = join(home, name);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  await run('npm', ['install', ...NPM, archive, ...packages], { cwd: folder });
  return folder;
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mtls-monitor-package-'));
  await run(process.execPath, [join(ROOT, 'packaging/build.ts'), home]);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  archive = join(home, `mtls-monitor-${version}.tgz`);
});
afterAll(() => rm(home, { recursive: true }));

describe('the command line', () => {
  test('comes without the CDK, and asks for the Node that it needs', async () => {
    const folder = await project('command-line');
    expect(existsSync(join(folder, 'node_modules/aws-cdk-lib'))).toBe(false);
    const bill = JSON.parse(await readFile(join(folder, 'node_modules/mtls-monitor/sbom.cdx.json'), 'utf8'));
    const names = bill.components.map(({ name }: { readonly name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['zod', '@aws-sdk/client-s3']));
    expect(names).not.toContain('aws-cdk-lib');
    const bin = join(folder, 'node_modules/.bin/mtls-monitor');
    const { stdout } = await run(process.execPath, [bin, 'explain', 'ACCEPTED_NO_CERTIFICATE']);
    expect(stdout).toContain('ACCEPTED_NO_CERTIFICATE');
    await expect(run(process.execPath, [bin, 'demo'])).resolves.toMatchObject({
      stdout: expect.stringMatching(/pass/),
    });
    const { stdout: major } = await run(NODE, ['-p', 'process.versions.node.split(".")[0]']);
    if (Number(major) < 24)
      await expect(run(NODE, [bin, '--version'])).rejects.toMatchObject({ code: 70, stderr: /needs Node 24/ });
  });
});

describe('the construct', () => {
  test('compiles in a strict project, declarations of the libraries included', async () => {
    const folder = await project('strict', 'aws-cdk-lib@2.276.0', 'constructs', 'typescript@5.9.3', '@types/node@20');
    await writeFile(join(folder, 'app.ts'), STRICT);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER, include: ['app.ts'] }));
    await run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  });
});

describe.skipIf(!tools.ok)(`deployed from the package${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  let world: World;
  let server: RelyingParty;
  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool);
    server = await relyingParty(world.pki.files);
    await server.become('strict');
    await storeIdentity(world, 'payments');
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('two monitors of one stack, JavaScript, CDK 2.275: neither is seen in the metrics of the other', async () => {
    const folder = await project('own-app', 'aws-cdk-lib@2.275.0', 'constructs@10.5.0');
    // The functions come bundled: the project has no bundler.
    expect(existsSync(join(folder, 'node_modules/esbuild'))).toBe(false);
    const registry = {
      version: 1,
      schedules: { default: { enforcement: '24h', isolation: '24h', certificates: '24h' } },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: { payments: { secret: 'monitor/identity/payments' } },
      endpoints: [
        {
          name: 'payments',
          url: `https://127.0.0.1:${server.port}/healthz`,
          trustBundle: 'lab',
          admits: ['payments'],
          refuses: [],
        },
      ],
    };
    await writeFile(join(folder, 'app.mjs'), APP);
    await writeFile(join(folder, 'registry.json'), JSON.stringify(registry));
    const { Own } = await deployApp(world.emulator, folder, `${NODE} app.mjs`);
    const machine = { StateMachineArn: Own?.['edgeMachine'] ?? '' } as Outputs;

    expect(await runOnce(world.emulator, machine, {})).toMatchObject({ status: 'SUCCEEDED' });

    const accepted = (Monitor: string) =>
      metric(world.emulator, 'ControlAccepted', { Monitor, Endpoint: 'payments', Vantage: 'default' });
    expect(await accepted('edge')).toMatchObject({ min: 1, max: 1 });
    expect(await accepted('core')).toBeNull();
    expect(await metric(world.emulator, 'RunCompleted', { Monitor: 'edge' })).toMatchObject({ max: 1 });
    expect(await metric(world.emulator, 'RunCompleted', { Monitor: 'core' })).toBeNull();
  });
});
