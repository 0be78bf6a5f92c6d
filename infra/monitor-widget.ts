/** The function of the dashboard's custom widget: it runs only while somebody looks, and it only reads. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { allowReadingKeys } from './monitor-encryption.ts';
import { monitorFunction } from './monitor-function.ts';
import { allowOpenItems, allowSnapshots } from './widget-grants.ts';

export type WidgetFunctionProps = {
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly stateMachine: IStateMachine;
  /** The registry's. Absent: it names none. */
  readonly runbook?: string | undefined;
};

/** Half a virtual CPU and more: at five thousand endpoints the snapshots have some megabytes of JSON. */
const MEMORY = 1024;

export const widgetFunction = (
  scope: Construct,
  { bucket, table, stateMachine, runbook }: WidgetFunctionProps,
): Lambda => {
  const fn = monitorFunction(scope, 'Widget', {
    name: 'widget',
    description: 'draws the widget of the dashboard',
    timeout: Duration.seconds(30),
    memorySize: MEMORY,
    environment: {
      RUN_BUCKET: bucket.bucketName,
      STATE_TABLE: table.tableName,
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
      STACK: Stack.of(scope).stackName,
      ...(runbook !== undefined && { RUNBOOK: runbook }),
    },
  });
  allowReadingKeys(fn, { bucket, table });
  allowOpenItems(fn, table);
  allowSnapshots(fn, bucket, 'GetObject');
  return fn;
};
