/** The optional inventory: an hourly function that reads configurations and keeps what they say, with an alarm of its own. */
import { Duration, Stack } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { Registry } from '../shared/model/registry.ts';
import { allowExports, allowReadings, allowServices, allowTruststores } from './inventory-grants.ts';
import { type InventorySource, refuseIdle, servicesOf } from './inventory-props.ts';
import { allowObjectKey } from './monitor-encryption.ts';
import { monitorFunction } from './monitor-function.ts';
import { arnInFindings, explain } from './monitor-grants.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';

type Own = {
  readonly monitor: string;
  /** Of runs: the readings are kept there. */
  readonly bucket: IBucket;
  readonly registry: Pick<Registry, 'sources'>;
  /** What its alarm does when it is raised, and when it is over. */
  readonly actions: readonly IAlarmAction[];
};

/** Adds the function and its schedule, and returns its alarm; none where nothing is to be read. */
export const monitorInventory = (scope: Construct, props: MtlsMonitorProps, own: Own): readonly Alarm[] => {
  const { inventory = [], exportsBucket, truststores = [] } = props;
  const sources = [...new Set([...inventory, ...askedBy(own.registry)])];
  refuseIdle(sources, props);
  if (sources.length === 0) return [];
  const { bucket } = own;
  const services = servicesOf(sources);
  const exports = sources.includes('exports') ? (exportsBucket ?? bucket) : null;
  const fn = monitorFunction(scope, 'Inventory', {
    name: 'inventory',
    description: 'reads what configurations say',
    timeout: Duration.minutes(10),
    // Exports of clusters have tens of megabytes, and are some times that as trees.
    memorySize: 1769,
    environment: {
      RUN_BUCKET: bucket.bucketName,
      SERVICES: services.join(','),
      ...(exports !== null && { EXPORTS_BUCKET: exports.bucketName }),
    },
  });
  allowReadings(fn, bucket);
  allowObjectKey(fn, bucket, 'write');
  allowServices(fn, services);
  allowTruststores(fn, truststores);
  if (exports !== null) allowExports(fn, exports);
  if (exports !== null && exports !== bucket) allowObjectKey(fn, exports, 'read');
  schedule(scope, fn);
  return [failing(scope, fn, own)];
};

/** What the registry’s sources need is read without being asked for twice. */
const askedBy = ({ sources = {} }: Pick<Registry, 'sources'>): readonly InventorySource[] =>
  Object.values(sources).flatMap(({ from }): readonly InventorySource[] => {
    if (from.kind === 'aws') return from.services;
    return from.kind === 'export' ? ['exports'] : [];
  });

const schedule = (scope: Construct, fn: Lambda): void => {
  const role = new Role(scope, 'InventorySchedulerRole', {
    description: 'mtls-monitor: starts the inventory',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  explain(
    role,
    `Resource::${arnInFindings(fn)}:*`,
    'What the library grants to invoke one function: its versions too.',
  );
  new Schedule(scope, 'InventorySchedule', {
    description: 'mtls-monitor: the inventory',
    schedule: ScheduleExpression.rate(Duration.hours(1)),
    timeWindow: TimeWindow.off(),
    target: new LambdaInvoke(fn, { role, maxEventAge: Duration.hours(1), retryAttempts: 2 }),
  });
};

const failing = (scope: Construct, fn: Lambda, { monitor, actions }: Own): Alarm => {
  const alarm = fn
    .metricErrors({ period: Duration.hours(1), statistic: 'Sum' })
    .createAlarm(scope, 'InventoryFailing', {
      alarmName: `${monitor}-InventoryFailing`,
      alarmDescription:
        'mtls-monitor: the inventory could not read a source. What it read last is kept and ages: the function’s log names the source and the reason.',
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    });
  alarm.addAlarmAction(...actions);
  alarm.addOkAction(...actions);
  return alarm;
};
