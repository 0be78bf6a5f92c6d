/** What the tests of vantages share: registries with a vantage in a VPC, probe functions, and faults of the synth. */
import type { Template } from 'aws-cdk-lib/assertions';
import { DeploymentError, type MonitorStackProps } from '../../../infra/index.ts';
import { registryFile } from './registry.ts';
import { newApp, stackOf } from './synth.ts';

export const PROD =
  'prod-vpc: { vpcId: vpc-0123456789abcdef0, availabilityZones: [eu-west-1a, eu-west-1b], subnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], securityGroupIds: [sg-0123456789abcdef0] }';
export const registryWith = (vantages: string, ...from: readonly string[]) =>
  registryFile(`version: 1
identities: { checkout: { secret: monitor/identity/checkout } }
vantages: { ${vantages} }
endpoints:
${from.map((own, at) => `  - { name: e${at}, url: "https://e${at}.example/", admits: [checkout], from: ${own} }`).join('\n')}
`);

export type Fn = { readonly VpcConfig?: object; readonly Environment: { readonly Variables: Record<string, unknown> } };
export const probesOf = (template: Template) =>
  Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('MonitorProbe'))
    .map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties as Fn] as const);
export type State = { readonly [name: string]: unknown };

export const faultOf = (props: Partial<MonitorStackProps>): string => faultOfStack(() => stackOf(newApp(), props));
export const faultOfStack = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    if (error instanceof DeploymentError) return error.message;
    throw error;
  }
  return 'no fault';
};
