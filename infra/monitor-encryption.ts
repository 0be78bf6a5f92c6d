/** What keys need beside the resources that they encrypt: their policy, the log groups, and the roles that publish, read and write. */
import { Annotations, ArnFormat, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { explain } from './monitor-grants.ts';
import { alarmsMayPublish } from './monitor-storage.ts';

/** The id of the warning. Acknowledge it once the key's policy has the statements. */
const KEY_POLICY = 'mtls-monitor:keyPolicy';

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
export const allowLastWord = (machine: StateMachine, key: IKey): void => {
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey*'];
  machine.addToRolePolicy(new PolicyStatement({ actions, resources: [key.keyArn] }));
  explain(machine, 'Action::kms:GenerateDataKey*', 'The permission that SNS requires of a publisher, on this one key.');
};

const READ_OBJECTS = ['kms:Decrypt'];
/** S3 User Guide, "Using server-side encryption with AWS KMS keys", permissions. */
const OBJECTS = [...READ_OBJECTS, 'kms:GenerateDataKey'];
/** DynamoDB Developer Guide, "Managing encrypted tables": what it lists for the principals that use a table, without the wildcards. */
const ITEMS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

export type Encrypted = {
  /** Of plan, probes and report. */
  readonly functions: readonly IGrantable[];
  readonly stateMachine: IGrantable;
};

/** To be called last: it finds the log groups. A key of another app has a policy that this one cannot change; the synth warns, and names the statements that it needs. */
export const useKey = (scope: Construct, key: IKey, { functions, stateMachine }: Encrypted): void => {
  const { region } = Stack.of(scope);
  const allow = (to: IGrantable, service: 's3' | 'dynamodb', actions: readonly string[]) =>
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
      }),
    );
  for (const each of functions) {
    allow(each, 's3', OBJECTS);
    allow(each, 'dynamodb', ITEMS);
  }
  // The map reads its items.
  allow(stateMachine, 's3', READ_OBJECTS);
  for (const each of scope.node.findAll()) if (each instanceof CfnLogGroup) each.kmsKeyId = key.keyArn;

  const statements = [alarmsMayPublish(scope), logsMayEncrypt(scope)];
  const added = statements.map((each) => key.addToResourcePolicy(each, true).statementAdded);
  if (added.includes(false))
    Annotations.of(scope).addWarningV2(
      KEY_POLICY,
      'The policy of encryptionKey cannot be changed here. Without the statements AlarmsMayPublish and LogsMayEncrypt no alarm can publish and no log can be created: docs/operate.md has them. Acknowledge this warning once the policy has them.',
    );
};
