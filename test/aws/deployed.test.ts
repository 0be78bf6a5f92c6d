/** The main story, really deployed: a strict relying party, opened, closed again, taken down; and a schedule that fires by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standingStore } from '../../shared/aws/standing-store.ts';
import { ENDPOINT_METRICS } from '../../shared/model/names.ts';
import { readStandings } from '../../shared/pipeline/run/standings.ts';
import type { Outputs } from './support/deploy.ts';
import { configOf, executions, leftBehind, metric, runOnce } from './support/monitor.ts';
import { NOTIFICATIONS, type Queue, type Received, subscribe } from './support/queue.ts';
import { type RelyingParty, relyingParty } from './support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from './support/world.ts';

const tools = await canDeploy();
const ENDPOINT = { Endpoint: 'payments', Vantage: 'default' };
const RUNBOOK = 'https://wiki.test/mtls';
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };

let world: World;
let server: RelyingParty;
let outputs: Outputs;
let inbox: Queue;

const registry = (schedules: object = { default: RARELY }, monitor: object = { runbook: RUNBOOK }) => ({
  version: 1,
  monitor,
  schedules,
  defaults: { timeout: '3s', settleAfter: 2 },
  trustBundles: { lab: { file: world.pki.files.ca } },
  identities: {
    payments: { secret: 'monitor/identity/payments' },
    orders: { secret: 'monitor/identity/orders' },
    expired: { secret: 'monitor/identity/expired', fault: 'expired' },
  },
  endpoints: [
    {
      name: 'payments',
      url: `https://127.0.0.1:${server.port}/healthz`,
      trustBundle: 'lab',
      admits: ['payments'],
      owner: 'team-payments',
    },
  ],
});

/** One whole run, and what it put into the queue. */
const runAndReceive = async (): Promise<readonly Received[]> => {
  expect(await runOnce(world.emulator, outputs, {})).toMatchObject({ status: 'SUCCEEDED' });
  return inbox.receive();
};

