/**
 * Whole runs under the roles that were deployed: the emulator gives each function its own credentials and enforces its policy (`AUTH`), and a second evaluator
 * decides each recorded call again. Every call is allowed to the function that made it, and every grant is needed by a call. The roles of the state machine and of the
 * scheduler are not judged: the emulator makes their calls itself.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLocks } from '../../shared/aws/run-locks.ts';
import { stateStore } from '../../shared/aws/state-store.ts';
import { lockKey } from '../../shared/pipeline/run/overlap.ts';
import { advance } from '../../shared/regression/advance.ts';
import { anUpdate, open } from '../helpers/judged.ts';
import { deployApp, type Outputs } from './support/deploy.ts';
import {
  askFunction,
  askWidget,
  type DeployedFunction,
  deployedArns,
  deployedFunctions,
} from './support/deployed-roles.ts';
import { grantsIn, type IamRequest, isAllowed, type Statement, unused } from './support/iam-policies.ts';
import { type Deployed, requestsOf } from './support/iam-requests.ts';
import { configOf, runBucketOf, runOnce, s3Of } from './support/monitor.ts';
import { type Recorder, signedBy, startRecorder } from './support/recorder.ts';
import { type RelyingParty, relyingParty } from './support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from './support/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };
const tools = await canDeploy();

const LOG = 'The Lambda service writes a function’s log with the function’s role; the emulator writes it without.';
const NO_STORES = 'The emulator has no trust stores, and is asked for them only.';
/** What no call of these runs needs, and why it is granted. */
const ALWAYS: Readonly<Record<string, string>> = {
  'Plan s3:ListBucket':
    'With it S3 answers 404 for a record that is not there, else 403 (API_GetObject); no call is made.',
  'Inventory s3:ListBucket': 'The same, for a reading that is not there.',
  'Inventory elasticloadbalancing:DescribeTrustStoreRevocations': NO_STORES,
  'Inventory elasticloadbalancing:GetTrustStoreCaCertificatesBundle': NO_STORES,
  ...Object.fromEntries(
    ['Plan', 'Probe', 'Report', 'Widget', 'Inventory'].flatMap((name) => [
      [`${name} logs:CreateLogStream`, LOG],
      [`${name} logs:PutLogEvents`, LOG],
    ]),
  ),
};

const OF_TABLE = 'DynamoDB’s guide lists it for the principals that use a table (“Managing encrypted tables”).';
const OF_KEY = 'S3 encrypts an object with it; a PutItem of a table in use only decrypts the table’s key.';
/** The same, where one key encrypts all. */
const WITH_KEY: Readonly<Record<string, string>> = {
  ...ALWAYS,
  ...Object.fromEntries(
    ['Plan', 'Probe', 'Report'].flatMap((name) => [
      ...['Encrypt', 'ReEncryptFrom', 'ReEncryptTo'].map((action) => [`${name} kms:${action}`, OF_TABLE]),
      [`${name} kms:GenerateDataKey`, OF_KEY],
    ]),
  ),
};

let world: World;
let recorder: Recorder;
let server: RelyingParty;
let outputs: Outputs;
let functions: readonly DeployedFunction[];
let deployed: Deployed;

/** As the bucket's policy asks: by TLS, which the emulator takes a header's word for. */
const putExport = async (): Promise<void> => {
  const client = s3Of(world.emulator);
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-forwarded-proto'] = 'https';
      return next(args);
    },
    { step: 'build' },
  );
  const certificate = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'orders' }, spec: {} };
  const Bucket = await runBucketOf(world.emulator);
  const Key = 'exports/prod/certificates.json';
  await client.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(certificate) }));
};

const makeListener = async (): Promise<void> => {
  const client = new ElasticLoadBalancingV2Client(configOf(world.emulator));
  const { LoadBalancers = [] } = await client.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1'] }),
  );
  const [{ LoadBalancerArn = '' } = {}] = LoadBalancers;
  const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200' } }];
  await client.send(new CreateListenerCommand({ LoadBalancerArn, Port: 443, Protocol: 'HTTPS', DefaultActions }));
};

type Asked = { readonly by: DeployedFunction; readonly request: IamRequest };

