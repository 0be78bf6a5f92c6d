/** The construct: all resources of one monitor, for the endpoints of one registry. */
import type { Alarm, Dashboard, IWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { MetricLevel } from '../shared/model/names.ts';
import type { MetricName } from '../shared/publish/metric-catalogue.ts';
import { addEndpoint, givePlaces } from './added-endpoint.ts';
import type { AlarmedMetric } from './alarmed-metric.ts';
import type { DeployedRegistry } from './deployed-registry.ts';
import { endpointAlarm } from './endpoint-alarm.ts';
import type { EndpointEntry } from './endpoint-entry.ts';
import { runFailedName } from './failure-alarms.ts';
import { finish } from './finished.ts';
import { keptThings } from './kept-things.ts';
import { lastWord } from './last-word.ts';
import { monitorAlarms } from './monitor-alarms.ts';
import { monitorCustodian } from './monitor-custodian.ts';
import { type MonitorDashboardProps, monitorDashboard, monitorWidgets } from './monitor-dashboard.ts';
import { allowLastWord } from './monitor-encryption.ts';
import { alarmedProbes, planFunction, probeFunctions, reportFunction } from './monitor-functions.ts';
import { monitorInventory } from './monitor-inventory.ts';
import { type MonitorMetricOptions, monitorMetric } from './monitor-metric.ts';
import { subscribeEmail } from './monitor-notify.ts';
import { addOutputs, dashboardUrl } from './monitor-outputs.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';
import { registryAsset } from './monitor-registry.ts';
import { monitorSchedules, scheduledRuns } from './monitor-schedules.ts';
import { widgetFunction } from './monitor-widget.ts';
import { monitorWorkflow } from './monitor-workflow.ts';
import { prepared } from './prepared.ts';

/** Two in one stack need a `name` each. Throws a `DeploymentError` if the registry cannot be deployed. */
export class MtlsMonitor extends Construct {
  readonly name: string;
  /** The SNS topic of all notifications: encrypted, or the one that was given. */
  readonly topic: ITopic;
  /** The same for AWS Chatbot (Amazon Q Developer in chat applications), which reads only messages in its own form. */
  readonly chatTopic: ITopic;
  readonly stateMachine: StateMachine;
  readonly stateTable: ITable;
  /** Plans and results of runs. */
  readonly bucket: IBucket;
  readonly dashboard: Dashboard;
  /** The dashboard in the AWS console. */
  readonly dashboardUrl: string;
  /** All alarms: on runs that are missing, failed or not started, on what they left, and on the custodian. */
  readonly alarms: readonly [Alarm, ...Alarm[]];
  /** The alarm that is raised if no run at all completes. */
  readonly runMissingAlarm: Alarm;
  readonly planFunction: Lambda;
  /** By the vantage that each probes from; `default` is the one without a name of its own. */
  readonly probeFunctions: Readonly<Record<string, Lambda>>;
  readonly reportFunction: Lambda;
  /** Draws the custom widget of the dashboard. Who looks at it needs `lambda:InvokeFunction` on it. */
  readonly widgetFunction: Lambda;
  /** Where the schedules put the runs that could not be started. */
  readonly runsNotStarted: IQueue;
  readonly #deployed: DeployedRegistry;
  readonly #level: MetricLevel;
  readonly #shown: MonitorDashboardProps;

  constructor(scope: Construct, id: string, props: MtlsMonitorProps) {
    super(scope, id);
    const { monitor, maxConcurrency, deployed, level, addresses, secretKeys, cas } = prepared(this, props);
    const { registry } = deployed;
    [this.name, this.#deployed, this.#level] = [monitor, deployed, level];
    const kept = keptThings(this, props);
    const { topic, chatTopic, table, bucket } = kept;
    [this.topic, this.chatTopic, this.stateTable, this.bucket] = [topic, chatTopic, table, bucket];
    const ofTopic = { topic, given: props.topic !== undefined };
    const subscribed = subscribeEmail(this, ofTopic, props.notificationEmail, registry.monitor);

    const asset = registryAsset(this, () => deployed.deployment);
    const common = { bucket, table, asset, monitor, registry };
    const plan = planFunction(this, common);
    const probes = probeFunctions(this, { ...props, ...common, level, secretKeys, addresses });
    const report = reportFunction(this, { ...common, topic, chatTopic, level });
    [this.planFunction, this.probeFunctions, this.reportFunction] = [plan, probes, report];
    givePlaces(plan, deployed);
    const { runbook } = registry.monitor;
    const ofLastWord = { topic, chatTopic, monitor, runbook: runbook ?? null, alarmName: runFailedName(monitor) };
    const said = lastWord(this, ofLastWord);
    const stateMachine = monitorWorkflow(this, { plan, probes, report, bucket, lastWord: said, maxConcurrency });
    const widget = widgetFunction(this, { bucket, table, stateMachine, runbook });
    [this.stateMachine, this.widgetFunction] = [stateMachine, widget];
    allowLastWord(stateMachine, [topic, chatTopic]);

    const runs = scheduledRuns(registry);
    this.runsNotStarted = monitorSchedules(this, monitor, runs, stateMachine);
    const functions = { Plan: plan, ...alarmedProbes(probes), Report: report };
    const actions = props.alarmActions ?? [topic, chatTopic].map((each) => new SnsAction(each));
    const { length: endpoints } = registry.endpoints;
    const watched = { monitor, stateMachine, functions, notStarted: this.runsNotStarted, endpoints };
    const missing = monitorAlarms(this, { ...watched, runs, actions });
    const ofCustodian = cas.length > 0 ? [monitorCustodian(this, { monitor, registry, cas, secretKeys, actions })] : [];
    const ofInventory = monitorInventory(this, props, { monitor, bucket, registry, actions });
    this.alarms = [...missing, ...ofCustodian, ...ofInventory];
    [this.runMissingAlarm] = this.alarms;
    const shown = [plan, ...Object.values(probes), report];
    finish(this, props, { functions: shown, stateMachine, bucket, table, givenTopics: kept.givenTopics });
    this.#shown = { monitor, alarms: this.alarms, functions: shown, widget, level, subscribed, runbook };
    [this.dashboard, this.dashboardUrl] = [monitorDashboard(this, this.#shown), dashboardUrl(this, monitor)];
  }

  /** The logs of the functions and of the state machine. */
  get logGroups(): readonly ILogGroup[] {
    return this.node.findAll().filter((each) => each instanceof LogGroup);
  }

  /**
   * Adds an endpoint, as the registry's file would have it, to those of the registry. `url`, `serverName`, `hostHeader` and `bypasses` may hold values that only
   * the deployment knows. Throws a `DeploymentError` for an invalid endpoint, and for one whose schedule or vantage no endpoint had when the monitor was made.
   */
  addEndpoint(endpoint: EndpointEntry): void {
    addEndpoint(this.#deployed, endpoint, { plan: this.planFunction, probes: this.probeFunctions });
  }

  /**
   * Returns a metric of the catalogue (docs/reference/metrics.md) for an alarm or a dashboard. By default its statistic is the catalogue's, and its period one
   * interval of what measures it. Throws a `DeploymentError` for an unknown metric, endpoint, vantage, check, schedule or suite, and for a metric that is not
   * sent at the level of this monitor.
   */
  metric(metric: MetricName, options?: MonitorMetricOptions): Metric {
    return monitorMetric(
      { monitor: this.name, registry: this.#deployed.registry, level: this.#level },
      metric,
      options,
    );
  }

  /** Returns the rows of this monitor's dashboard for another: `dashboard.addWidgets(...row)` for each. */
  widgets(): IWidget[][] {
    return monitorWidgets(this.#shown);
  }

  /** Adds outputs to the stack with what people and scripts need: ARNs and names of topics, state machine, table and alarm, and the dashboard's URL. */
  addOutputs(): void {
    addOutputs(this, this);
  }

  /**
   * Adds an alarm, without an action, on a metric of one endpoint. It treats missing data as fine: at the level `sparse` a metric is sent only while it
   * is unusual. `threshold`: by default 1 failure or inconclusive check, a control that is not accepted, less than 7 days. At `sparse` days are
   * sent inside the registry's `expiry.warn` only. `vantage`: needed where the endpoint is probed from several. Throws a `DeploymentError` for an unknown
   * endpoint or vantage, and at the level `fleet`.
   */
  endpointAlarm(metric: AlarmedMetric, endpoint: string, threshold?: number, vantage?: string): Alarm {
    const { registry } = this.#deployed;
    const own = { monitor: this.name, registry, level: this.#level };
    return endpointAlarm(this, { ...own, metric, endpoint, threshold, vantage });
  }
}
