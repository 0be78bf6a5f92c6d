/** The state machine's last step: announces due transitions and sends the fleet metrics. */
import { Logger } from '@aws-lambda-powertools/logger';
import { required } from '../../shared/aws/environment.ts';
import { reportRun } from '../../shared/pipeline/run/report-run.ts';
import type { RunEvent } from '../../shared/pipeline/run/run-event.ts';
import { originOf } from './links.ts';
import { portsWith } from './ports.ts';

const logger = new Logger({ serviceName: 'mtls-monitor-report' });
const ports = portsWith({
  onChatFailure: (error) => logger.error('the message was not published to the chat topic', error),
  onAdoptFailure: (error) =>
    logger.warn('state of an older version was not looked through: the next run does it', error),
  onDurationsFailure: (error) => logger.warn('the durations were not kept: the next run is sized by older ones', error),
  onReportFailure: (error) => logger.warn('the report was not kept in the bucket', error),
});
const monitor = required('MONITOR');
const runbook = process.env['RUNBOOK'] ?? null;

export const handler = async (event: RunEvent) => {
  const { id: run, arn } = event.execution;
  const { published, pending, failures, followUp } = await reportRun(event, ports, originOf(arn, monitor, runbook));
  logger[failures.length > 0 ? 'error' : 'info']('reported', { run, published, pending, failures, followUp });
  return { published, pending, failures: failures.length, ...(followUp !== undefined && { followUp }) };
};
