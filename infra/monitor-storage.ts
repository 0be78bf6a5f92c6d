/** Storage: state in a table, plans and results in a bucket, notifications on two topics. Each takes a key of the user's in place of AWS's own. */
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type GlobalSecondaryIndexProps,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DUE_INDEX, OPEN_INDEX } from '../shared/aws/state-table.ts';

/** What a state table has, the user's own one too. */
export const STATE_KEY = { name: 'pk', type: AttributeType.STRING } as const;
export const STATE_TTL = 'expires';
export const STATE_INDEXES: readonly (GlobalSecondaryIndexProps & { readonly projectionType: ProjectionType })[] = [
  [DUE_INDEX, 'pending'] as const,
  [OPEN_INDEX, 'open'] as const,
].map(([indexName, attribute]) => ({
  indexName,
  partitionKey: { name: attribute, type: AttributeType.STRING },
  sortKey: STATE_KEY,
  projectionType: ProjectionType.KEYS_ONLY,
}));

/** The state table. It is deleted with the stack: without state the next run announces open findings again, and nothing else is lost. */
export const stateTable = (scope: Construct, encryptionKey?: IKey): ITable => {
  const table = new Table(scope, 'State', {
    partitionKey: STATE_KEY,
    timeToLiveAttribute: STATE_TTL,
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(encryptionKey === undefined
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  for (const index of STATE_INDEXES) table.addGlobalSecondaryIndex(index);
  // The class and its own interface differ in optional properties, an error under exactOptionalPropertyTypes.
  return table as ITable;
};

/** The bucket of runs. It stays when the stack is deleted, since CloudFormation cannot delete a bucket with objects; a month later it is empty. */
export const runBucket = (scope: Construct, encryptionKey?: IKey): IBucket => {
  const bucket = new Bucket(scope, 'Runs', {
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : // One call of KMS for many objects, in place of one for each (S3 User Guide, "Reducing the cost of SSE-KMS").
        { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Plans and results of runs, rewritten every few minutes by three roles and gone after a month: an access log would be larger than what it logs.',
  });
  return bucket as IBucket;
};

const CLOUDWATCH = new ServicePrincipal('cloudwatch.amazonaws.com');
const ownAccount = (scope: Construct) => ({ StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } });

/**
 * A customer-managed key: the AWS-managed one for SNS has a policy that cannot be changed and admits no service, so that an alarm could
 * not publish (SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics").
 */
export const topicKey = (scope: Construct): IKey => {
  const key = new Key(scope, 'TopicKey', {
    description: 'mtls-monitor: notifications',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(alarmsMayPublish(scope));
  return key;
};

/** The statement of the topics' key. */
export const alarmsMayPublish = (scope: Construct): PolicyStatement =>
  new PolicyStatement({
    sid: 'AlarmsMayPublish',
    principals: [CLOUDWATCH],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: ['*'],
    conditions: ownAccount(scope),
  });

export const encryptedTopic = (scope: Construct, id: string, displayName: string, masterKey: IKey): ITopic => {
  const topic = new Topic(scope, id, { displayName, masterKey, enforceSSL: true });
  topic.addToResourcePolicy(alarmsMayPublishTo(scope, topic));
  return topic;
};

/** The statement of a topic's policy. */
export const alarmsMayPublishTo = (scope: Construct, topic: ITopic): PolicyStatement =>
  new PolicyStatement({
    sid: 'AlarmsMayPublish',
    principals: [CLOUDWATCH],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: ownAccount(scope),
  });
