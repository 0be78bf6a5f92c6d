/** Where a notification comes from: monitor, account and region; and its links: dashboard, run and runbook. */
import type { Origin } from '../../shared/model/notification.ts';

/** Hosts of the AWS console by partition (AWS General Reference, console endpoints). */
const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The console of a region. */
export const consoleOf = (partition: string, region: string): string =>
  `https://${region}.${CONSOLES[partition] ?? 'console.aws.amazon.com'}`;

/** `execution` is the ARN of the run: `arn:<partition>:states:<region>:…`. `runbook`: the registry’s; null if it names none. */
export const originOf = (execution: string, monitor: string, runbook: string | null): Origin => {
  const [, partition = '', , region = '', account = ''] = execution.split(':');
  const console = consoleOf(partition, region);
  return {
    ...{ monitor, account, region },
    links: {
      // The dashboard has the monitor's name.
      dashboard: `${console}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(monitor)}`,
      run: `${console}/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(execution)}`,
      runbook,
    },
  };
};
