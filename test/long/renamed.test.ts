/** docs/operate.md, "Rename" and "Move": a monitor of another name, a construct of another id, and another region. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootstrap, deployApp, type Outputs } from '../aws/support/deploy.ts';
import type { Emulator } from '../aws/support/emulator.ts';
import { configOf, runOnce, s3Of } from '../aws/support/monitor.ts';
import { NOTIFICATIONS, type Queue, subscribe } from '../aws/support/queue.ts';
import { type RelyingParty, relyingParty } from '../aws/support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from '../aws/support/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };
const OPEN = 'regression payments';
const tools = await canDeploy();

let world: World;
let server: RelyingParty;
let registry = '';

const deployed = async (
  emulator: Emulator,
  props: { readonly id: string; readonly name: string },
): Promise<Outputs> => {
  const app = `${process.execPath} ${join(import.meta.dirname, '../aws/support/app-child.ts')} '${JSON.stringify({ registry, ...props })}'`;
  return (await deployApp(emulator, ROOT, app))['MtlsMonitor'] as Outputs;
};

const told = async (emulator: Emulator, outputs: Outputs, inbox: Queue): Promise<readonly string[]> => {
  expect(await runOnce(emulator, outputs)).toMatchObject({ status: 'SUCCEEDED' });
  return (await inbox.receive()).map(({ document: { kind, endpoints } }) => [kind, ...endpoints].join(' '));
};

const buckets = async (emulator: Emulator): Promise<readonly string[]> => {
  const { Buckets = [] } = await s3Of(emulator).send(new ListBucketsCommand({}));
  return Buckets.map(({ Name = '' }) => Name).filter((name) => !name.startsWith('cdk-'));
};

const alarmsOf = async (emulator: Emulator, AlarmNamePrefix: string): Promise<number> => {
  const found = await new CloudWatchClient(configOf(emulator)).send(new DescribeAlarmsCommand({ AlarmNamePrefix }));
  return found.MetricAlarms?.length ?? 0;
};

describe.skipIf(!tools.ok)(`renamed and moved${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  let first: Outputs;
  let inbox: Queue;
  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool, true);
    server = await relyingParty(world.pki.files);
    await server.become('open');
    await storeIdentity(world, 'payments');
    registry = join(world.pki.files.directory, 'registry.json');
    const document = {
      version: 1,
      schedules: { default: RARELY },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: { payments: { secret: 'monitor/identity/payments' } },
      endpoints: [
        {
          ...{ name: 'payments', url: `https://127.0.0.1:${server.port}/healthz` },
          ...{ trustBundle: 'lab', admits: ['payments'] },
        },
      ],
    };
    await writeFile(registry, JSON.stringify(document));
    first = await deployed(world.emulator, { id: 'One', name: 'one' });
    inbox = await subscribe(world.emulator, first.NotificationTopicArn, 'first', NOTIFICATIONS);
    expect(await told(world.emulator, first, inbox)).toEqual([OPEN]);
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('another name: alarms are replaced, and state and subscriptions stay', async () => {
    const before = await alarmsOf(world.emulator, 'one-');

    const outputs = await deployed(world.emulator, { id: 'One', name: 'two' });

    expect(outputs.StateTableName).toBe(first.StateTableName);
    expect(outputs.NotificationTopicArn).toBe(first.NotificationTopicArn);
    expect(before).toBeGreaterThan(0);
    expect([await alarmsOf(world.emulator, 'one-'), await alarmsOf(world.emulator, 'two-')]).toEqual([0, before]);
    expect(await told(world.emulator, outputs, inbox)).toEqual([]);
  });

  test('another id of the construct, with another name: a new table and topic, what is open is told again, the old bucket stays', async () => {
    const before = await buckets(world.emulator);

    const outputs = await deployed(world.emulator, { id: 'Two', name: 'three' });

    expect(outputs.StateTableName).not.toBe(first.StateTableName);
    expect(outputs.NotificationTopicArn).not.toBe(first.NotificationTopicArn);
    const table = new DescribeTableCommand({ TableName: first.StateTableName });
    await expect(new DynamoDBClient(configOf(world.emulator)).send(table)).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
    const newInbox = await subscribe(world.emulator, outputs.NotificationTopicArn, 'second', NOTIFICATIONS);
    expect(await told(world.emulator, outputs, newInbox)).toEqual([OPEN]);
    expect(await inbox.receive()).toEqual([]);
    const after = await buckets(world.emulator);
    expect(after).toEqual(expect.arrayContaining([...before]));
    expect(after).toHaveLength(before.length + 1);
  });

  test('another region: its own secrets, bootstrap and state; the first run tells what is open', async () => {
    const emulator = {
      ...world.emulator,
      env: { ...world.emulator.env, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
    };
    await bootstrap(emulator, 'eu-west-1');
    await storeIdentity({ ...world, emulator }, 'payments');

    const outputs = await deployed(emulator, { id: 'Two', name: 'three' });

    expect(outputs.NotificationTopicArn).toContain(':eu-west-1:');
    const own = await subscribe(emulator, outputs.NotificationTopicArn, 'moved', NOTIFICATIONS);
    expect(await told(emulator, outputs, own)).toEqual([OPEN]);
  });
});