describe.skipIf(!tools.ok)(`deployed${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool);
    server = await relyingParty(world.pki.files);
    await server.become('strict');
    for (const name of ['payments', 'orders', 'expired'] as const) await storeIdentity(world, name);
    outputs = await world.deployed(registry());
    inbox = await subscribe(world.emulator, outputs.NotificationTopicArn, 'inbox', NOTIFICATIONS);
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('a strict relying party: nothing to tell, the metrics of the fleet, and none of an endpoint that is as it must be', async () => {
    expect(await runAndReceive()).toEqual([]);

    for (const name of ENDPOINT_METRICS) expect(await metric(world.emulator, name, ENDPOINT), name).toBeNull();
    for (const [name, value] of [
      ['RunCompleted', 1],
      ['EndpointsChecked', 1],
      ['ChecksFailed', 0],
      ['ChecksInconclusive', 0],
    ] as const) {
      expect(await metric(world.emulator, name), name).toMatchObject({ min: value, max: value });
      expect(await metric(world.emulator, name, { Schedule: 'all', Suite: 'all' }), name).toMatchObject({ max: value });
    }
    expect(await metric(world.emulator, 'NotificationsPending')).toMatchObject({ max: 0 });
    expect((await metric(world.emulator, 'MinDaysToExpiry'))?.min).toBeGreaterThan(1);
    expect((await metric(world.emulator, 'RunDuration'))?.max).toBeGreaterThan(0);
  });

  test('the state table has what a dashboard shows of it', async () => {
    const place = { vantage: 'default', schedule: 'default', suite: 'enforcement' } as const;
    const { StateTableName } = outputs;
    const store = standingStore(new DynamoDBClient(configOf(world.emulator)), StateTableName, Date.now);

    const [standing, ...more] = await readStandings(store, place);

    expect(more).toEqual([]);
    expect(standing).toMatchObject({ ...place, endpoint: 'payments', unusual: [] });
    expect(standing?.verdicts).toMatchObject({ fail: 0, inconclusive: 0, waived: 0 });
    expect(standing?.verdicts.pass).toBeGreaterThan(3);
    expect(standing?.figures).toMatchObject({ ControlAccepted: 1, EnforcementFailures: 0, Inconclusive: 0 });
    expect(standing?.durationMs).toBeGreaterThan(0);
  });

  test('restarted as an open one: one regression, grouped under its cause; the run after that says nothing', async () => {
    await server.become('open');

    const [message, ...more] = await runAndReceive();

    expect(more).toEqual([]);
    expect(message?.attributes).toMatchObject({
      kind: 'regression',
      severity: 'critical',
      owner: 'team-payments',
      endpoints: '["payments"]',
    });
    expect(message?.document).toMatchObject({ kind: 'regression', severity: 'critical', endpoints: ['payments'] });
    expect(message?.document.items).toMatchObject([{ cause: 'ASKS_BUT_DOES_NOT_VERIFY', endpoint: 'payments' }]);
    expect(message?.document.links.runbook).toBe(`${RUNBOOK}#asks_but_does_not_verify`);
    expect(message?.document.links.run).toContain(encodeURIComponent(outputs.StateMachineArn.split(':').at(-1) ?? '-'));
    expect(await runAndReceive()).toEqual([]);
    const failures = await metric(world.emulator, 'EnforcementFailures', ENDPOINT);
    expect(failures?.count).toBe(2);
    expect(failures?.min).toBeGreaterThan(0);
  });

  test('strict again: one recovery', async () => {
    await server.become('strict');

    const messages = await runAndReceive();

    expect(messages.map(({ document }) => [document.kind, document.links.runbook])).toEqual([
      ['recovery', `${RUNBOOK}#recovery`],
    ]);
    expect(await runAndReceive()).toEqual([]);
    // Two runs that failed, the first that did not, and nothing of the second
    expect(await metric(world.emulator, 'EnforcementFailures', ENDPOINT)).toMatchObject({ count: 3, min: 0 });
  });

  test('taken down: announced once, as blind, once it has settled', async () => {
    await server.become('down');
    // What the open endpoint left undecided was sent, too
    const blindBefore = (await metric(world.emulator, 'Inconclusive', ENDPOINT))?.count ?? 0;

    expect(await runAndReceive()).toEqual([]);
    const messages = await runAndReceive();

    expect(messages.map(({ document }) => document.kind)).toEqual(['blind']);
    expect(messages[0]?.document.items).toMatchObject([{ cause: 'ENDPOINT_DOWN', endpoint: 'payments' }]);
    expect(await runAndReceive()).toEqual([]);
    expect(await metric(world.emulator, 'ControlAccepted', ENDPOINT)).toMatchObject({ count: 3, min: 0, max: 0 });
    expect((await metric(world.emulator, 'Inconclusive', ENDPOINT))?.count).toBe(blindBefore + 3);
  });

  test('an input that makes no sense fails the execution, names what is wrong, and announces nothing', async () => {
    for (const [input, named] of [
      [{ suite: 'enforcment' }, 'suite'],
      [{ shedule: 'default' }, 'shedule'],
      [{ schedule: 'hourly' }, 'hourly'],
    ] as const) {
      const failed = await runOnce(world.emulator, outputs, input);

      expect(failed).toMatchObject({
        status: 'FAILED',
        error: 'InvalidRequest',
        cause: expect.stringContaining(named),
      });
    }
    expect(await inbox.receive()).toEqual([]);
  });

  test('an alarm reaches the topic’s subscribers', async () => {
    const everything = await subscribe(world.emulator, outputs.NotificationTopicArn, 'everything');
    const command = new SetAlarmStateCommand({
      AlarmName: outputs.RunMissingAlarmName,
      StateValue: 'ALARM',
      StateReason: 'test',
    });

    await new CloudWatchClient(configOf(world.emulator)).send(command);

    expect((await everything.raw()).join()).toContain(outputs.RunMissingAlarmName);
    expect(await inbox.receive()).toEqual([]);
  });

  test('no private key is in a message, in chat, or in anything that a run leaves behind', async () => {
    await server.become('open');
    const chat = await subscribe(world.emulator, outputs.ChatTopicArn, 'chat');
    const everything = await subscribe(world.emulator, outputs.NotificationTopicArn, 'everything-again');

    await runOnce(world.emulator, outputs);

    const toChat = (await chat.raw()).map((body) => JSON.parse(JSON.parse(body).Message));
    const text = JSON.stringify([toChat, await everything.raw(), await leftBehind(world.emulator, outputs)]);
    for (const each of ['items.json', 'results/000000.json', 'endpoint/payments/default/enforcement']) {
      expect(text).toContain(each);
    }
    expect(text).not.toMatch(/PRIVATE KEY/);
    expect(toChat).toContainEqual(expect.objectContaining({ version: '1.0', source: 'custom' }));
    await inbox.receive();
  });

  test('a registry with another schedule and metrics: endpoint, deployed: it fires by itself and sends all of them', async () => {
    await server.become('strict');
    outputs = await world.deployed(registry({ default: { ...RARELY, enforcement: '1m' } }, { metrics: 'endpoint' }));
    const before = (await executions(world.emulator, outputs)).length;

    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(2000)) {
      if ((await executions(world.emulator, outputs)).length > before) break;
    }

    const [latest] = await executions(world.emulator, outputs);
    expect(latest?.status).toBe('SUCCEEDED');
    expect(JSON.parse(latest?.input ?? '')).toEqual({ suite: 'enforcement', schedule: 'default' });
    const run = { Schedule: 'default', Suite: 'enforcement' };
    expect(await metric(world.emulator, 'RunCompleted', run)).toMatchObject({ min: 1, max: 1 });
    expect(await metric(world.emulator, 'ControlAccepted', ENDPOINT)).toMatchObject({ max: 1 });
    expect((await metric(world.emulator, 'DaysToExpiry', ENDPOINT))?.min).toBeGreaterThan(1);
    expect((await metric(world.emulator, 'ProbeLatency', ENDPOINT))?.count).toBeGreaterThan(5);
  });
});
