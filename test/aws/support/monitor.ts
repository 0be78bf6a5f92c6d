/** A deployed monitor as its users see it: executions, metrics, and what a run leaves behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { getJson } from '../../../shared/aws/json-objects.ts';
import type { Outputs } from './deploy.ts';
import type { Emulator } from './emulator.ts';

export const configOf = ({ env }: Emulator) => ({
  endpoint: env['AWS_ENDPOINT_URL'] ?? '',
  region: env['AWS_REGION'] ?? '',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export const createSecret = async (emulator: Emulator, Name: string, SecretString: string): Promise<void> => {
  await new SecretsManagerClient(configOf(emulator)).send(new CreateSecretCommand({ Name, SecretString }));
};

const DONE_TIMEOUT_MS = 120_000;

export type Finished = Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause' | 'input' | 'output'>;

/** Starts an execution and waits for its end, `patience` milliseconds at the most. */
export const runOnce = async (
  emulator: Emulator,
  { StateMachineArn }: Outputs,
  input: unknown = {},
  patience = DONE_TIMEOUT_MS,
): Promise<Finished> => {
  const client = new SFNClient(configOf(emulator));
  const started = await client.send(
    new StartExecutionCommand({ stateMachineArn: StateMachineArn, input: JSON.stringify(input) }),
  );
  return finished(client, started.executionArn ?? '', patience);
};

const finished = async (client: SFNClient, executionArn: string, patience = DONE_TIMEOUT_MS): Promise<Finished> => {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(100)) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
  }
  throw new Error(`${executionArn} did not end within ${patience} ms`);
};

/** The executions so far, the newest first, once they have ended. */
export const executions = async (emulator: Emulator, { StateMachineArn }: Outputs): Promise<readonly Finished[]> => {
  const client = new SFNClient(configOf(emulator));
  const listed = await client.send(new ListExecutionsCommand({ stateMachineArn: StateMachineArn }));
  return Promise.all((listed.executions ?? []).map(({ executionArn = '' }) => finished(client, executionArn)));
};

export type MetricStatistics = { readonly count: number; readonly min: number; readonly max: number };

/** Of the last hour; null where there is no datum. */
export const metric = async (
  emulator: Emulator,
  MetricName: string,
  dimensions: Readonly<Record<string, string>> = {},
): Promise<MetricStatistics | null> => {
  const command = new GetMetricStatisticsCommand({
    Namespace: 'MtlsMonitor',
    MetricName,
    Dimensions: Object.entries({ Monitor: 'MtlsMonitor', ...dimensions }).map(([Name, Value]) => ({ Name, Value })),
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    Period: 7200,
    Statistics: ['SampleCount', 'Minimum', 'Maximum'],
  });
  const { Datapoints = [] } = await new CloudWatchClient(configOf(emulator)).send(command);
  if (Datapoints.length === 0) return null;
  return {
    count: Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0),
    min: Math.min(...Datapoints.map(({ Minimum = Number.NaN }) => Minimum)),
    max: Math.max(...Datapoints.map(({ Maximum = Number.NaN }) => Maximum)),
  };
};

export const s3Of = (emulator: Emulator) => new S3Client({ ...configOf(emulator), forcePathStyle: true });

/** The one bucket that is not the CDK's own. */
export const runBucketOf = async (emulator: Emulator): Promise<string> => {
  const { Buckets = [] } = await s3Of(emulator).send(new ListBucketsCommand({}));
  return Buckets.flatMap(({ Name = '' }) => (Name.startsWith('cdk-') ? [] : [Name]))[0] ?? '';
};

/** The ids of the runs in the bucket, the newest first. */
export const runsIn = async (emulator: Emulator, Bucket: string): Promise<readonly string[]> => {
  const { Contents = [] } = await s3Of(emulator).send(new ListObjectsV2Command({ Bucket, Prefix: 'runs/' }));
  const items = Contents.filter(({ Key = '' }) => Key.endsWith('/items.json'));
  const newest = items.toSorted((one, other) => Number(other.LastModified) - Number(one.LastModified));
  return newest.map(({ Key = '' }) => Key.split('/')[1] ?? '');
};

export const readJson = <T>(emulator: Emulator, bucket: string, key: string): Promise<T> =>
  getJson<T>(s3Of(emulator), bucket, key);

const textOf = async (s3: S3Client, Bucket: string, Key: string): Promise<string> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
};

/** Every object in every bucket but the CDK's own, and every item of the state, as text. */
export const leftBehind = async (emulator: Emulator, { StateTableName }: Outputs): Promise<readonly string[]> => {
  const s3 = s3Of(emulator);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const texts: string[] = [];
  for (const { Name: Bucket = '' } of Buckets.filter(({ Name }) => !Name?.startsWith('cdk-'))) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key = '' } of Contents) {
      texts.push(Key, await textOf(s3, Bucket, Key));
    }
  }
  const scanned = await new DynamoDBClient(configOf(emulator)).send(new ScanCommand({ TableName: StateTableName }));
  return [...texts, ...(scanned.Items ?? []).map((item) => JSON.stringify(item))];
};
