import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { DeploymentError, MonitorStack, type MonitorStackProps } from '../../infra/index.ts';
import { readRegistry } from '../../infra/monitor-registry.ts';
import { vantageId } from '../../infra/monitor-vantages.ts';
import { costOf } from '../../shared/plan/cost-input.ts';
import { registryFile } from './support/registry.ts';
import { newApp, permissions, properties, spelled, stackOf, synth } from './support/synth.ts';

const PROD =
  'prod-vpc: { vpcId: vpc-0123456789abcdef0, availabilityZones: [eu-west-1a, eu-west-1b], subnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], securityGroupIds: [sg-0123456789abcdef0] }';
const registryWith = (vantages: string, ...from: readonly string[]) =>
  registryFile(`version: 1
identities: { checkout: { secret: monitor/identity/checkout } }
vantages: { ${vantages} }
endpoints:
${from.map((own, at) => `  - { name: e${at}, url: "https://e${at}.example/", admits: [checkout], from: ${own} }`).join('\n')}
`);
const both = synth({ registry: registryWith(PROD, '[default, prod-vpc]') });
const inVpcOnly = synth({ registry: registryWith(PROD, '[prod-vpc]') });

type Fn = { readonly VpcConfig?: object; readonly Environment: { readonly Variables: Record<string, unknown> } };
const probesOf = (template: Template) =>
  Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('MonitorProbe'))
    .map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties as Fn] as const);
type State = { readonly [name: string]: unknown };
const processorOf = (template: Template) => {
  const [machine] = properties(template, 'AWS::StepFunctions::StateMachine');
  const { States } = JSON.parse(spelled(machine?.['DefinitionString'])) as { States: Record<string, State> };
  return States['ProbeBatches']?.['ItemProcessor'] as { StartAt: string; States: Record<string, State> };
};
const faultOf = (props: Partial<MonitorStackProps>): string => {
  try {
    stackOf(newApp(), props);
  } catch (error) {
    if (error instanceof DeploymentError) return error.message;
    throw error;
  }
  return 'no fault';
};

