/** What keys need beside the resources that they encrypt: their policy, the log groups, and the roles that publish, read and write. */
import { Annotations, ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct, IConstruct } from 'constructs';
import { explain } from './monitor-grants.ts';
import { alarmsMayPublish } from './monitor-storage.ts';

/** The id of the warning. Acknowledge it once the key's policy has the statements. */
const KEY_POLICY = 'mtls-monitor:keyPolicy';
/** The same for the key of a topic that the user brings. */
const TOPIC_KEY_POLICY = 'mtls-monitor:topicKeyPolicy';

/** CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS". */
const logsMayEncrypt = (scope: Construct): PolicyStatement => {
  const stack = Stack.of(scope);
  const logs = stack.formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
  return new PolicyStatement({
    sid: 'LogsMayEncrypt',
    principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logs } },
  });
};

/** The state machine publishes its last word itself: SNS asks a publisher to an encrypted topic for these (SNS Developer Guide, "Key management"). */
export const allowLastWord = (machine: StateMachine, topics: readonly ITopic[]): void => {
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey*'];
  const keys = keysOf(topics);
  for (const { keyArn } of keys) machine.addToRolePolicy(new PolicyStatement({ actions, resources: [keyArn] }));
  if (keys.length > 0)
    explain(
      machine,
      'Action::kms:GenerateDataKey*',
      'The permission that SNS requires of a publisher, on this one key.',
    );
};

const keysOf = (topics: readonly ITopic[]): readonly IKey[] => [
  ...new Set(topics.flatMap(({ masterKey }) => masterKey ?? [])),
];

const READ = ['kms:Decrypt'];
/** S3 User Guide, "Using server-side encryption with AWS KMS keys", permissions. */
const OBJECTS = [...READ, 'kms:GenerateDataKey'];
/** DynamoDB Developer Guide, "Managing encrypted tables": what it lists for the principals that use a table, without the wildcards. */
const ITEMS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

type Caller = IGrantable & IConstruct;

export type Encrypted = {
  /** Of plan, probes and report. */
  readonly functions: readonly Caller[];
  readonly stateMachine: Caller;
  readonly bucket: IBucket;
  readonly table: ITable;
};

type Service = 's3' | 'dynamodb';

/** Grants the use of a key through one service only. AWS's own keys need no grant. */
const allowKey = (to: Caller, service: Service, key: IKey | undefined, actions: readonly string[]): void => {
  if (key === undefined) return;
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(to).region}.amazonaws.com` } },
    }),
  );
};

/** Grants the use of the keys that bucket and table have, through S3 and DynamoDB only. */
export const allowKeys = ({ functions, stateMachine, bucket, table }: Encrypted): void => {
  for (const each of functions) {
    allowKey(each, 's3', bucket.encryptionKey, OBJECTS);
    allowKey(each, 'dynamodb', table.encryptionKey, ITEMS);
  }
  // The map reads its items.
  allowKey(stateMachine, 's3', bucket.encryptionKey, READ);
};

/** The same for a function that only reads them. */
export const allowReadingKeys = (to: Caller, { bucket, table }: Pick<Encrypted, 'bucket' | 'table'>): void => {
  allowKey(to, 's3', bucket.encryptionKey, READ);
  allowKey(to, 'dynamodb', table.encryptionKey, READ);
};

/** The same for a function that only reads and writes objects. */
export const allowObjectKey = (to: Caller, bucket: IBucket, use: 'read' | 'write'): void =>
  allowKey(to, 's3', bucket.encryptionKey, use === 'read' ? READ : OBJECTS);

export type KeyUse = {
  readonly encryptionKey: IKey | undefined;
  /** Given topics that alarms publish to. */
  readonly givenTopics: readonly ITopic[];
};

/** To be called last: it finds the log groups. A key of another app has a policy that this one cannot change; the synth warns, and names the statements that it needs. */
export const allowServices = (scope: Construct, { encryptionKey, givenTopics }: KeyUse): void => {
  const alarms = alarmsMayPublish(scope);
  for (const key of keysOf(givenTopics)) if (key !== encryptionKey) addOrWarn(scope, key, 'the topics’ key', [alarms]);
  if (encryptionKey === undefined) return;
  for (const each of scope.node.findAll()) if (each instanceof CfnLogGroup) each.kmsKeyId = encryptionKey.keyArn;
  addOrWarn(scope, encryptionKey, 'encryptionKey', [alarms, logsMayEncrypt(scope)]);
};

const addOrWarn = (scope: Construct, key: IKey, name: string, statements: readonly PolicyStatement[]): void => {
  const added = statements.map((each) => key.addToResourcePolicy(each, true).statementAdded);
  if (!added.includes(false)) return;
  const needed = statements.map(({ sid }) => sid);
  const lost = needed.length === 1 ? 'no alarm can publish' : 'no alarm can publish and no log can be created';
  Annotations.of(scope).addWarningV2(
    name === 'encryptionKey' ? KEY_POLICY : TOPIC_KEY_POLICY,
    `The policy of ${name} cannot be changed here. Without the statement${needed.length === 1 ? '' : 's'} ${needed.join(' and ')} ${lost}: docs/operate.md has ${needed.length === 1 ? 'it' : 'them'}. Acknowledge this warning once the policy has ${needed.length === 1 ? 'it' : 'them'}.`,
  );
};
