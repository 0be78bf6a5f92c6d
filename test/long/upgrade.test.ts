/** The life of a deployment: bootstrap, deploy, state of the first form, an upgrade without one of its open endpoints, and its end. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stateStore } from '../../shared/aws/state-store.ts';
import { HOUR } from '../../shared/model/time.ts';
import { deploy, destroy, diff, type Outputs } from '../aws/support/deploy.ts';
import { configOf, runBucketOf, runOnce, runsIn } from '../aws/support/monitor.ts';
import { NOTIFICATIONS, type Queue, type Received, subscribe } from '../aws/support/queue.ts';
import { type RelyingParty, relyingParty } from '../aws/support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from '../aws/support/world.ts';
import { freePort } from '../helpers/ports.ts';
import { storedItems } from '../helpers/stored-state/stored.ts';

const tools = await canDeploy();
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };

let world: World;
let server: RelyingParty;
let outputs: Outputs;
let inbox: Queue;
let file = '';
let nobody = 0;

/** The recorded registry, at the servers of this test. Both of its open endpoints are one server here. */
const write = (...names: readonly string[]): Promise<void> => {
  const at = (port: number) => `https://127.0.0.1:${port}/healthz`;
  const secret = (name: string) => ({ secret: `monitor/identity/${name}` });
  const endpoints = [
    { name: 'payments', url: at(server.port), admits: ['payments'], owner: 'team-payments' },
    { name: 'billing', url: at(server.port), admits: ['payments'], owner: 'team-billing' },
    { name: 'ledger', url: at(nobody), admits: ['payments'], owner: 'team-ledger', schedule: 'critical' },
  ];
  return writeFile(
    file,
    JSON.stringify({
      version: 1,
      schedules: { default: RARELY, critical: RARELY },
      defaults: { timeout: '2s', settleAfter: 2, trustBundle: 'lab' },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: {
        ...{ payments: secret('payments'), orders: secret('orders'), missing: secret('missing') },
        expired: { ...secret('expired'), fault: 'expired' },
      },
      endpoints: endpoints.filter(({ name }) => names.includes(name)),
    }),
  );
};
const client = () => new DynamoDBClient(configOf(world.emulator));
const store = () => stateStore(client(), outputs.StateTableName, Date.now);
const run = async (input: unknown = {}): Promise<readonly Received[]> => {
  expect(await runOnce(world.emulator, outputs, input)).toMatchObject({ status: 'SUCCEEDED' });
  return inbox.receive();
};
const told = (messages: readonly Received[]) =>
  messages.map(({ document: { kind, owner, endpoints } }) => [kind, owner, ...endpoints].join(' ')).toSorted();

describe.skipIf(!tools.ok)(`an upgrade${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool);
    file = join(world.pki.files.directory, 'registry.json');
    [server, nobody] = [await relyingParty(world.pki.files), await freePort()];
    await server.become('open');
    for (const name of ['payments', 'orders', 'expired'] as const) await storeIdentity(world, name);
    await write('payments', 'billing', 'ledger');
    outputs = await deploy(world.emulator, file);
    inbox = await subscribe(world.emulator, outputs.NotificationTopicArn, 'inbox', NOTIFICATIONS);
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('what is deployed is what the registry makes, and another registry differs', async () => {
    await diff(world.emulator, file);
    await write('payments', 'billing');
    await expect(diff(world.emulator, file)).rejects.toThrow('Schedule');
  });

  test('with the state kept: what is open is not announced again, what was due is, and what left is closed', async () => {
    for (const Item of storedItems(Date.now() - HOUR))
      await client().send(new PutItemCommand({ TableName: outputs.StateTableName, Item }));
    await write('billing', 'ledger');

    const upgraded = await deploy(world.emulator, file);
    expect(upgraded).toEqual(outputs);
    const messages = await run();

    // The leaf that the recorded runs saw is remembered: the server of this test has another.
    expect(told(messages)).toEqual(['change team-billing billing', 'regression team-billing billing']);
    // The first report has brought the old state into the index, and the next run reads it there.
    const [closing, ...more] = await run();
    expect(more).toEqual([]);
    expect(closing?.document.kind).toBe('closing');
    expect(closing?.document.items).toMatchObject([{ code: 'CHECK_REMOVED', severity: 'info', endpoint: 'payments' }]);
    expect(closing?.subject).toContain('no longer in the registry');
    expect(await run()).toEqual([]);
    for (const schedule of ['default', 'critical']) expect(await run({ suite: 'enforcement', schedule })).toEqual([]);
  });

  test('after it the index has what is open, and everything else of the state will expire', async () => {
    const open = await store().withOpen();
    expect(open.filter((key) => key.includes('payments'))).toEqual([]);
    for (const key of [
      'endpoint/billing/default/enforcement',
      'endpoint/ledger/default/enforcement',
      'identity/missing',
    ])
      expect(open).toContain(key);
    const { Items = [] } = await client().send(new ScanCommand({ TableName: outputs.StateTableName }));
    const forever = Items.filter(({ expires }) => expires === undefined).map(({ pk }) => pk?.S ?? '');
    // The incidents have no end while one is open.
    expect(forever.filter((key) => key !== 'incidents').toSorted()).toEqual(['adopted', ...open].toSorted());
  });

  test('a run of one schedule closes an endpoint that left with its owner; the schedule goes with it', async () => {
    await write('billing');
    outputs = await deploy(world.emulator, file);
    await diff(world.emulator, file);

    expect(told(await run({ suite: 'enforcement', schedule: 'default' }))).toEqual(['closing team-ledger ledger']);
    expect(await run({ suite: 'enforcement', schedule: 'default' })).toEqual([]);
    expect(told(await run())).toEqual(['closing team-ledger ledger']);
  });

  test('destroyed: the bucket of runs stays, with its runs; table, topics and functions go', async () => {
    const bucket = await runBucketOf(world.emulator);
    const runs = await runsIn(world.emulator, bucket);
    expect(runs.length).toBeGreaterThan(3);

    await destroy(world.emulator, file);

    expect(await runsIn(world.emulator, bucket)).toEqual(runs);
    const table = client().send(new DescribeTableCommand({ TableName: outputs.StateTableName }));
    await expect(table).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
    const { Topics } = await new SNSClient(configOf(world.emulator)).send(new ListTopicsCommand({}));
    expect(Topics ?? []).toEqual([]);
    await rm(file);
  });
});
