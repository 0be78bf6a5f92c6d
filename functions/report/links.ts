/** Where a notification comes from: monitor, account and region; and its links: dashboard, run and runbook. */
import { consoleOf } from '../../shared/model/console.ts';
import type { Origin } from '../../shared/model/notification.ts';

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
