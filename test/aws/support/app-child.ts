/** An app of one's own, deployed with the credentials at hand: under `AUTH` the emulator knows no `aws:ResourceAccount`, a condition of the bootstrap's roles. */
import { App, CfnOutput, CliCredentialsStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { MtlsMonitor, type MtlsMonitorProps } from '../../../infra/index.ts';

// `ownKey`: what is stored is encrypted with a key of this app. `id`: of the construct.
type Given = MtlsMonitorProps & { readonly ownKey?: boolean; readonly id?: string };
const { ownKey, id = 'Monitor', ...props }: Given = JSON.parse(process.argv[2] ?? '{}');
// The class and its own interface differ in an optional property, an error under exactOptionalPropertyTypes.
const synthesizer = new CliCredentialsStackSynthesizer() as IStackSynthesizer;
const stack = new Stack(new App(), 'MtlsMonitor', { synthesizer });
const key = ownKey === true ? { encryptionKey: new Key(stack, 'OwnKey') } : {};
const { stateMachine, stateTable, topic } = new MtlsMonitor(stack, id, { ...props, ...key });
new CfnOutput(stack, 'StateMachineArn', { value: stateMachine.stateMachineArn });
new CfnOutput(stack, 'StateTableName', { value: stateTable.tableName });
new CfnOutput(stack, 'NotificationTopicArn', { value: topic.topicArn });