const asked = (): readonly Asked[] =>
  recorder.calls.flatMap((call) => {
    const [key] = signedBy(call);
    const by = functions.find(({ accessKey }) => accessKey === key);
    if (by === undefined) throw new Error(`A call of nobody: ${key} ${call.method} ${call.url}`);
    return requestsOf(call, deployed).map((request) => ({ by, request }));
  });
const of = (fn: DeployedFunction) => asked().flatMap(({ by, request }) => (by === fn ? [request] : []));
const spelled = ({ Action, Resource }: Statement) => `${Action} ${Resource}`;
describe('the evaluator', () => {
  const allow: Statement = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::runs/*/batches/??.json' };
  const get = { action: 's3:GetObject', resource: 'arn:aws:s3:::runs/a/b/batches/00.json', context: {} };

  test('wildcards, and a Deny that wins', () => {
    expect(isAllowed([allow], get)).toBe(true);
    expect(isAllowed([allow], { ...get, resource: 'arn:aws:s3:::runs/a/batches/000.json' })).toBe(false);
    expect(isAllowed([allow], { ...get, resource: 'arn:aws:s3:::Runs/a/batches/00.json' })).toBe(false);
    expect(isAllowed([allow], { ...get, action: 's3:PutObject' })).toBe(false);
    expect(isAllowed([allow, { ...allow, Effect: 'Deny' }], get)).toBe(false);
    expect(isAllowed([], get)).toBe(false);
  });

  test('a condition holds for its key’s value only, and one that it does not know is an error', () => {
    const on = (Condition: NonNullable<Statement['Condition']>) => ({ ...allow, Condition });
    const prefix = on({ StringLike: { 's3:prefix': ['runs/*'] } });
    expect(isAllowed([prefix], { ...get, context: { 's3:prefix': 'runs/1' } })).toBe(true);
    expect(isAllowed([prefix], { ...get, context: { 's3:prefix': 'durations/' } })).toBe(false);
    expect(isAllowed([prefix], get)).toBe(false);
    expect(() => isAllowed([on({ NumericLessThan: { 's3:max-keys': '10' } })], get)).toThrow('NumericLessThan');
  });
});

describe.skipIf(!tools.ok).each([
  ['keys of AWS’s own', false, ALWAYS],
  ['one key for all', true, WITH_KEY],
] as const)(`permissions with %s${tools.ok ? '' : ` (${tools.reason})`}`, (_, ownKey, UNUSED) => {
  const isListed = (fn: DeployedFunction, { Action }: Statement) => `${fn.name} ${Action}` in UNUSED;
  const needless = (fn: DeployedFunction, statements = fn.statements) =>
    unused(statements, of(fn))
      .filter((grant) => !isListed(fn, grant))
      .map((grant) => `${fn.name}: ${spelled(grant)}`);

  beforeAll(async () => {
    if (!tools.ok) return;
    recorder = await startRecorder();
    world = await startWorld(tools.tool, true, { AUTH: 'true', AWS_ENDPOINT_URL: recorder.url });
    recorder.forwardTo(world.emulator.env['AWS_ENDPOINT_URL'] ?? '');
    server = await relyingParty(world.pki.files);
    await server.become('open');
    for (const name of ['payments', 'orders'] as const) await storeIdentity(world, name);
    const endpoint = { trustBundle: 'lab', admits: ['payments'], url: `https://127.0.0.1:${server.port}/healthz` };
    const registry = join(world.pki.files.directory, 'registry.json');
    const text = JSON.stringify({
      version: 1,
      schedules: { default: RARELY },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: {
        payments: { secret: 'monitor/identity/payments' },
        orders: { secret: 'monitor/identity/orders' },
      },
      endpoints: ['payments', 'ledger'].map((name) => ({ ...endpoint, name })),
    });
    await writeFile(registry, text);
    const props = JSON.stringify({ registry, metrics: 'check', ownKey, inventory: ['exports', 'load-balancers'] });
    const app = `${process.execPath} ${join(import.meta.dirname, 'support/app-child.ts')} '${props}'`;
    outputs = (await deployApp(world.emulator, ROOT, app))['MtlsMonitor'] as Outputs;
    functions = await deployedFunctions(world.emulator);
    deployed = await deployedArns(world.emulator, ownKey);

    expect(await runOnce(world.emulator, outputs)).toMatchObject({ status: 'SUCCEEDED' });
    // A batch that cannot be read in both attempts is swept in a follow-up round, with batches that the report writes.
    recorder.deny(/^GET .*\/batches\/000000\.json/, 2);
    expect(await runOnce(world.emulator, outputs)).toMatchObject({ status: 'SUCCEEDED' });
    // An endpoint that has left: the plan names it, and the report closes it.
    const client = new DynamoDBClient(configOf(world.emulator));
    const gone = advance(null, anUpdate(1, [open()], { key: 'endpoint/gone/default/enforcement' }), 0);
    expect(await stateStore(client, outputs.StateTableName, Date.now).write(gone.item, 0)).toBe(true);
    // One that a schedule starts goes on; one whose predecessor still runs is skipped.
    const run = { schedule: 'default', suite: 'enforcement' } as const;
    expect(await runOnce(world.emulator, outputs, run)).toMatchObject({ status: 'SUCCEEDED' });
    const locks = runLocks(client, outputs.StateTableName);
    expect(await locks.take(lockKey(run), 'another', Date.now(), Date.now() + 3_600_000)).toBe(true);
    expect(await runOnce(world.emulator, outputs, run)).toMatchObject({ output: expect.stringContaining('skipped') });
    // A cluster has put an export, and there is a load balancer. The second time there are readings to compare with.
    await putExport();
    await makeListener();
    for (const time of ['first', 'second'])
      expect(await askFunction(world.emulator, 'MonitorInventory'), time).toBe(null);
    // Somebody looks at the dashboard.
    const seen = await askWidget(world.emulator, { widgetContext: { theme: 'dark' } });
    expect(seen).toMatch(/incidents? open.*2 endpoints: /s);
    expect(seen).not.toContain('cannot be read');
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
    recorder?.stop();
  });

  test('every function made calls, each with its own credentials', () => {
    expect(functions.map(({ name }) => name).toSorted()).toEqual(['Inventory', 'Plan', 'Probe', 'Report', 'Widget']);
    for (const fn of functions) expect(of(fn).length, fn.name).toBeGreaterThan(3);
  });

  test('every call is allowed by the role of the function that made it', () => {
    const refused = asked().filter(({ by, request }) => !isAllowed(by.statements, request));
    expect(refused.map(({ by, request }) => `${by.name}: ${request.action} ${request.resource}`)).toEqual([]);
  });

  test('no grant is unused', () => {
    expect(functions.flatMap((fn) => needless(fn))).toEqual([]);
    const listed = functions.flatMap((fn) => unused(fn.statements, of(fn)).map(({ Action }) => `${fn.name} ${Action}`));
    expect(listed.toSorted()).toEqual(Object.keys(UNUSED).toSorted());
  });

  test('no function could make the calls of another', () => {
    for (const fn of functions) {
      const others = asked().filter(({ by }) => by !== fn);
      expect(
        others.some(({ request }) => !isAllowed(fn.statements, request)),
        fn.name,
      ).toBe(true);
    }
  });

  test('any one grant that is taken away is missed, and any that is added is found', () => {
    for (const fn of functions) {
      const grants = grantsIn(fn.statements).filter((grant) => !isListed(fn, grant));
      // A publisher may use the key without a bound: what the same role may do with it through one service is covered.
      const isCovered = (grant: Statement) =>
        grants.some((other) => other.Condition === undefined && other !== grant && spelled(other) === spelled(grant));
      for (const grant of grants.filter((each) => !isCovered(each))) {
        const rest = grants.filter((each) => each !== grant);
        expect(
          of(fn).every((request) => isAllowed(rest, request)),
          `${fn.name} without ${spelled(grant)}`,
        ).toBe(false);
      }
      const planted: Statement = { Effect: 'Allow', Action: 's3:DeleteObject', Resource: '*' };
      expect(needless(fn, [...fn.statements, planted])).toEqual([`${fn.name}: s3:DeleteObject *`]);
    }
  });
});
