/** An app of one's own, deployed with the credentials at hand: under `AUTH` the emulator knows no `aws:ResourceAccount`, a condition of the bootstrap's roles. */
import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { MonitorStack, type MtlsMonitorProps } from '../../../infra/index.ts';

const props: MtlsMonitorProps = JSON.parse(process.argv[2] ?? '{}');
// The class and its own interface differ in an optional property, an error under exactOptionalPropertyTypes.
const synthesizer = new CliCredentialsStackSynthesizer() as IStackSynthesizer;
new MonitorStack(new App(), 'MtlsMonitor', { ...props, synthesizer });
