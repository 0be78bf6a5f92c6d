/** Values of the construct's properties, as a user of JavaScript or of the context may get them wrong. Each throws a `DeploymentError` that names the value. */
import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { METRIC_LEVELS, type MetricLevel } from '../shared/model/names.ts';
import { printable } from '../shared/registry/error.ts';
import { EMAIL } from '../shared/registry/monitor-document.ts';
import { advise } from '../shared/registry/nearest.ts';
import { DeploymentError } from './deployment-error.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';

const KEY = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;
const PRIVATE_CA = /^arn:[\w-]+:acm-pca:[\w-]+:\d{12}:certificate-authority\/[\w-]+$/;

export const levelOf = (value: string): MetricLevel => {
  const level = METRIC_LEVELS.find((known) => known === value);
  if (level === undefined)
    throw new DeploymentError(
      `Unknown value of metrics: ${printable(String(value), 60)}${advise(String(value), METRIC_LEVELS)}`,
    );
  return level;
};

export const emailOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || EMAIL.test(value)))
    throw new DeploymentError(`notificationEmail: ${printable(value, 200)} is not an email address.`);
  return value;
};

export const keyArnOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || KEY.test(value))) {
    throw new DeploymentError(`secretKeys: ${value} is not the ARN of a KMS key (an alias cannot be granted).`);
  }
  return value;
};

export const caArnOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || PRIVATE_CA.test(value))) {
    throw new DeploymentError(`custodian: ${value} is not the ARN of a private CA (AWS Private CA).`);
  }
  return value;
};

/** The words of `RetentionDays` by their number of days. */
const RETENTIONS: ReadonlyMap<number, string> = new Map(
  Object.entries(RetentionDays).flatMap(([word, days]) => (typeof days === 'number' ? [[days, word]] : [])),
);

export const retentionOf = (value: RetentionDays): RetentionDays => {
  if (RETENTIONS.has(value)) return value;
  const [given, days] = [Number(value), [...RETENTIONS.keys()]];
  const near = Number.isFinite(given)
    ? days.reduce((best, each) => (Math.abs(each - given) < Math.abs(best - given) ? each : best))
    : RetentionDays.ONE_MONTH;
  throw new DeploymentError(
    `logRetention: ${printable(String(value), 60)} is no number of days that CloudWatch Logs knows; did you mean RetentionDays.${RETENTIONS.get(near)} (${near})?`,
  );
};

/** What marks a construct of each kind, and how one is imported. */
const CONSTRUCTS = {
  topic: ['topicArn', 'a topic, such as Topic.fromTopicArn(…)'],
  chatTopic: ['topicArn', 'a topic, such as Topic.fromTopicArn(…)'],
  exportsBucket: ['bucketArn', 'a bucket, such as Bucket.fromBucketName(…)'],
  bucket: ['bucketArn', 'a bucket, such as Bucket.fromBucketName(…)'],
  table: ['tableArn', 'a table, such as Table.fromTableName(…)'],
  encryptionKey: ['keyArn', 'a key, such as Key.fromKeyArn(…)'],
  permissionsBoundary: ['managedPolicyArn', 'a managed policy, such as ManagedPolicy.fromManagedPolicyName(…)'],
} as const satisfies Partial<Record<keyof MtlsMonitorProps, readonly [string, string]>>;

/** An ARN or a name in place of a construct would be found far from its cause. */
export const constructsOf = (props: MtlsMonitorProps): void => {
  for (const [name, [mark, expected]] of Object.entries(CONSTRUCTS)) {
    const value: unknown = props[name as keyof typeof CONSTRUCTS];
    if (value === undefined) continue;
    if (typeof value === 'object' && value !== null && mark in value) continue;
    throw new DeploymentError(`${name}: ${expected} is expected, not ${value === null ? 'null' : typeof value}.`);
  }
  const { topic, chatTopic } = props;
  if (topic !== undefined && topic.topicArn === chatTopic?.topicArn)
    throw new DeploymentError(
      'chatTopic: it is the same as topic. Chat needs messages of another form: give another topic.',
    );
};
