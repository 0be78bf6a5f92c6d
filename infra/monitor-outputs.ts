/** Outputs with the names of a monitor's resources. */
import { CfnOutput, Stack, Token } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** Hosts of the AWS console in other partitions, by the beginning of their regions (AWS General Reference, console endpoints). */
const CONSOLES = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
] as const;

/** A stack without an `env` is taken to be in the partition `aws`. */
export const dashboardUrl = (scope: Construct, dashboard: string): string => {
  const { region } = Stack.of(scope);
  const own = Token.isUnresolved(region) ? undefined : CONSOLES.find(([start]) => region.startsWith(start));
  const console = `https://${region}.${own?.[1] ?? 'console.aws.amazon.com'}`;
  return `${console}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard}`;
};

type Named = {
  readonly topic: ITopic;
  readonly chatTopic: ITopic;
  readonly stateMachine: IStateMachine;
  readonly stateTable: ITable;
  readonly bucket: IBucket;
  readonly dashboard: Dashboard;
  readonly dashboardUrl: string;
  readonly runMissingAlarm: Alarm;
};

/** Adds them to `scope`: of a stack they have these names, of a construct its path stands before them. */
export const addOutputs = (scope: Construct, monitor: Named): void => {
  const outputs = {
    NotificationTopicArn: [monitor.topic.topicArn, 'Subscribe here (email, SQS, Lambda, HTTPS)'],
    ChatTopicArn: [monitor.chatTopic.topicArn, 'Connect AWS Chatbot (Slack, Teams) here'],
    StateMachineArn: [monitor.stateMachine.stateMachineArn, 'Start an execution with {} to run everything now'],
    StateTableName: [monitor.stateTable.tableName, 'State between runs'],
    RunBucketName: [monitor.bucket.bucketName, 'Plans and results of runs'],
    DashboardName: [monitor.dashboard.dashboardName, 'In CloudWatch'],
    DashboardUrl: [monitor.dashboardUrl, 'The dashboard in the AWS console'],
    RunMissingAlarmName: [monitor.runMissingAlarm.alarmName, 'Raised when no run completes'],
  } as const;
  for (const [name, [value, description]] of Object.entries(outputs))
    new CfnOutput(scope, name, { value, description });
};
