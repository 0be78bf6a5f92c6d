/** Step Functions' last step: announces what is due, marks it announced, sends the heartbeat. */
import { Logger } from '@aws-lambda-powertools/logger';
import { required } from '../../shared/aws/environment.ts';
import { reportRun } from '../../shared/pipeline/run/report-run.ts';
import type { RunEvent } from '../../shared/pipeline/run/run-event.ts';
import { linksOf } from './links.ts';
import { portsWith } from './ports.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-report' });
const ports = portsWith((error) => logger.error('not in chat', error));
const dashboard = required('DASHBOARD');

export const handler = async (event: RunEvent) => {
  const { id: run, arn } = event.execution;
  const { published, pending, failures } = await reportRun(event, ports, linksOf(arn, dashboard));
  logger[failures.length > 0 ? 'error' : 'info']('reported', { run, published, pending, failures });
  return { published, pending, failures: failures.length };
};
