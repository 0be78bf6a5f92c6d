/** Links of a notification: dashboard, run and runbook. */
import type { Notification } from '../../shared/model/notification.ts';

/** Hosts of the AWS console by partition (AWS General Reference, console endpoints). */
const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** `execution` is the ARN of the run: `arn:<partition>:states:<region>:…`. */
export const linksOf = (execution: string, dashboard: string): Notification['links'] => {
  const [, partition = '', , region = ''] = execution.split(':');
  const console = `https://${region}.${CONSOLES[partition] ?? 'console.aws.amazon.com'}`;
  return {
    dashboard: `${console}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(dashboard)}`,
    run: `${console}/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(execution)}`,
    runbook: null,
  };
};
