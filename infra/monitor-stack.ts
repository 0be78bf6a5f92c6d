/** The stack of `npx cdk deploy`: one monitor, and outputs with the names of its resources. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ownProps } from './checked-props.ts';
import { addOutputs } from './monitor-outputs.ts';
import type { OwnStackProps } from './monitor-props.ts';
import { MtlsMonitor } from './mtls-monitor.ts';

export type MonitorStackProps = OwnStackProps & StackProps;

export class MonitorStack extends Stack {
  readonly monitor: MtlsMonitor;

  constructor(scope: Construct, id: string, props: MonitorStackProps) {
    super(scope, id, { description: 'mtls-monitor: tells whether mutual TLS is really enforced', ...props });
    this.monitor = new MtlsMonitor(this, 'Monitor', ownProps(props));
    addOutputs(this, this.monitor);
  }
}
