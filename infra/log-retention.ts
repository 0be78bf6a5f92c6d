/** How long the logs of a monitor are kept. */
import { CfnLogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Without a value each keeps what it was made with. To be called once all log groups are made. */
export const keepLogs = (scope: Construct, retention: RetentionDays | undefined): void => {
  if (retention === undefined) return;
  for (const each of scope.node.findAll())
    if (each instanceof CfnLogGroup) {
      // Without a number CloudWatch Logs keeps them for ever (AWS::Logs::LogGroup, RetentionInDays).
      if (retention === RetentionDays.INFINITE) each.retentionInDays = undefined;
      else each.retentionInDays = retention;
    }
};
