/** One endpoint from two vantages, really deployed: two functions, one of them in a VPC, and two facts. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standingStore } from '../../shared/aws/standing-store.ts';
import type { BatchRef } from '../../shared/model/run.ts';
import { readStandings } from '../../shared/pipeline/run/standings.ts';
import type { Outputs } from './support/deploy.ts';
import { configOf, leftBehind, metric, readJson, runBucketOf, runOnce, runsIn } from './support/monitor.ts';
import { NOTIFICATIONS, type Queue, subscribe } from './support/queue.ts';
import { type RelyingParty, relyingParty } from './support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from './support/world.ts';

const tools = await canDeploy();
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };
const BOTH = ['default', 'prod-vpc'];
const NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['us-east-1a'],
  subnetIds: ['subnet-0123456789abcdef0'],
  securityGroupIds: ['sg-0123456789abcdef0'],
};

let world: World;
let server: RelyingParty;
let outputs: Outputs;
let inbox: Queue;

const registry = (from: readonly string[]) => ({
  version: 1,
  monitor: { metrics: 'endpoint' },
  schedules: { default: RARELY },
  defaults: { timeout: '3s', settleAfter: 1 },
  trustBundles: { lab: { file: world.pki.files.ca } },
  identities: { payments: { secret: 'monitor/identity/payments' }, orders: { secret: 'monitor/identity/orders' } },
  vantages: { 'prod-vpc': NETWORK },
  endpoints: [
    {
      name: 'payments',
      url: `https://127.0.0.1:${server.port}/healthz`,
      trustBundle: 'lab',
      admits: ['payments'],
      from,
    },
  ],
});

type Listed = { readonly FunctionName: string; readonly Environment: { readonly Variables: Record<string, string> } };

const functionsUrl = () => `${configOf(world.emulator).endpoint}/2015-03-31/functions`;
/** The probe functions (API_ListFunctions). The emulator keeps no VpcConfig: `test/infra/vantages.test.ts` has it. */
const probes = async (): Promise<readonly Listed[]> => {
  const answer = await fetch(`${functionsUrl()}/`);
  const { Functions } = (await answer.json()) as { readonly Functions: readonly Listed[] };
  return Functions.filter(({ FunctionName }) => /MonitorProbe/.test(FunctionName));
};
const placeOf = ({ Environment }: Listed): string => Environment.Variables['VANTAGE'] ?? 'default';
const places = async () => (await probes()).map(placeOf).toSorted();

describe.skipIf(!tools.ok)(`two vantages${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool);
    server = await relyingParty(world.pki.files);
    await server.become('strict');
    for (const name of ['payments', 'orders'] as const) await storeIdentity(world, name);
    outputs = await world.deployed(registry(BOTH));
    inbox = await subscribe(world.emulator, outputs.NotificationTopicArn, 'inbox', NOTIFICATIONS);
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('each has a function, which knows where it is', async () => {
    expect(await places()).toEqual(BOTH);
  });

  test('one run has the results of both: state, standings and metrics', async () => {
    expect(await runOnce(world.emulator, outputs, {})).toMatchObject({ status: 'SUCCEEDED' });

    // A probe function refuses the batches of another vantage: both have swept.
    expect(await inbox.receive()).toEqual([]);
    const left = JSON.stringify(await leftBehind(world.emulator, outputs));
    const store = standingStore(new DynamoDBClient(configOf(world.emulator)), outputs.StateTableName, Date.now);
    for (const vantage of BOTH) {
      expect(left).toContain(`endpoint/payments/${vantage}/enforcement`);
      const [standing] = await readStandings(store, { vantage, schedule: 'default', suite: 'enforcement' });
      expect(standing).toMatchObject({ vantage, endpoint: 'payments', unusual: [] });
      expect(standing?.verdicts.pass).toBeGreaterThan(3);
      const dimensions = { Endpoint: 'payments', Vantage: vantage };
      expect(await metric(world.emulator, 'ControlAccepted', dimensions)).toMatchObject({ count: 1, min: 1 });
    }
    expect(await metric(world.emulator, 'EndpointsChecked')).toMatchObject({ max: 2 });
    expect(await metric(world.emulator, 'RunCompleted')).toMatchObject({ max: 1 });
  });

  test('a function refuses the batch of another vantage, and stores nothing of it', async () => {
    const bucket = await runBucketOf(world.emulator);
    const [run = ''] = await runsIn(world.emulator, bucket);
    const items = await readJson<readonly BatchRef[]>(world.emulator, bucket, `runs/${run}/items.json`);
    const before = JSON.stringify(await leftBehind(world.emulator, outputs));
    for (const probe of await probes()) {
      const other = items.find(({ vantage }) => vantage !== placeOf(probe));
      expect(other).toBeDefined();
      const body = JSON.stringify({ ...other, enteredAt: new Date().toISOString(), carries: true });
      const answer = await fetch(`${functionsUrl()}/${probe.FunctionName}/invocations`, { method: 'POST', body });
      // The emulator has one type for every error: `test/unit/functions/probe-vantage.test.ts` has this one's.
      expect(await answer.json()).toMatchObject({
        errorMessage: expect.stringContaining(`probes from ${placeOf(probe)},`),
      });
    }
    expect(JSON.stringify(await leftBehind(world.emulator, outputs))).toBe(before);
  });

  test('open: one message with an item of each', async () => {
    await server.become('open');
    expect(await runOnce(world.emulator, outputs, {})).toMatchObject({ status: 'SUCCEEDED' });

    const messages = await inbox.receive();

    const told = messages.filter(({ document }) => document.kind === 'regression');
    expect(told).toHaveLength(1);
    expect(told[0]?.document.items.map(({ vantage }) => vantage).toSorted()).toEqual(BOTH);
  });

  test('deployed again without the default vantage: its function is gone, and the run goes on from the other', async () => {
    await server.become('strict');
    outputs = await world.deployed(registry(['prod-vpc']));
    expect(await places()).toEqual(['prod-vpc']);

    expect(await runOnce(world.emulator, outputs, {})).toMatchObject({ status: 'SUCCEEDED' });

    const messages = await inbox.receive();
    const items = messages.flatMap(({ document }) => document.items.map(({ vantage }) => [document.kind, vantage]));
    // What was open from the vantage that left is closed, and not called right.
    expect(items).toEqual([
      ['recovery', 'prod-vpc'],
      ['closing', 'default'],
    ]);
    expect(await metric(world.emulator, 'EndpointsChecked')).toMatchObject({ min: 1 });
  });
});
