/** What is applied to a monitor once all of its resources are there: keys, logs, the permissions boundary. */
import { PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowKeys, allowServices, type Encrypted, type KeyUse } from './monitor-encryption.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';

export const finish = (
  scope: Construct,
  { logRetention, permissionsBoundary, encryptionKey }: MtlsMonitorProps,
  used: Encrypted & Pick<KeyUse, 'givenTopics'>,
): void => {
  allowKeys(used);
  keepLogs(scope, logRetention);
  if (permissionsBoundary !== undefined) PermissionsBoundary.of(scope).apply(permissionsBoundary);
  allowServices(scope, { encryptionKey, givenTopics: used.givenTopics });
};

/** Without a value each log keeps what it was made with. */
const keepLogs = (scope: Construct, retention: RetentionDays | undefined): void => {
  if (retention === undefined) return;
  for (const each of scope.node.findAll())
    if (each instanceof CfnLogGroup)
      // Without a number CloudWatch Logs keeps them for ever (AWS::Logs::LogGroup, RetentionInDays).
      each.retentionInDays = retention === RetentionDays.INFINITE ? undefined : retention;
};
