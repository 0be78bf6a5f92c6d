/** The functions of a run, each with the least permissions. */
import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DUE_INDEX, OPEN_INDEX } from '../shared/aws/state-table.ts';
import type { AddressRules } from '../shared/model/address-rules.ts';
import type { MetricLevel } from '../shared/model/names.ts';
import { DEFAULT_VANTAGE, type Registry } from '../shared/model/registry.ts';
import { REPORT_FILES } from '../shared/model/report-place.ts';
import { isDeployed } from '../shared/pipeline/run/deployed-sources.ts';
import { MEASURED } from '../shared/plan/measured.ts';
import { secretsAt } from '../shared/plan/vantage-secrets.ts';
import { sendsAll } from '../shared/publish/metrics.ts';
import { allowKept } from './inventory-grants.ts';
import { monitorFunction } from './monitor-function.ts';
import {
  allowAsset,
  allowDurations,
  allowListing,
  allowLocks,
  allowMetrics,
  allowObjects,
  allowPublish,
  allowSecrets,
  allowState,
} from './monitor-grants.ts';
import type { RegistryAsset } from './monitor-registry.ts';
import { type VantageNetwork, vantageId, vantageNetworks } from './monitor-vantages.ts';
import { allowNetworkInterfaces } from './network-grants.ts';
import { refuseOutside, vpcEndpoints } from './vantage-endpoints.ts';
import { allowSnapshots } from './widget-grants.ts';

export type PlanFunctionProps = {
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly monitor: string;
  readonly asset: RegistryAsset;
  readonly registry: Pick<Registry, 'sources'>;
};

export const planFunction = (
  scope: Construct,
  { bucket, table, monitor, asset, registry }: PlanFunctionProps,
): Lambda => {
  const fn = monitorFunction(scope, 'Plan', {
    name: 'plan',
    description: 'divides the registry into batches',
    timeout: Duration.minutes(5),
    memorySize: 1024,
    environment: {
      RUN_BUCKET: bucket.bucketName,
      STATE_TABLE: table.tableName,
      MONITOR: monitor,
      REGISTRY_BUCKET: asset.bucketName,
      REGISTRY_KEY: asset.objectKey,
    },
  });
  allowAsset(fn, asset);
  allowObjects(fn, bucket, 'PutObject', ['batches/*', 'items.json', 'results/gone.json']);
  allowDurations(fn, bucket, 'GetObject');
  allowState(fn, table, [], { index: OPEN_INDEX });
  allowLocks(fn, table);
  allowMetrics(fn);
  if (Object.values(registry.sources ?? {}).some(isDeployed)) allowKept(fn, bucket);
  return fn;
};

export type ProbeFunctionProps = {
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly registry: Registry;
  readonly asset: RegistryAsset;
  readonly level: MetricLevel;
  readonly monitor: string;
  readonly secretKeys: readonly string[];
  /** Rules of the deployment, besides the registry's. */
  readonly addresses?: AddressRules | undefined;
  /** Constructs in place of the registry's ids. */
  readonly vantages?: Readonly<Record<string, VantageNetwork>>;
};

/** Returns one function for each vantage that an endpoint is probed from, by its name. */
export const probeFunctions = (scope: Construct, props: ProbeFunctionProps): Readonly<Record<string, Lambda>> =>
  Object.fromEntries(
    [...vantageNetworks(scope, props.registry, props.vantages)].map(([vantage, network]) => [
      vantage,
      probeFunction(scope, vantage, network, props),
    ]),
  );

/** By the names that their alarms have: `Probe`, `ProbeProdVpc`. */
export const alarmedProbes = (probes: Readonly<Record<string, Lambda>>): Readonly<Record<string, Lambda>> =>
  Object.fromEntries(Object.entries(probes).map(([vantage, fn]) => [`Probe${vantageId(vantage)}`, fn]));

const probeFunction = (
  scope: Construct,
  vantage: string,
  network: VantageNetwork | null,
  props: ProbeFunctionProps,
): Lambda => {
  const { bucket, table } = props;
  const isDefault = vantage === DEFAULT_VANTAGE;
  const own = props.registry.vantages[vantage];
  if (network === null) refuseOutside(vantage, own);
  const fn = monitorFunction(scope, `Probe${vantageId(vantage)}`, {
    name: 'probe',
    description: `probes one batch of endpoints${isDefault ? '' : ` from ${vantage}`}`,
    network,
    ipv6: own?.ipv6 === true,
    // An express child lives five minutes.
    timeout: Duration.seconds(290),
    memorySize: MEASURED.memoryMb,
    environment: {
      RUN_BUCKET: bucket.bucketName,
      STATE_TABLE: table.tableName,
      METRICS: props.level,
      MONITOR: props.monitor,
      REGISTRY_KEY: props.asset.objectKey,
      ...(!isDefault && { VANTAGE: vantage }),
      ...(props.addresses !== undefined && { ADDRESS_RULES: JSON.stringify(props.addresses) }),
      // Node resolves names in these threads, in at most half of them at a time: with few threads, unanswered names would delay all others.
      UV_THREADPOOL_SIZE: '128',
    },
  });
  allowObjects(fn, bucket, 'GetObject', ['batches/*']);
  allowObjects(fn, bucket, 'PutObject', ['results/*']);
  allowState(fn, table, ['GetItem', 'PutItem'], { index: null });
  allowSecrets(fn, secretsAt(props.registry, vantage), props.secretKeys);
  if (sendsAll(props.level)) allowMetrics(fn);
  if (network !== null) allowNetworkInterfaces(fn);
  if (network !== null && own !== undefined) vpcEndpoints(scope, fn, { ...props, ...{ vantage, own, network } });
  return fn;
};

export type ReportFunctionProps = {
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly registry: Registry;
  readonly asset: RegistryAsset;
  readonly topic: ITopic;
  readonly chatTopic: ITopic;
  readonly monitor: string;
  readonly level: MetricLevel;
};

export const reportFunction = (scope: Construct, props: ReportFunctionProps): Lambda => {
  const { bucket, table, registry, topic, chatTopic } = props;
  const fn = monitorFunction(scope, 'Report', {
    name: 'report',
    description: 'announces due transitions',
    timeout: Duration.minutes(15),
    memorySize: 1024,
    environment: {
      RUN_BUCKET: bucket.bucketName,
      STATE_TABLE: table.tableName,
      TOPIC_ARN: topic.topicArn,
      CHAT_TOPIC_ARN: chatTopic.topicArn,
      MONITOR: props.monitor,
      METRICS: props.level,
      REGISTRY_KEY: props.asset.objectKey,
      SETTLE_AFTER: String(registry.settleAfter),
      REMIND_AFTER_MS: String(registry.remindAfter),
      ...(registry.monitor.runbook !== undefined && { RUNBOOK: registry.monitor.runbook }),
    },
  });
  allowObjects(fn, bucket, 'GetObject', ['batches/*', 'results/*']);
  allowObjects(fn, bucket, 'PutObject', [...['batches/*', 'items-*.json', 'results/*'], ...REPORT_FILES]);
  allowListing(fn, bucket, 'runs/*/results/*');
  allowDurations(fn, bucket, 'PutObject');
  allowSnapshots(fn, bucket, 'PutObject');
  allowState(fn, table, ['GetItem', 'PutItem', 'UpdateItem', 'Scan'], { index: DUE_INDEX });
  allowPublish(fn, [topic, chatTopic]);
  allowMetrics(fn);
  return fn;
};
