import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { messageStore } from '../../../shared/aws/message-store.ts';
import { runStore } from '../../../shared/aws/run-store.ts';
import { standingStore } from '../../../shared/aws/standing-store.ts';
import { stateStore } from '../../../shared/aws/state-store.ts';
import type { EndpointStanding } from '../../../shared/model/endpoint-standing.ts';
import type { Batch, BatchResult } from '../../../shared/model/run.ts';
import type { StateItem } from '../../../shared/model/state.ts';

const dynamo = new DynamoDBClient({ region: 'eu-west-1' });
const table = mockClient(dynamo);
const s3 = new S3Client({ region: 'eu-west-1' });
const bucket = mockClient(s3);
beforeEach(() => {
  table.reset();
  bucket.reset();
});

const item = (chains: StateItem['chains'] = {}): StateItem => ({
  key: 'endpoint/a',
  suite: null,
  checks: {},
  chains,
  due: [],
});
const lost = new ConditionalCheckFailedException({ message: 'lost', $metadata: {} });
const written = () => table.commandCalls(PutItemCommand)[0]?.args[0].input;

describe('stateStore', () => {
  test.each([0, 3])('a write after version %i is conditional on it and raises it', async (expected) => {
    table.on(PutItemCommand).resolves({});

    expect(await stateStore(dynamo, 'State', () => 0).write(item(), expected)).toBe(true);

    expect(written()?.Item?.['version']).toEqual({ N: String(expected + 1) });
    expect(written()?.ConditionExpression).toBe(expected === 0 ? 'attribute_not_exists(pk)' : 'version = :expected');
  });

  test('a lost condition is false, any other failure rejects', async () => {
    table.on(PutItemCommand).rejectsOnce(lost).rejects(new Error('throttled'));
    const store = stateStore(dynamo, 'State', () => 0);

    expect(await store.write(item(), 1)).toBe(false);
    await expect(store.write(item(), 1)).rejects.toThrow('throttled');
  });

  test('a large item comes back as it was written', async () => {
    const large = item({ a: Array.from({ length: 20_000 }, () => 'the same leaf again and again') });
    table.on(PutItemCommand).resolves({});
    const store = stateStore(dynamo, 'State', () => 0);
    await store.write(large, 0);
    table.on(GetItemCommand).resolves({ Item: written()?.Item ?? {} });

    expect(await store.read('endpoint/a')).toEqual({ value: large, version: 1, renew: false });
    expect(written()?.Item?.['item']?.B?.length).toBeLessThan(400 * 1024);
  });

  test('one that a read unit holds is text; a larger one is packed into less', async () => {
    table.on(PutItemCommand).resolves({});
    const ofSize = (leaves: number) => item({ a: Array.from({ length: leaves }, () => 'the same leaf again') });
    for (const leaves of [100, 200]) await stateStore(dynamo, 'State', () => 0).write(ofSize(leaves), 0);

    const [small, large] = table.commandCalls(PutItemCommand).map((call) => call.args[0].input.Item?.['item']);
    expect(small?.S).toBe(JSON.stringify(ofSize(100)));
    expect(large?.B?.length).toBeLessThan(1024);
  });

  test('one that DynamoDB could not take says which and how large', async () => {
    const noise = item({ a: Array.from({ length: 60_000 }, () => Math.random().toString(36)) });

    await expect(stateStore(dynamo, 'State', () => 0).write(noise, 0)).rejects.toThrow(/endpoint\/a has \d+ bytes/);
  });
});

describe('standingStore', () => {
  const standings = (count: number) =>
    Array.from(
      { length: count },
      (_, at): EndpointStanding => ({
        ...{ endpoint: `payments-${at}`, vantage: 'default', schedule: 'default', suite: 'enforcement' },
        ...{ runId: 'b3f0c1de-6a1c-4a5e-9a55-0c9a7f2f1d11', startedAt: 1_796_000_000_000, durationMs: 300 + 7 * at },
        verdicts: { pass: 23, fail: 0, inconclusive: 0, waived: 0 },
        figures: {
          ...{ ControlAccepted: 1, EnforcementFailures: 0, Inconclusive: 0, DaysToExpiry: 30 + (at % 97) / 10 },
          ProbeLatency: { count: 23, sum: 100 + 13 * at, min: 3, max: 40 + (at % 31) },
        },
        unusual: [],
      }),
    );
  const KEY = 'standing/default/default/enforcement';

  test('a thousand come back as they were written, in fewer write units than ten items of state', async () => {
    const written1000 = { key: KEY, parts: 1, standings: standings(1000) };
    table.on(PutItemCommand).resolves({});
    const store = standingStore(dynamo, 'State', () => 5_000_000);

    expect(await store.write(written1000, 3)).toBe(true);

    const { expires, item: packed, version } = written()?.Item ?? {};
    expect([version, expires]).toEqual([{ N: '4' }, { N: String(5000 + 7 * 86_400) }]);
    expect(written()?.ConditionExpression).toBe('version = :expected');
    expect(packed?.B?.length).toBeLessThan(40 * 1024);
    table.on(GetItemCommand).resolves({ Item: written()?.Item ?? {} });
    expect(await store.read(KEY)).toEqual({ value: written1000, version: 4 });
  });

  test('a few are text that a person can read', async () => {
    table.on(PutItemCommand).resolves({});
    await standingStore(dynamo, 'State', () => 0).write({ key: KEY, parts: 1, standings: standings(1) }, 0);
    expect(JSON.parse(written()?.Item?.['item']?.S ?? '')).toMatchObject({ standings: [{ endpoint: 'payments-0' }] });
  });

  test('a standing of another version’s form is left out, and the others are read', async () => {
    const [known] = standings(1);
    const item = JSON.stringify({ key: KEY, parts: 1, standings: [{ endpoint: 'strange' }, known] });
    table.on(GetItemCommand).resolves({ Item: { item: { S: item }, version: { N: '1' } } });
    expect((await standingStore(dynamo, 'State', () => 0).read(KEY))?.value.standings).toEqual([known]);
  });

  test('no item: null', async () => {
    table.on(GetItemCommand).resolves({});
    expect(await standingStore(dynamo, 'State', () => 0).read(KEY)).toBeNull();
  });
});

