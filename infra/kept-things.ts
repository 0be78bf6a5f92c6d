/** What a monitor keeps and where it notifies: the user's own things where they are given, else the stack's. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { givenBucket, givenTable, givenTopic } from './given-storage.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';
import { encryptedTopic, runBucket, stateTable, topicKey } from './monitor-storage.ts';

export type KeptThings = {
  readonly topic: ITopic;
  readonly chatTopic: ITopic;
  readonly table: ITable;
  readonly bucket: IBucket;
  /** Those of the user's that alarms publish to. */
  readonly givenTopics: readonly ITopic[];
};

/** Throws a `DeploymentError` for a thing of the user's that cannot be used. */
export const keptThings = (scope: Construct, props: MtlsMonitorProps): KeptThings => {
  const { encryptionKey } = props;
  const alarms = props.alarmActions === undefined;
  let made: ReturnType<typeof topicKey> | undefined;
  const key = () => {
    made ??= encryptionKey ?? topicKey(scope);
    return made;
  };
  return {
    topic: props.topic
      ? givenTopic(scope, 'topic', props.topic, alarms)
      : encryptedTopic(scope, 'Notifications', 'mTLS monitor', key()),
    chatTopic: props.chatTopic
      ? givenTopic(scope, 'chatTopic', props.chatTopic, alarms)
      : encryptedTopic(scope, 'Chat', 'mTLS monitor, for chat', key()),
    table: props.table ? givenTable(scope, props.table) : stateTable(scope, encryptionKey),
    bucket: props.bucket ? givenBucket(scope, props.bucket) : runBucket(scope, encryptionKey),
    givenTopics: alarms ? [props.topic, props.chatTopic].filter((each) => each !== undefined) : [],
  };
};
