/** The ports of the report. */
import { metricsClient, stateClient, storageClient, topicClient } from '../../shared/aws/clients.ts';
import { putMetrics } from '../../shared/aws/cloudwatch.ts';
import { required } from '../../shared/aws/environment.ts';
import { messageStore } from '../../shared/aws/message-store.ts';
import { reportStore } from '../../shared/aws/report-store.ts';
import { runLocks } from '../../shared/aws/run-locks.ts';
import { runStore } from '../../shared/aws/run-store.ts';
import { snapshotStore } from '../../shared/aws/snapshot-store.ts';
import { publishText, publishTo } from '../../shared/aws/sns.ts';
import { standingStore } from '../../shared/aws/standing-store.ts';
import { adoptState } from '../../shared/aws/state-adoption.ts';
import { stateStore } from '../../shared/aws/state-store.ts';
import type { MetricLevel } from '../../shared/model/names.ts';
import type { ReportPorts } from '../../shared/pipeline/run/report-run.ts';
import { durationsDocument, durationsKey } from '../../shared/plan/durations.ts';
import { chatMessage } from '../../shared/publish/chat.ts';
import { MONITOR, NAMESPACE } from '../../shared/publish/metric-catalogue.ts';
import { keepSmall } from '../process/keep-small.ts';
import { keepReportWith } from './keep-report.ts';

const [state, topics, table] = [stateClient(), topicClient(), required('STATE_TABLE')];
const storage = storageClient();
const runs = runStore(storage, required('RUN_BUCKET'));
const stores = {
  reports: reportStore(storage, required('RUN_BUCKET')),
  snapshots: snapshotStore(storage, required('RUN_BUCKET')),
};
const store = stateStore(state, table, Date.now);
const publish = publishTo(topics, required('TOPIC_ARN'));
const chat = publishText(topics, required('CHAT_TOPIC_ARN'));
const tidy = keepSmall();

/** A result has some megabytes, and thousands of them are read: V8 would let hundreds of megabytes of them pile up. */
const oneAtATime: ReportPorts['results'] = async function* (runId, batches) {
  for await (const result of runs.results(runId, batches)) {
    yield result;
    tidy();
  }
};

export type ReportFailures = {
  readonly onChatFailure: (error: Error) => void;
  readonly onDurationsFailure: (error: Error) => void;
  readonly onAdoptFailure: (error: Error) => void;
  readonly onReportFailure: (error: Error) => void;
};

/**
 * Returns the ports. Failures of the chat topic, of the durations' record, of older state and of the report's documents are only passed on: they must not
 * cause a second notification.
 */
export const portsWith = (failures: ReportFailures): ReportPorts => ({
  ...runs,
  results: oneAtATime,
  keepReport: keepReportWith(stores, oneAtATime, tidy, failures.onReportFailure),
  keepDurations: (run, durations) =>
    runs.putDocument(durationsKey(run), durationsDocument(durations)).catch(failures.onDurationsFailure),
  store,
  adopt: () => adoptState(state, table, store, Date.now).catch(failures.onAdoptFailure),
  registry: required('REGISTRY_KEY'),
  messages: messageStore(state, table, Date.now),
  standings: standingStore(state, table, Date.now),
  putMetrics: putMetrics(metricsClient(), NAMESPACE, { [MONITOR]: required('MONITOR') }),
  level: required('METRICS') as MetricLevel,
  settings: { settleAfter: Number(required('SETTLE_AFTER')), remindAfter: Number(required('REMIND_AFTER_MS')) },
  locks: runLocks(state, table),
  clock: Date.now,
  publish: async (message) => {
    await publish(message);
    // Nor may a message that chat cannot show: it is published.
    await Promise.resolve(message).then(chatMessage).then(chat).catch(failures.onChatFailure);
  },
});