describe('messageStore', () => {
  test('what the index still names and the table no longer holds is not pending', async () => {
    const message = { id: 'm1', subject: 's', body: '{}', attributes: {}, members: [] };
    table.on(QueryCommand).resolves({ Items: [{ pk: { S: 'message/m1' } }, { pk: { S: 'message/gone' } }] });
    table.on(GetItemCommand).resolves({});
    table
      .on(GetItemCommand, { Key: { pk: { S: 'message/m1' } } })
      .resolves({ Item: { message: { S: JSON.stringify(message) } } });

    expect(await messageStore(dynamo, 'State', () => 0).pending()).toEqual([message]);
  });

  test('a message is created once; the same call that the SDK repeats, since its answer was lost, finds its own', async () => {
    const message = { id: 'm1', subject: 's', body: '{}', attributes: {}, members: [] };
    table.on(PutItemCommand).resolvesOnce({}).rejects(lost);
    const store = messageStore(dynamo, 'State', () => 0);

    expect([await store.create(message, 1), await store.create(message, 1)]).toEqual([true, false]);

    const inputs = table.commandCalls(PutItemCommand).map((call) => call.args[0].input);
    const writers = inputs.map(({ Item, ExpressionAttributeValues: values, ConditionExpression: condition }) => {
      expect(condition).toBe('attribute_not_exists(pk) OR writer = :writer');
      expect(values?.[':writer']).toEqual(Item?.['writer']);
      return Item?.['writer']?.S;
    });
    expect(new Set(writers).size).toBe(2);
  });
});

describe('runStore', () => {
  const batch = (number: number) => ({ vantage: String(number) }) as unknown as Batch;

  test('the map’s items are written last, each below 1 KB', async () => {
    bucket.on(PutObjectCommand).resolves({});

    const key = await runStore(s3, 'runs').putPlan('run-1', [batch(0), batch(1)]);

    const puts = bucket.commandCalls(PutObjectCommand).map((call) => call.args[0].input);
    expect(puts.at(-1)?.Key).toBe(key);
    const items = JSON.parse(String(puts.at(-1)?.Body)) as { batch: number; key: string }[];
    expect(items.map(({ batch: number }) => number)).toEqual([0, 1]);
    // The state machine chooses the function by it
    expect(items).toMatchObject([{ vantage: '0' }, { vantage: '1' }]);
    for (const each of items) expect(JSON.stringify(each).length).toBeLessThan(1024);
    const keys = puts.map(({ Key }) => Key);
    expect([keys.slice(0, -1).toSorted(), keys.at(-1)]).toEqual([items.map((each) => each.key), key]);
  });

  test('what a run leaves behind is packed, and reads as it was written; the map’s items are text', async () => {
    const result: BatchResult = { checks: [], servedChains: [], notCovered: [], complete: true, due: [], rest: ['a'] };
    bucket.on(PutObjectCommand).resolves({});
    const store = runStore(s3, 'runs');
    await store.putResult('run-1', 0, result);
    await store.putPlan('run-1', [], 7);

    const [packed, items] = bucket.commandCalls(PutObjectCommand).map((call) => call.args[0].input);
    expect([packed?.ContentType, packed?.ContentEncoding]).toEqual(['application/gzip', undefined]);
    expect([items?.ContentType, items?.Key]).toEqual(['application/json', 'runs/run-1/items-7.json']);
    const Body = { transformToByteArray: async () => packed?.Body } as never;
    bucket.on(GetObjectCommand).resolves({ Body });
    bucket.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'runs/run-1/results/000000.json' }] });
    for await (const each of store.results('run-1', 1)) expect(each).toEqual(result);
  });

  test('a document that is not there is null, and one that is denied rejects', async () => {
    const store = runStore(s3, 'runs');
    bucket
      .on(GetObjectCommand)
      .rejectsOnce(new NoSuchKey({ message: 'none', $metadata: {} }))
      .rejects(new Error('denied'));

    expect(await store.readDocument('durations/all/all.json')).toBeNull();
    await expect(store.readDocument('durations/all/all.json')).rejects.toThrow('denied');
  });

  test('a batch without a result is null, in its place', async () => {
    const result: BatchResult = { checks: [], servedChains: [], notCovered: [], complete: true, due: ['endpoint/b'] };
    bucket.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'runs/run-1/results/000001.json' }] });
    bucket.on(GetObjectCommand).resolves({
      Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(result)) } as never,
    });

    const results: (BatchResult | null)[] = [];
    for await (const each of runStore(s3, 'runs').results('run-1', 3)) results.push(each);

    expect(results).toEqual([null, result, null]);
  });
});
