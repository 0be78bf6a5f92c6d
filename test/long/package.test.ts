/** The package, as somebody else's project installs, compiles, deploys and runs it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployApp, type Outputs } from '../aws/support/deploy.ts';
import { configOf, metric, runOnce } from '../aws/support/monitor.ts';
import { type RelyingParty, relyingParty } from '../aws/support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from '../aws/support/world.ts';

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

/** `edge` has things of the user's own, and endpoints from code: the host of both is known at the deployment only. */
const APP = `import { App, CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { MtlsMonitor } from 'mtls-monitor';
import { readFileSync } from 'node:fs';
const registry = JSON.parse(readFileSync('registry.json', 'utf8'));
const stack = new Stack(new App(), 'Own');
const core = new MtlsMonitor(stack, 'core', { name: 'core', registry, metrics: 'endpoint' });

const text = (name) => ({ name, type: AttributeType.STRING });
const table = new Table(stack, 'Kept', { partitionKey: text('pk'), timeToLiveAttribute: 'expires' });
for (const { indexName, keySchema } of stack.resolve(core.stateTable.node.defaultChild.globalSecondaryIndexes)) {
  const [partitionKey, sortKey] = keySchema.map(({ attributeName }) => text(attributeName));
  table.addGlobalSecondaryIndex({ indexName, partitionKey, sortKey, projectionType: ProjectionType.ALL });
}
const host = new CfnParameter(stack, 'Host', { default: '127.0.0.1' }).valueAsString;
const [{ url, ...endpoint }] = registry.endpoints;
const at = (name) => ({ ...endpoint, name, url: url.replace('127.0.0.1', host) });
const edge = new MtlsMonitor(stack, 'edge', {
  name: 'edge',
  registry: { ...registry, endpoints: [] },
  endpoints: [at('payments')],
  metrics: 'endpoint',
  table,
  bucket: new Bucket(stack, 'Swept', { lifecycleRules: [{ expiration: Duration.days(7) }] }),
  topic: new Topic(stack, 'Central'),
  chatTopic: new Topic(stack, 'Room'),
  logRetention: RetentionDays.ONE_WEEK,
  permissionsBoundary: new ManagedPolicy(stack, 'Boundary', {
    statements: [new PolicyStatement({ actions: ['*'], resources: ['*'] })],
  }),
});
edge.addEndpoint(at('orders'));
const dashboard = new Dashboard(stack, 'Wall');
for (const row of edge.widgets()) dashboard.addWidgets(...row);
edge.metric('ControlAccepted', { endpoint: 'orders' }).createAlarm(stack, 'Closed', { threshold: 1, evaluationPeriods: 1 });
edge.addOutputs();
for (const [name, monitor] of Object.entries({ edge, core }))
  new CfnOutput(stack, name + 'Machine', { value: monitor.stateMachine.stateMachineArn });
new CfnOutput(stack, 'edgeTable', { value: edge.stateTable.tableName });
`;

const STRICT = `import { App, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HttpApi, type DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { albEndpoint, apiGatewayEndpoint, DeploymentError, type EndpointEntry, MtlsMonitor, type MtlsMonitorProps } from 'mtls-monitor';
import { testSecret } from 'mtls-monitor/rotation';
const stack = new Stack(new App(), 'Own');
const own: EndpointEntry = { name: 'ledger', url: 'https://ledger.example/', admits: ['checkout'] };
const props: MtlsMonitorProps = { registry: { version: 1 }, metrics: 'fleet', endpoints: [own], topic: new Topic(stack, 'Central'), logRetention: RetentionDays.ONE_YEAR };
const monitor = new MtlsMonitor(stack, 'Mtls', props);
monitor.endpointAlarm('DaysToExpiry', 'payments', 3);
export const failures: Metric = monitor.metric('EnforcementFailures', { endpoint: 'payments', label: 'open' });
export const rows: number = monitor.widgets().length + monitor.logGroups.length;
export const home = monitor.probeFunctions['default']?.functionName;
export const built = (listener: ApplicationListener, domain: DomainName): void => {
  monitor.addEndpoint(albEndpoint(listener, { name: 'a', host: 'a.example', admits: ['checkout'] }));
  monitor.addEndpoint(apiGatewayEndpoint(domain, { name: 'b', api: new HttpApi(stack, 'Api') }));
  // @ts-expect-error: a listener answers for many names
  albEndpoint(listener, { name: 'c' });
};
export const names: readonly string[] = monitor.alarms.map(({ alarmName }) => alarmName);
export const fault: Error = new DeploymentError('x');
export const tested: Promise<readonly string[]> = testSecret({ registry: 'x', secretId: 'y', token: 'z' });
// @ts-expect-error: no such level
new MtlsMonitor(new Stack(new App(), 'Own'), 'Other', { registry: 'x', metrics: 'everything' });
// @ts-expect-error: no such metric
monitor.metric('Failures');
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

  test('two monitors of one stack, one of them with things of the user’s, JavaScript, CDK 2.275: neither is seen in the metrics of the other', async () => {
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
    const added = { Monitor: 'edge', Endpoint: 'orders', Vantage: 'default' };
    expect(await metric(world.emulator, 'ControlAccepted', added)).toMatchObject({ min: 1, max: 1 });
    const { Count } = await new DynamoDBClient(configOf(world.emulator)).send(
      new ScanCommand({ TableName: Own?.['edgeTable'] }),
    );
    expect(Count).toBeGreaterThan(2);
    expect(await metric(world.emulator, 'RunCompleted', { Monitor: 'edge' })).toMatchObject({ max: 1 });
    expect(await metric(world.emulator, 'RunCompleted', { Monitor: 'core' })).toBeNull();
  });
});
