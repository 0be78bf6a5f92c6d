/** The construct: all resources of one monitor, for the endpoints of one registry. */
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DEFAULT_METRICS, type MetricLevel } from '../shared/model/names.ts';
import type { Registry } from '../shared/model/registry.ts';
import type { AlarmedMetric } from './alarmed-metric.ts';
import { checkedProps } from './checked-props.ts';
import { endpointAlarm } from './endpoint-alarm.ts';
import { runFailedName } from './failure-alarms.ts';
import { lastWord } from './last-word.ts';
import { monitorAlarms } from './monitor-alarms.ts';
import { checkedConcurrency } from './monitor-concurrency.ts';
import { checkCost } from './monitor-cost.ts';
import { monitorCustodian } from './monitor-custodian.ts';
import { monitorDashboard } from './monitor-dashboard.ts';
import { allowLastWord, useKey } from './monitor-encryption.ts';
import { alarmedProbes, planFunction, probeFunctions, reportFunction } from './monitor-functions.ts';
import { monitorName } from './monitor-name.ts';
import { subscribeEmail } from './monitor-notify.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';
import { readRegistry } from './monitor-registry.ts';
import { monitorSchedules, scheduledRuns } from './monitor-schedules.ts';
import { encryptedTopic, runBucket, stateTable, topicKey } from './monitor-storage.ts';
import { monitorWorkflow } from './monitor-workflow.ts';

/** Two in one stack need a `name` each. Throws a `DeploymentError` if the registry cannot be deployed. */
export class MtlsMonitor extends Construct {
  readonly name: string;
  /** The encrypted SNS topic of all notifications. */
  readonly topic: ITopic;
  /** The same for AWS Chatbot (Amazon Q Developer in chat applications), which reads only messages in its own form. */
  readonly chatTopic: ITopic;
  readonly stateMachine: StateMachine;
  readonly stateTable: Table;
  readonly bucket: IBucket;
  readonly dashboard: Dashboard;
  /** All alarms: on runs that are missing, failed or not started, on what they left, and on the custodian. */
  readonly alarms: readonly [Alarm, ...Alarm[]];
  /** The alarm that is raised if no run at all completes. */
  readonly runMissingAlarm: Alarm;
  readonly #registry: Registry;
  readonly #level: MetricLevel;

  constructor(scope: Construct, id: string, props: MtlsMonitorProps) {
    super(scope, id);
    const { secretKeys = [], custodian: cas = [] } = checkedProps(props);
    const monitor = monitorName(this, props.name);
    this.name = monitor;
    const maxConcurrency = checkedConcurrency(props.maxConcurrency ?? 100);
    const { registry, deployment } = readRegistry(props.registry);
    const level = props.metrics ?? registry.monitor.metrics ?? DEFAULT_METRICS;
    [this.#registry, this.#level] = [registry, level];
    checkCost(this, registry, level, secretKeys.length > 0);
    const key = props.encryptionKey ?? topicKey(this);
    this.topic = encryptedTopic(this, 'Notifications', 'mTLS monitor', key);
    this.chatTopic = encryptedTopic(this, 'Chat', 'mTLS monitor, for chat', key);
    const subscribed = subscribeEmail(this, this.topic, props.notificationEmail, registry.monitor);
    this.stateTable = stateTable(this, props.encryptionKey);
    this.bucket = runBucket(this, props.encryptionKey);

    const { stateTable: table, bucket, topic, chatTopic } = this;
    const plan = planFunction(this, { bucket, table, monitor, deployment });
    const probes = probeFunctions(this, { ...props, bucket, table, registry, level, monitor, secretKeys });
    const report = reportFunction(this, { bucket, table, registry, topic, chatTopic, monitor, level });
    const said = lastWord(this, { topic, chatTopic, monitor, alarmName: runFailedName(monitor) });
    this.stateMachine = monitorWorkflow(this, { plan, probes, report, bucket, lastWord: said, maxConcurrency });
    allowLastWord(this.stateMachine, key);

    const runs = scheduledRuns(registry);
    const notStarted = monitorSchedules(this, monitor, runs, this.stateMachine);
    const { stateMachine } = this;
    const functions = { Plan: plan, ...alarmedProbes(probes), Report: report };
    const actions = props.alarmActions ?? [topic, chatTopic].map((each) => new SnsAction(each));
    const missing = monitorAlarms(this, { monitor, runs, stateMachine, functions, notStarted, actions });
    const kept = cas.length > 0 ? [monitorCustodian(this, { monitor, registry, cas, secretKeys, actions })] : [];
    this.alarms = [...missing, ...kept];
    [this.runMissingAlarm] = this.alarms;
    const { alarms } = this;
    const shown = [plan, ...Object.values(probes), report];
    if (props.encryptionKey !== undefined) useKey(this, props.encryptionKey, { functions: shown, stateMachine });
    this.dashboard = monitorDashboard(this, { monitor, alarms, functions: shown, level, subscribed });
  }

  /**
   * Adds an alarm, without an action, on a metric of one endpoint. It treats missing data as fine: at the level `sparse` a metric is sent only while it
   * is unusual. `threshold`: by default 1 failure or inconclusive check, a control that is not accepted, less than 7 days. At `sparse` days are
   * sent inside the registry's `expiry.warn` only. `vantage`: needed where the endpoint is probed from several. Throws a `DeploymentError` for an unknown
   * endpoint or vantage, and at the level `fleet`.
   */
  endpointAlarm(metric: AlarmedMetric, endpoint: string, threshold?: number, vantage?: string): Alarm {
    return endpointAlarm(this, {
      monitor: this.name,
      registry: this.#registry,
      level: this.#level,
      metric,
      endpoint,
      threshold,
      vantage,
    });
  }
}
