/** Topics, table and bucket that the user brings, in place of the monitor's own: what is known of them at the synth is checked, the rest is a warning. */
import { Annotations, type IResource, Stack, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { claimedBefore } from './claimed-once.ts';
import { DeploymentError } from './deployment-error.ts';
import { alarmsMayPublishTo } from './monitor-storage.ts';
import { renderedProperties } from './rendered.ts';
import { STATE_TABLE_FORM, tableFaults } from './table-form.ts';

/** Ids of the warnings. Acknowledge each once what it names is done. */
const TOPIC_POLICY = 'mtls-monitor:topicPolicy';
const TABLE_FORM = 'mtls-monitor:tableForm';
const BUCKET_LIFECYCLE = 'mtls-monitor:bucketLifecycle';

/** Where a resource is, as far as its construct or its ARN says. */
const placeOf = ({ env }: IResource, arn: string): readonly string[][] => {
  const [, , , region = '', account = ''] = Token.isUnresolved(arn) ? [] : arn.split(':');
  return [
    [env.region, region],
    [env.account, account],
  ].map((each) => each.filter((part) => part !== '' && !Token.isUnresolved(part)));
};

/**
 * Alarms publish in their own region only (API_PutMetricAlarm), and the functions' clients are for their own region; a table is found by its name, in the own
 * account. Throws a `DeploymentError` for a resource that is known to be elsewhere.
 */
const refuseElsewhere = (
  scope: Construct,
  prop: string,
  resource: IResource,
  arn: string,
  anyAccount: boolean,
): void => {
  const { region, account } = Stack.of(scope);
  const [regions = [], accounts = []] = placeOf(resource, arn);
  const other = (own: string, found: readonly string[]) =>
    Token.isUnresolved(own) ? undefined : found.find((each) => each !== own);
  const elsewhere = other(region, regions) ?? (anyAccount ? undefined : other(account, accounts));
  if (elsewhere === undefined) return;
  const both = anyAccount ? 'region' : 'account and region';
  const own = anyAccount ? region : `${account}, ${region}`;
  throw new DeploymentError(`${prop}: it is in ${elsewhere}, and the monitor in ${own}: both must be in one ${both}.`);
};

const forOneMonitor = (scope: Construct, prop: string, arn: string, why: string): void => {
  const other = claimedBefore(scope, prop, arn);
  if (other === null) return;
  throw new DeploymentError(`${prop}: ${scope.node.path} and ${other.node.path} have the same one: ${why}`);
};

/** `alarms`: whether the monitor's alarms publish there. Throws a `DeploymentError` for a topic that cannot be used. */
export const givenTopic = (scope: Construct, prop: 'topic' | 'chatTopic', topic: ITopic, alarms: boolean): ITopic => {
  refuseElsewhere(scope, prop, topic, topic.topicArn, true);
  if (topic.fifo)
    throw new DeploymentError(`${prop}: a FIFO topic is given. Alarms and chat need a standard topic: give one.`);
  const { statementAdded } = topic.addToResourcePolicy(alarmsMayPublishTo(scope, topic));
  if (alarms && !statementAdded)
    Annotations.of(scope).addWarningV2(
      `${TOPIC_POLICY}:${prop}`,
      `The policy of ${prop} cannot be changed here. Without the statement AlarmsMayPublish no alarm can publish to it: docs/library.md has it. If the topic is encrypted, import it with its key, Topic.fromTopicAttributes(…, { topicArn, keyArn }): without it no role may use the key. Acknowledge this warning once both are right.`,
    );
  return topic;
};

/** Throws a `DeploymentError` for a table of this app without what the monitor needs; an imported one cannot be looked at, so the synth warns. */
export const givenTable = (scope: Construct, table: ITable): ITable => {
  refuseElsewhere(scope, 'table', table, table.tableArn, false);
  forOneMonitor(scope, 'table', table.tableArn, 'the state of one would be the other’s. Give each a table of its own.');
  const rendered = renderedProperties(table);
  if (rendered === null) {
    Annotations.of(scope).addWarningV2(
      TABLE_FORM,
      `table is imported, so the synth cannot look at it. It needs ${STATE_TABLE_FORM}. Acknowledge this warning once it has them.`,
    );
    return table;
  }
  const faults = tableFaults(rendered);
  if (faults.length > 0) throw new DeploymentError(`table: ${faults.join('; ')}. It needs ${STATE_TABLE_FORM}.`);
  return table;
};

type Rule = {
  readonly Status?: string;
  readonly ExpirationInDays?: number;
  readonly Prefix?: string;
  readonly TagFilters?: readonly unknown[];
  readonly ObjectSizeGreaterThan?: string;
  readonly ObjectSizeLessThan?: string;
};

/** Whether the rule deletes every object of the runs. */
const expiresRuns = (rule: Rule): boolean =>
  rule.Status === 'Enabled' &&
  rule.ExpirationInDays !== undefined &&
  'runs/'.startsWith(rule.Prefix ?? '') &&
  (rule.TagFilters ?? []).length === 0 &&
  rule.ObjectSizeGreaterThan === undefined &&
  rule.ObjectSizeLessThan === undefined;

/** The monitor deletes no object: the synth warns unless a lifecycle rule of this app's bucket does. */
export const givenBucket = (scope: Construct, bucket: IBucket): IBucket => {
  refuseElsewhere(scope, 'bucket', bucket, bucket.bucketArn, true);
  forOneMonitor(scope, 'bucket', bucket.bucketArn, 'what sweeps took would be mixed. Give each a bucket of its own.');
  const { LifecycleConfiguration } = renderedProperties(bucket) ?? {};
  const { Rules = [] } = (LifecycleConfiguration ?? {}) as { readonly Rules?: readonly Rule[] };
  if (!Rules.some(expiresRuns))
    Annotations.of(scope).addWarningV2(
      BUCKET_LIFECYCLE,
      'The monitor deletes nothing from bucket, and the synth knows no lifecycle rule that does: each run leaves its plan and results below runs/. Expire them, after 30 days for example, and acknowledge this warning if the rule is made elsewhere.',
    );
  return bucket;
};
