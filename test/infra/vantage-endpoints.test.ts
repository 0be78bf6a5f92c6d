import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { MonitorStack } from '../../infra/index.ts';
import { readRegistry } from '../../infra/monitor-registry.ts';
import { costOf } from '../../shared/plan/cost-input.ts';
import { registryFile } from './support/registry.ts';
import { newApp, properties, spelled, synth } from './support/synth.ts';
import { type Fn, faultOf, faultOfStack, PROD, probesOf, registryWith, type State } from './support/vantages.ts';

const both = synth({ registry: registryWith(PROD, '[default, prod-vpc]') });

describe('VPC endpoints of a vantage', () => {
  const withEndpoints = (own: string, metrics: 'sparse' | 'endpoint' = 'sparse') =>
    synth({ registry: registryWith(PROD.replace(' }', `, ${own} }`), '[default, prod-vpc]'), metrics });
  const ROUTES = 'routeTableIds: [rtb-0123456789abcdef0, rtb-0123456789abcdef1]';
  type Endpoint = {
    readonly VpcEndpointType: string;
    readonly ServiceName: unknown;
    readonly PolicyDocument: { readonly Statement: readonly State[] };
    readonly [field: string]: unknown;
  };
  const endpointsOf = (template: Template) =>
    properties(template, 'AWS::EC2::VPCEndpoint').map((each) => each as unknown as Endpoint);
  const allowed = ({ PolicyDocument }: Endpoint) =>
    PolicyDocument.Statement.map(({ Action, Resource }) => [
      Action,
      [Resource]
        .flat()
        .map(spelled)
        .join(' ')
        .replaceAll(/(<\w+?)[0-9A-F]{8}(?=[.>])/g, '$1'),
    ]);

  test('none unless the registry asks', () => expect(endpointsOf(both)).toEqual([]));

  test('gateway: S3 and DynamoDB in the named route tables, for the calls of this function alone', () => {
    const endpoints = endpointsOf(withEndpoints(`vpcEndpoints: gateway, ${ROUTES}`));
    expect(endpoints.map(({ ServiceName }) => spelled(ServiceName))).toEqual([
      'com.amazonaws.<AWS::Region>.s3',
      'com.amazonaws.<AWS::Region>.dynamodb',
    ]);
    for (const endpoint of endpoints) {
      expect(endpoint).toMatchObject({
        VpcEndpointType: 'Gateway',
        VpcId: 'vpc-0123456789abcdef0',
        RouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
      });
      for (const { Condition } of endpoint.PolicyDocument.Statement)
        expect(JSON.stringify(Condition)).toMatch(/"ArnEquals":\{"aws:PrincipalArn":.*MonitorProbeProdVpcRole/);
    }
    expect(endpoints.flatMap(allowed)).toEqual([
      ['s3:GetObject', '<MonitorRuns.Arn>/runs/*/batches/*'],
      ['s3:PutObject', '<MonitorRuns.Arn>/runs/*/results/*'],
      [['dynamodb:GetItem', 'dynamodb:PutItem'], '<MonitorState.Arn>'],
    ]);
  });

  test('all: interface endpoints without private DNS, which the function alone is told and alone may reach', () => {
    const template = withEndpoints(`vpcEndpoints: all, ${ROUTES}`, 'endpoint');
    const interfaces = endpointsOf(template).filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
    expect(interfaces.map(({ ServiceName }) => spelled(ServiceName))).toEqual([
      'com.amazonaws.<AWS::Region>.secretsmanager',
      'com.amazonaws.<AWS::Region>.monitoring',
    ]);
    for (const each of interfaces)
      expect(each).toMatchObject({
        PrivateDnsEnabled: false,
        SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      });
    expect(interfaces.flatMap(allowed)).toEqual([
      ['secretsmanager:BatchGetSecretValue', '*'],
      ['secretsmanager:GetSecretValue', expect.stringContaining(':secret:monitor/identity/checkout-??????')],
      ['cloudwatch:PutMetricData', '*'],
    ]);
    const ingress = properties(template, 'AWS::EC2::SecurityGroupIngress');
    expect(
      ingress.map(({ FromPort, ToPort, SourceSecurityGroupId }) => [FromPort, ToPort, SourceSecurityGroupId]),
    ).toEqual(interfaces.map(() => [443, 443, 'sg-0123456789abcdef0']));
    expect(
      properties(template, 'AWS::EC2::SecurityGroup').flatMap(({ SecurityGroupIngress = [] }) => SecurityGroupIngress),
    ).toEqual([]);
    const [[, home], [, away]] = probesOf(template) as [[string, Fn], [string, Fn]];
    const settings = ({ Environment }: Fn) =>
      Object.keys(Environment.Variables).filter((name) => /ENDPOINT_URL/.test(name));
    expect(settings(home)).toEqual([]);
    expect(settings(away).toSorted()).toEqual(['AWS_ENDPOINT_URL_CLOUDWATCH', 'AWS_ENDPOINT_URL_SECRETS_MANAGER']);
    expect(JSON.stringify(away.Environment.Variables['AWS_ENDPOINT_URL_SECRETS_MANAGER'])).toMatch(
      /https:\/\/.*Interface.*DnsEntries/,
    );
    // At the other levels the probe sends no metrics.
    expect(endpointsOf(withEndpoints(`vpcEndpoints: all, ${ROUTES}`))).toHaveLength(3);
  });

  test('are priced as they are deployed', () => {
    const priced = (own: string, metrics: 'sparse' | 'endpoint') => {
      const { registry } = readRegistry(registryWith(PROD.replace(' }', `, ${own} }`), '[default, prod-vpc]'));
      return costOf(registry, metrics).lines.find(({ what }) => /interface endpoints/.test(what))?.quantity;
    };
    expect(priced(`vpcEndpoints: all, ${ROUTES}`, 'endpoint')).toBe(730 * 2 * 2);
    expect(priced(`vpcEndpoints: all, ${ROUTES}`, 'sparse')).toBe(730 * 2);
    expect(priced(`vpcEndpoints: gateway, ${ROUTES}`, 'endpoint')).toBeUndefined();
  });

  test('of a VPC that is a construct: its own route tables, and its own zones in the price', () => {
    const app = newApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const network = new Stack(app, 'Network', { env });
    const vpc: IVpc = new Vpc(network, 'Vpc', {
      availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      natGateways: 0,
      subnetConfiguration: [{ name: 'own', subnetType: SubnetType.PRIVATE_ISOLATED }],
    }) as IVpc;
    const vantages = { prod: { vpc, subnets: { subnetType: SubnetType.PRIVATE_ISOLATED } } };
    const registry = registryWith('prod: { vpcEndpoints: all }', '[prod]');
    const stack = new MonitorStack(app, 'MtlsMonitor', { registry, vantages, env });
    const endpoints = endpointsOf(Template.fromStack(stack));
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(['Gateway', 'Gateway', 'Interface']);
    expect(endpoints[0]?.['RouteTableIds']).toHaveLength(3);
    const sum = costOf(readRegistry(registry).registry, 'sparse', { zones: { prod: 3 } }).total;
    const above = registryFile(
      `version: 1\nmonitor: { budget: ${(sum - 0.01).toFixed(2)} }\nidentities: { checkout: { secret: monitor/identity/checkout } }\nvantages: { prod: { vpcEndpoints: all } }\nendpoints: [{ name: e0, url: "https://e0.example/", admits: [checkout], from: [prod] }]\n`,
    );
    expect(faultOfStack(() => new MonitorStack(app, 'Above', { registry: above, vantages, env }))).toContain(
      `would cost $${sum.toFixed(2)} a month`,
    );
  });

  test.each([
    ['[prod-vpc]', PROD.replace(' }', ', vpcEndpoints: gateway }'), 'route tables of its subnets are not known'],
    ['[default]', 'default: { vpcEndpoints: all, ipv6: true }', 'default has vpcEndpoints, ipv6 and is outside a VPC'],
  ])('%s %s is refused', (from, vantages, fault) => {
    expect(faultOf({ registry: registryWith(vantages, from) })).toContain(fault);
  });

  test('a secret of another region is refused: nothing leads there', () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:far-AbCdEf';
    const text = `version: 1\nidentities: { far: { secret: "${secret}" } }\nvantages: { ${PROD.replace(' }', `, vpcEndpoints: all, ${ROUTES} }`)} }\nendpoints: [{ name: e, url: "https://e.example/", admits: [far], from: [prod-vpc] }]\n`;
    const env = { account: '111111111111', region: 'eu-west-1' };
    const made = () => new MonitorStack(newApp(), 'MtlsMonitor', { registry: registryFile(text), env });
    expect(faultOfStack(made)).toMatch(/Secrets Manager in eu-west-1 only.*far-AbCdEf/);
  });

  test('hundreds of secrets fit the policy of an endpoint', () => {
    const names = Array.from({ length: 300 }, (_, at) => `identity-${at}`);
    const text = `version: 1\nidentities:\n${names.map((name) => `  ${name}: { secret: a-team-with-a-long-name/${name} }`).join('\n')}\nvantages: { ${PROD.replace(' }', `, vpcEndpoints: all, ${ROUTES} }`)} }\nendpoints: [{ name: e, url: "https://e.example/", admits: [identity-0], from: [prod-vpc] }]\n`;
    for (const { PolicyDocument } of endpointsOf(synth({ registry: registryFile(text) })))
      expect(JSON.stringify(PolicyDocument).length).toBeLessThan(20_480);
  });
});

test('a vantage that asks for IPv6 has a function with addresses of both families', () => {
  const asked = synth({ registry: registryWith(PROD.replace(' }', ', ipv6: true }'), '[default, prod-vpc]') });
  const dualStack = (template: Template) =>
    probesOf(template).map(
      ([, { VpcConfig }]) => (VpcConfig as Partial<Record<string, boolean>> | undefined)?.['Ipv6AllowedForDualStack'],
    );
  expect([dualStack(asked), dualStack(both)]).toEqual([
    [undefined, true],
    [undefined, undefined],
  ]);
});
