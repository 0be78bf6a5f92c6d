/** A monitor without its state machine: table, bucket, topics, queues, and the functions in a thread, behind a proxy that can fail. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { build } from 'esbuild';
import { BUNDLING } from '../../../infra/function-bundling.ts';
import { putJson } from '../../../shared/aws/json-objects.ts';
import { DUE_INDEX, OPEN_INDEX } from '../../../shared/aws/state-table.ts';
import type { RegistryDeployment } from '../../../shared/model/run.ts';
import { type Invoked, type Machine, TIMED_OUT } from '../../helpers/machine-steps.ts';
import type { Emulator } from './emulator.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { configOf, readJson, s3Of } from './monitor.ts';
import { type Queue, subscribe } from './queue.ts';

type Item = Record<string, AttributeValue>;

export type BareMonitor = {
  readonly proxy: FaultProxy;
  readonly inbox: Queue;
  readonly chat: Queue;
  /** One function at a time: the proxy tells by it who calls. */
  readonly machine: Machine;
  readonly items: () => Promise<readonly Item[]>;
  readonly stop: () => Promise<void>;
};

const CHUNK = 25;

const sparse = (IndexName: string, AttributeName: string) => ({
  IndexName,
  KeySchema: [
    { AttributeName, KeyType: 'HASH' as const },
    { AttributeName: 'pk', KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
});

const makeTable = async (client: DynamoDBClient, TableName: string, items: readonly Item[]): Promise<void> => {
  const pk = { AttributeName: 'pk', KeyType: 'HASH' } as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [pk],
      AttributeDefinitions: ['pk', 'pending', 'open'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [sparse(DUE_INDEX, 'pending'), sparse(OPEN_INDEX, 'open')],
    }),
  );
  for (let from = 0; from < items.length; from += CHUNK) {
    const writes = items.slice(from, from + CHUNK).map((Each) => ({ PutRequest: { Item: Each } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: writes } }));
  }
};

const bundles = new Map<string, Promise<string>>();

/** Bundled once for each emulator, as `infra` bundles a function: a thread then starts in a moment. */
const bundleFor = ({ directory }: Emulator): Promise<string> => {
  const made = bundles.get(directory) ?? bundle(join(directory, 'functions.mjs'));
  bundles.set(directory, made);
  return made;
};

const bundle = async (outfile: string): Promise<string> => {
  const { target, mainFields, banner } = BUNDLING;
  await build({
    ...{ outfile, target, mainFields: [...mainFields], banner: { js: banner } },
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    entryPoints: [join(import.meta.dirname, 'functions-child.ts')],
  });
  return outfile;
};

const startFunctions = async (emulator: Emulator, environment: Readonly<Record<string, string>>): Promise<Worker> => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment };
  const worker = new Worker(await bundleFor(emulator), { env });
  await once(worker, 'message');
  return worker;
};

/** `name`: its own for each monitor of an emulator. `items`: what its table holds at the start. */
export const bareMonitor = async (
  emulator: Emulator,
  name: string,
  deployment: RegistryDeployment,
  items: readonly Item[] = [],
): Promise<BareMonitor> => {
  const dynamodb = new DynamoDBClient(configOf(emulator));
  const s3 = s3Of(emulator);
  const [table, bucket] = [`${name}-state`, `${name}-runs`];
  await makeTable(dynamodb, table, items);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await putJson(s3, bucket, 'registry.json', deployment);
  const sns = new SNSClient(configOf(emulator));
  const [topic = '', chat = ''] = await Promise.all(
    ['topic', 'chat'].map(
      async (each) => (await sns.send(new CreateTopicCommand({ Name: `${name}-${each}` }))).TopicArn,
    ),
  );
  const inbox = await subscribe(emulator, topic, `${name}-inbox`);
  const chatbox = await subscribe(emulator, chat, `${name}-chatbox`);
  const proxy = await startFaultProxy(emulator.env['AWS_ENDPOINT_URL'] ?? '');
  const environment = {
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' },
    ...{ AWS_ENDPOINT_URL: proxy.url, RUN_BUCKET: bucket, STATE_TABLE: table, MONITOR: name },
    ...{ REGISTRY_BUCKET: bucket, REGISTRY_KEY: 'registry.json', METRICS: 'endpoint' },
    ...{ TOPIC_ARN: topic, CHAT_TOPIC_ARN: chat, SETTLE_AFTER: '1', REMIND_AFTER_MS: '86400000' },
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  let worker = await startFunctions(emulator, environment);
  const killed = async (): Promise<Invoked> => {
    await new Promise<void>((resolve) => proxy.onKill(resolve));
    await worker.terminate();
    worker = await startFunctions(emulator, environment);
    return { ok: false, error: TIMED_OUT, message: 'killed at its timeout' };
  };
  return {
    proxy,
    inbox,
    chat: chatbox,
    machine: {
      invoke: async (invocation) => {
        proxy.enter(invocation.name);
        worker.postMessage(invocation);
        const answered = once(worker, 'message').then(([invoked]) => invoked as Invoked);
        return Promise.race([answered, killed()]);
      },
      readItems: (key) => readJson(emulator, bucket, key),
      each: async (refs, work) => {
        const done = [];
        for (const ref of refs) done.push(await work(ref));
        return done;
      },
    },
    items: async () => (await dynamodb.send(new ScanCommand({ TableName: table }))).Items ?? [],
    stop: async () => {
      await worker.terminate();
      proxy.stop();
    },
  };
};