describe('a vantage in a VPC', () => {
  test('has a probe function in the named subnets and security groups, which knows where it is', () => {
    const [[home, atHome], [away, inVpc], ...more] = probesOf(both) as [[string, Fn], [string, Fn]];

    expect([home, away, more]).toEqual(['MonitorProbe', 'MonitorProbeProdVpc', []]);
    expect([atHome.VpcConfig, atHome.Environment.Variables['VANTAGE']]).toEqual([undefined, undefined]);
    expect(inVpc.VpcConfig).toEqual({
      SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    });
    expect(inVpc.Environment.Variables).toMatchObject({ VANTAGE: 'prod-vpc', UV_THREADPOOL_SIZE: '128' });
  });

  test('the function’s role may what the default one may, and make network interfaces, which its code may not', () => {
    const own = (role: string) => permissions(both, role).filter((each) => !each.startsWith('logs:'));
    const [home, away] = [own('MonitorProbeRole'), own('MonitorProbeProdVpcRole')];

    expect(away.filter((each) => !each.startsWith('ec2:'))).toEqual(home);
    const policies = Object.values(both.findResources('AWS::IAM::Policy'))
      .map(({ Properties }) => Properties)
      .filter(({ Roles }) => JSON.stringify(Roles).includes('ProbeProdVpcRole'))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as readonly State[]);
    const onNetwork = policies.filter(({ Action }) => JSON.stringify(Action).includes('ec2:'));
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    expect(onNetwork).toMatchObject([
      // The CDK joins it with another statement on `*`
      { Effect: 'Allow', Action: [...actions, 'secretsmanager:BatchGetSecretValue'], Resource: '*' },
      { Effect: 'Deny', Action: actions, Resource: '*', Condition: { ArnLike: { 'lambda:SourceFunctionArn': {} } } },
    ]);
    expect(JSON.stringify(onNetwork[1]?.['Condition'])).toMatch(/:function:\*/);
    expect(properties(both, 'AWS::IAM::Role').flatMap((role) => role['ManagedPolicyArns'] ?? [])).toEqual([]);
  });

  test('warns of nothing', () => {
    const stack = stackOf(newApp(), {
      registry: registryWith(PROD, '[prod-vpc]'),
      notificationEmail: 'a@corp.example',
    });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('its errors and throttles have alarms of their own', () => {
    const names = properties(both, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => String(AlarmName));
    expect(names.filter((name) => /-Probe/.test(name)).toSorted()).toEqual(
      ['ProbeErrors', 'ProbeProdVpcErrors', 'ProbeProdVpcThrottles', 'ProbeThrottles'].map(
        (name) => `MtlsMonitor-${name}`,
      ),
    );
  });
});

test('the price has as many alarms as are deployed', () => {
  for (const from of ['[default]', '[default, prod-vpc]', '[prod-vpc]']) {
    const path = registryWith(PROD, from);
    const priced = costOf(readRegistry(path).registry, 'sparse').lines.find(({ what }) => /alarms/.test(what));
    expect(properties(synth({ registry: path }), 'AWS::CloudWatch::Alarm'), from).toHaveLength(priced?.quantity ?? 0);
  }
});

describe('the map over batches of several vantages', () => {
  const { StartAt, States } = processorOf(both);

  test('chooses the function by the batch’s vantage; an item of an older plan is of the default one', () => {
    const { Choices, Default } = States[StartAt] as { Choices: State[]; Default: string };
    const present = { Variable: '$.vantage', IsPresent: true };

    expect(Choices).toEqual([
      { And: [present, { Variable: '$.vantage', StringEquals: 'prod-vpc' }], Next: 'ProbeBatchProdVpc' },
      { Or: [{ Not: present }, { Variable: '$.vantage', StringEquals: 'default' }], Next: 'ProbeBatch' },
    ]);
    expect(States[Default]).toMatchObject({ Type: 'Fail', Error: 'UnknownVantage' });
  });

  test('each function is tried again in the same way, with the same input', () => {
    const [home, away] = [States['ProbeBatch'], States['ProbeBatchProdVpc']];
    expect(home?.['Retry']).toHaveLength(3);
    expect({ ...away, Resource: null }).toEqual({ ...home, Resource: null });
    expect([home, away].map((state) => String(state?.['Resource']).replace(/[0-9A-F]{8}/, ''))).toEqual([
      '<MonitorProbe.Arn>',
      '<MonitorProbeProdVpc.Arn>',
    ]);
  });

  test('has no choice where there is the default vantage only', () => {
    expect(Object.keys(processorOf(synth()).States)).toEqual(['ProbeBatch']);
  });
});

describe('a vantage that no endpoint uses', () => {
  test('has no function: neither a named one nor the default one', () => {
    const unused = synth({ registry: registryWith(`${PROD}, half: { vpcId: vpc-0123456789abcdef2 }`, '[default]') });
    expect(probesOf(unused).map(([id]) => id)).toEqual(['MonitorProbe']);
    expect(probesOf(inVpcOnly).map(([id]) => id)).toEqual(['MonitorProbeProdVpc']);
    const { StartAt, States } = processorOf(inVpcOnly);
    expect((States[StartAt] as { Choices: State[] }).Choices.map(({ Next }) => Next)).toEqual(['ProbeBatchProdVpc']);
  });
});

describe('a vantage that cannot be placed', () => {
  test.each([
    ['prod-vpc: {}', 'no vpcId, availabilityZones, subnetIds, securityGroupIds:'],
    [
      'prod-vpc: { vpcId: vpc-0123456789abcdef0, availabilityZones: [a], securityGroupIds: [sg-0123456789abcdef0] }',
      'no subnetIds:',
    ],
    [
      'default: { vpcId: vpc-0123456789abcdef0 }, prod-vpc: {}',
      'default has no availabilityZones, subnetIds, securityGroupIds:',
    ],
    [
      PROD.replace('subnet-0123456789abcdef0, subnet-0123456789abcdef1', 'subnet-0123456789abcdef0'),
      '1 subnetIds in 2 availabilityZones:',
    ],
  ])('%s', (vantages, fault) => {
    const from = vantages.startsWith('default') ? '[default]' : '[prod-vpc]';
    expect(faultOf({ registry: registryWith(vantages, from) })).toContain(fault);
  });

  test('a construct for a vantage that the registry does not have is refused, with the nearest name', () => {
    const vpc = Vpc.fromVpcAttributes(new Stack(new App(), 'S'), 'V', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['a'],
    });
    expect(faultOf({ registry: registryWith(PROD, '[prod-vpc]'), vantages: { 'prod-vcp': { vpc } } })).toMatch(
      /no vantage prod-vcp.*prod-vpc/,
    );
  });
});

describe('networks as constructs', () => {
  test('take the place of ids: of the default vantage too', () => {
    const app = newApp();
    const network = new Stack(app, 'Network');
    const vpc: IVpc = new Vpc(network, 'Vpc', {
      natGateways: 0,
      subnetConfiguration: [{ name: 'own', subnetType: SubnetType.PRIVATE_ISOLATED }],
    }) as IVpc;
    const group = new SecurityGroup(network, 'Group', { vpc });
    const subnets = { subnetType: SubnetType.PRIVATE_ISOLATED };
    const registry = registryWith('prod: {}', '[default, prod]');
    const vantages = { default: { vpc, subnets, securityGroups: [group] }, prod: { vpc } };
    const template = Template.fromStack(new MonitorStack(app, 'MtlsMonitor', { registry, vantages }));

    const [[, home], [, away]] = probesOf(template) as [[string, Fn], [string, Fn]];
    for (const { VpcConfig } of [home, away]) expect(VpcConfig).toHaveProperty('SubnetIds.1');
    expect(JSON.stringify(home.VpcConfig)).toMatch(/Group/);
    // Without one given, the CDK makes one, with no way in
    expect(properties(template, 'AWS::EC2::SecurityGroup')).toHaveLength(1);
    expect(properties(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });
});

test('no two vantages have the same id', () => {
  const names = ['prod-vpc', 'prodvpc', 'prod--vpc', 'a-1', 'a1', 'a-b', 'ab', '1a', '1-a'];
  expect(vantageId('default')).toBe('');
  expect(vantageId('prod-vpc')).toBe('ProdVpc');
  expect(new Set(names.map(vantageId)).size).toBe(names.length);
});
