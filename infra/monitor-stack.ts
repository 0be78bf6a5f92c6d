/** The stack of `npx cdk deploy`: one monitor, and outputs with the names of its resources. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ownProps } from './checked-props.ts';
import type { OwnStackProps } from './monitor-props.ts';
import { MtlsMonitor } from './mtls-monitor.ts';

export type MonitorStackProps = OwnStackProps & StackProps;

export class MonitorStack extends Stack {
  readonly monitor: MtlsMonitor;

  constructor(scope: Construct, id: string, props: MonitorStackProps) {
    super(scope, id, { description: 'mtls-monitor: tells whether mutual TLS is really enforced', ...props });
    this.monitor = new MtlsMonitor(this, 'Monitor', ownProps(props));
    const { topic, chatTopic, stateMachine, stateTable, dashboard, runMissingAlarm } = this.monitor;
    const outputs = {
      NotificationTopicArn: [topic.topicArn, 'Subscribe here (email, SQS, Lambda, HTTPS)'],
      ChatTopicArn: [chatTopic.topicArn, 'Connect AWS Chatbot (Slack, Teams) here'],
      StateMachineArn: [stateMachine.stateMachineArn, 'Start an execution with {} to run everything now'],
      StateTableName: [stateTable.tableName, 'State between runs'],
      DashboardName: [dashboard.dashboardName, 'In CloudWatch'],
      RunMissingAlarmName: [runMissingAlarm.alarmName, 'Raised when no run completes'],
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs))
      new CfnOutput(this, name, { value, description });
  }
}
