/** What goes wrong in AWS itself: it costs what it touches and no more, and nothing is lost or said twice. */
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { notificationSchema } from '../../shared/model/notification.ts';
import type { BatchResult } from '../../shared/model/run.ts';
import type { Outputs } from './support/deploy.ts';
import { configOf, metric, readJson, runBucketOf, runOnce, runsIn } from './support/monitor.ts';
import { NOTIFICATIONS, type Queue, subscribe } from './support/queue.ts';
import { type RelyingParty, relyingParty } from './support/relying-party.ts';
import { canDeploy, startWorld, storeIdentity, type World } from './support/world.ts';

const tools = await canDeploy();
const RARELY = { enforcement: '24h', isolation: '24h', certificates: '24h' };
const DENIED = { code: 'AccessDeniedException', status: 400 };

let world: World;
let server: RelyingParty;
let outputs: Outputs;
let inbox: Queue;

const run = (input: object = {}) => runOnce(world.emulator, outputs, input);
const kinds = async () => (await inbox.receive()).map(({ document }) => document.kind);

describe.skipIf(!tools.ok)(`faults${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    world = await startWorld(tools.tool);
    server = await relyingParty(world.pki.files);
    await server.become('strict');
    await storeIdentity(world, 'payments');
    await storeIdentity(world, 'chained');
    const endpoint = { url: `https://127.0.0.1:${server.port}/healthz`, trustBundle: 'lab', refuses: [] };
    outputs = await world.deployed({
      version: 1,
      schedules: { default: RARELY },
      defaults: { timeout: '3s', settleAfter: 1 },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: {
        payments: { secret: 'monitor/identity/payments' },
        denied: { secret: 'monitor/identity/chained' },
      },
      endpoints: [
        { ...endpoint, name: 'payments', admits: ['payments'] },
        { ...endpoint, name: 'ledger', admits: ['denied'] },
      ],
    });
    inbox = await subscribe(world.emulator, outputs.NotificationTopicArn, 'inbox', NOTIFICATIONS);
  });
  /** Each test begins with everything right and everything told. */
  beforeEach(async () => {
    await world.emulator.fail();
    await server.become('strict');
    await run();
    await inbox.receive();
  });
  afterAll(async () => {
    await server?.become('down');
    await world?.end();
  });

  test('a secret that is denied costs its own checks only, and says what to do', async () => {
    await world.emulator.fail(
      { service: 'secretsmanager', operation: 'BatchGetSecretValue', error: DENIED },
      {
        service: 'secretsmanager',
        operation: 'GetSecretValue',
        body: "SecretId == 'monitor/identity/chained'",
        error: DENIED,
      },
    );

    // In another suite than the next tests: a check that comes and goes stays open until it is calm.
    expect(await run({ suite: 'isolation' })).toMatchObject({ status: 'SUCCEEDED' });

    const [message, ...more] = await inbox.receive();
    expect(more).toEqual([]);
    expect(message?.document).toMatchObject({ kind: 'blind', endpoints: ['ledger'] });
    expect(JSON.stringify(message?.document.items)).toMatch(/monitor\/identity\/chained.*access denied/);
    await world.emulator.fail();
    await run({ suite: 'isolation' });
    expect(await kinds()).toEqual(['recovery']);
  });

  test('SNS is down for one run: the next one announces it, with nothing lost', async () => {
    await world.emulator.fail({ service: 'sns', operation: 'Publish', error: { code: 'InternalError', status: 500 } });
    await server.become('open');

    expect(await run({ suite: 'enforcement' })).toMatchObject({ status: 'FAILED', error: 'NotificationsPending' });
    expect(await inbox.receive()).toEqual([]);
    await world.emulator.fail();
    expect(await run({ suite: 'enforcement' })).toMatchObject({ status: 'SUCCEEDED' });

    const [message, ...more] = await inbox.receive();
    expect(more).toEqual([]);
    expect(message?.document.kind).toBe('regression');
    expect(message?.document.endpoints.toSorted()).toEqual(['ledger', 'payments']);
    expect(await run({ suite: 'enforcement' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await inbox.receive()).toEqual([]);
    await server.become('strict');
    await run({ suite: 'enforcement' });
    expect(await kinds()).toEqual(['recovery']);
  });

  test('two executions at the same time: one message', async () => {
    await server.become('open');

    const both = await Promise.all([run({ suite: 'enforcement' }), run({ suite: 'enforcement' })]);

    expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await kinds()).toEqual(['regression']);
  });

  test('two executions that a schedule starts at the same time: the second is skipped, and the next one goes on', async () => {
    const scheduled = { suite: 'enforcement', schedule: 'default' };

    const both = await Promise.all([run(scheduled), run(scheduled)]);

    expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const skipped = both.filter(({ output }) => JSON.parse(output ?? '{}').skipped !== undefined);
    expect(skipped).toHaveLength(1);
    expect(await metric(world.emulator, 'RunsSkipped')).toMatchObject({ max: 1 });
    expect(JSON.parse((await run(scheduled)).output ?? '{}')).not.toHaveProperty('skipped');
  });

  test('a batch that fails is announced as blind and named; the other batches are not touched', async () => {
    await world.emulator.fail({
      service: 'dynamodb',
      operation: 'GetItem',
      body: "starts_with(Key.pk.S, 'endpoint/payments/')",
      error: DENIED,
    });

    expect(await run()).toMatchObject({ status: 'SUCCEEDED' });

    const messages = await inbox.receive();
    expect(messages.map(({ document }) => document.kind)).toEqual(['blind']);
    expect(messages[0]?.document.items).toMatchObject([
      { code: 'RUN_INCOMPLETE', cause: 'RUN_INCOMPLETE', message: expect.stringMatching(/payments, ledger/) },
    ]);
    await world.emulator.fail();
    await run();
    expect(await kinds()).toEqual(['recovery']);
  });

  test('a run that cannot be planned fails, and is announced', async () => {
    await world.emulator.fail({ service: 's3', operation: 'PutObject', error: { code: 'AccessDenied', status: 403 } });

    expect(await run()).toMatchObject({ status: 'FAILED', error: 'PlanFailed' });

    expect(await kinds()).toEqual(['blind']);
    await world.emulator.fail();
    await run();
    expect(await kinds()).toEqual(['recovery']);
  });

  test('a report that fails is told by the state machine itself, once: while the alarm is raised it says no more', async () => {
    // The emulator drops the attributes of what Step Functions publishes: a queue with a filter would get nothing.
    const all = await subscribe(world.emulator, outputs.NotificationTopicArn, 'everything');
    const said = async () =>
      (await all.raw())
        .map((body) => JSON.parse(JSON.parse(body).Message))
        .filter(({ schema }) => schema !== undefined)
        .map((document) => notificationSchema.parse(document));
    await world.emulator.fail({ service: 'dynamodb', operation: 'Query', error: DENIED });

    expect(await run({ suite: 'enforcement' })).toMatchObject({ status: 'FAILED', error: 'ReportFailed' });

    const [{ runId = '', ...message } = {}, ...more] = await said();
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      kind: 'blind',
      severity: 'critical',
      items: [
        {
          code: 'RUN_INCOMPLETE',
          message: expect.stringContaining(`Run ${runId} has no report: `),
          advice: expect.stringMatching(/ arn:aws:states:[\w:-]+ /),
        },
      ],
    });
    expect(runId).not.toBe('EXECUTION_NAME');
    const alarm = { AlarmName: 'MtlsMonitor-RunFailed', StateReason: 'a run failed' };
    const cloudwatch = new CloudWatchClient(configOf(world.emulator));
    await cloudwatch.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'ALARM' }));
    await run({ suite: 'enforcement' });
    await cloudwatch.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'OK' }));
    expect(await said()).toEqual([]);
  });

  test('throttling is waited for: no run fails', async () => {
    const throttled = { times: 2, error: { code: 'ThrottlingException', status: 400 } };
    await world.emulator.fail(
      { ...throttled, service: 'secretsmanager' },
      { ...throttled, service: 'dynamodb', operation: 'GetItem' },
      { ...throttled, service: 'cloudwatch' },
    );

    expect(await run()).toMatchObject({ status: 'SUCCEEDED' });

    expect(await inbox.receive()).toEqual([]);
  });

  test('a batch whose function fails both times is swept in a follow-up round of the same run: nothing is missing', async () => {
    const bucket = await runBucketOf(world.emulator);
    // Three reads of the run's bucket: the last durations, which the plan can do without, and the batch at both attempts.
    const denied = { code: 'AccessDenied', status: 403 };
    await world.emulator.fail({ service: 's3', operation: 'GetObject', resource: bucket, times: 3, error: denied });

    expect(await run({ suite: 'enforcement' })).toMatchObject({ status: 'SUCCEEDED' });

    const codes = (await inbox.receive()).flatMap(({ document }) => document.items.map(({ code }) => code));
    expect(codes).not.toContain('RUN_INCOMPLETE');
    const [id = ''] = await runsIn(world.emulator, bucket);
    const result = (at: number) => readJson<BatchResult>(world.emulator, bucket, `runs/${id}/results/00000${at}.json`);
    const endpointsOf = ({ checks }: BatchResult) => [...new Set(checks.map(({ endpoint }) => endpoint))];
    expect(await result(0)).toMatchObject({ checks: [], rest: ['payments', 'ledger'] });
    expect(endpointsOf(await result(1))).toEqual(['payments']);
    expect(endpointsOf(await result(2))).toEqual(['ledger']);
    const { durations } = await readJson<{ durations: object }>(
      world.emulator,
      bucket,
      'durations/all/enforcement.json',
    );
    expect(Object.keys(durations).toSorted()).toEqual(['ledger', 'payments']);
    expect(await metric(world.emulator, 'RunCompleted', { Schedule: 'all', Suite: 'enforcement' })).not.toBeNull();
  });

  /** The last: it deploys another registry. */
  test('a state table that fails three hundred calls in a row costs a batch of a hundred endpoints nothing', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `svc${at}`);
    const url = `https://127.0.0.1:${server.port}/healthz`;
    outputs = await world.deployed({
      version: 1,
      monitor: { notify: { email: ['oncall@corp.example'] } },
      schedules: { default: RARELY },
      trustBundles: { lab: { file: world.pki.files.ca } },
      identities: { payments: { secret: 'monitor/identity/payments' } },
      endpoints: names.map((name) => ({ name, url, trustBundle: 'lab', admits: ['payments'], refuses: [] })),
    });
    await world.emulator.fail({
      ...{ service: 'dynamodb', operation: 'GetItem', times: 300 },
      error: { code: 'InternalServerError', status: 500 },
    });

    expect(await run({ suite: 'certificates' })).toMatchObject({ status: 'SUCCEEDED' });

    expect(await inbox.receive()).toEqual([]);
    const client = new DynamoDBClient(configOf(world.emulator));
    const { Items = [] } = await client.send(
      new ScanCommand({ TableName: outputs.StateTableName, ProjectionExpression: 'pk' }),
    );
    const written = new Set(Items.map(({ pk }) => pk?.S));
    expect(names.filter((name) => !written.has(`endpoint/${name}/default/certificates`))).toEqual([]);
  });
});
