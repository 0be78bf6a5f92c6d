/** Metrics, rows, functions and outputs for the dashboards, alarms and scripts of the user's own. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Dashboard, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import {
  DeploymentError,
  type MonitorMetricOptions,
  MonitorStack,
  MtlsMonitor,
  type MtlsMonitorProps,
} from '../../infra/index.ts';
import { METRICS, type MetricName } from '../../shared/publish/metric-catalogue.ts';
import { registryFile } from './support/registry.ts';
import { newApp, ownStack, properties, spelled } from './support/synth.ts';

const registry = registryFile(`version: 1
schedules: { slow: { enforcement: 10m, isolation: 2h, certificates: 24h }, unused: {} }
identities: { checkout: { secret: monitor/identity/checkout } }
vantages: { v: { vpcId: vpc-0123456789abcdef0, availabilityZones: [a], subnetIds: [subnet-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0] } }
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [checkout] }
  - { name: ledger, url: "https://ledger.example/", admits: [checkout], schedule: slow, from: [default, v], tlsVersions: ["1.3"] }
`);
const made = (props: Partial<MtlsMonitorProps> = {}): MtlsMonitor =>
  new MtlsMonitor(ownStack(), 'Monitor', { registry, metrics: 'check', ...props });

/** As a dashboard's body has it. */
const seen = ({ metricName, statistic, period, dimensions = {} }: Metric) => [
  metricName,
  statistic,
  period.toMinutes(),
  Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
];

describe('a metric', () => {
  test.each<[MetricName, MonitorMetricOptions, string, number, string]>([
    ['ChecksFailed', {}, 'Maximum', 5, 'Monitor=Own'],
    ['RunCompleted', { schedule: 'slow', suite: 'isolation' }, 'Sum', 120, 'Monitor=Own Schedule=slow Suite=isolation'],
    ['RunCompleted', { schedule: 'all', suite: 'all' }, 'Sum', 5, 'Monitor=Own Schedule=all Suite=all'],
    ['MinDaysToExpiry', {}, 'Minimum', 5, 'Monitor=Own'],
    ['EnforcementFailures', { endpoint: 'payments' }, 'Maximum', 5, 'Monitor=Own Endpoint=payments Vantage=default'],
    [
      'IsolationFailures',
      { endpoint: 'ledger', vantage: 'v' },
      'Maximum',
      120,
      'Monitor=Own Endpoint=ledger Vantage=v',
    ],
    [
      'DaysToExpiry',
      { endpoint: 'ledger', vantage: 'default' },
      'Minimum',
      10,
      'Monitor=Own Endpoint=ledger Vantage=default',
    ],
    [
      'CheckFailed',
      { endpoint: 'ledger', vantage: 'v', check: 'ledger/no-certificate#1.3' },
      'Maximum',
      10,
      'Monitor=Own Endpoint=ledger Vantage=v Check=ledger/no-certificate#1.3',
    ],
    [
      'CheckFailed',
      { check: 'identity-health/checkout' },
      'Maximum',
      60,
      'Monitor=Own Vantage=default Check=identity-health/checkout',
    ],
  ])('%s %j', (name, options, statistic, period, dimensions) => {
    expect(seen(made().metric(name, options))).toEqual([name, statistic, period, dimensions]);
  });

  test('takes the CDK’s own options', () => {
    const monitor = made();
    const own = monitor.metric('ChecksFailed', { label: 'failed', statistic: 'Average', color: '#ff0000' });
    expect(own).toMatchObject({ label: 'failed', statistic: 'Average', color: '#ff0000' });
  });

  test('every one of the catalogue, with dimensions that are sent', () => {
    const monitor = made();
    for (const { name, dimensions } of Object.values(METRICS)) {
      const sets = dimensions.map((each) => [...each].toSorted().join(' '));
      const options: MonitorMetricOptions = sets[0]?.includes('Endpoint') ? { endpoint: 'payments' } : {};
      const check = sets[0]?.includes('Check') ? { check: 'payments/no-certificate' } : {};
      const found = monitor.metric(name, { ...options, ...check });
      expect(sets, name).toContain(
        Object.keys(found.dimensions ?? {})
          .toSorted()
          .join(' '),
      );
      expect(found.namespace).toBe('MtlsMonitor');
    }
  });

  test.each<[string, string, MonitorMetricOptions, Partial<MtlsMonitorProps>?]>([
    ['unknown metric ChecksFaild; did you mean "ChecksFailed"?', 'ChecksFaild', {}],
    ['unknown metric toString', 'toString', {}],
    ['unknown endpoint paymnts; did you mean "payments"?', 'Inconclusive', { endpoint: 'paymnts' }],
    ['name an endpoint; expected one of payments, ledger', 'Inconclusive', {}],
    ['ledger: it is probed from default, v: name one of them', 'Inconclusive', { endpoint: 'ledger' }],
    ['it is probed from default', 'Inconclusive', { endpoint: 'payments', vantage: 'v' }],
    ['it has no dimension endpoint', 'ChecksFailed', { endpoint: 'payments' }],
    ['it has no dimension check', 'Inconclusive', { endpoint: 'payments', check: 'x' }],
    ['it has no dimension schedule', 'NotificationsPending', { schedule: 'slow', suite: 'isolation' }],
    ['give both', 'RunCompleted', { schedule: 'slow' }],
    ['unknown schedule slw; did you mean "slow"?', 'RunCompleted', { schedule: 'slw', suite: 'isolation' }],
    ['unknown schedule unused', 'RunCompleted', { schedule: 'unused', suite: 'isolation' }],
    ['unknown suite certificate', 'RunCompleted', { schedule: 'slow', suite: 'certificate' as 'all' }],
    [
      'unknown check payments/no-certificat; did you mean "payments/no-certificate"?',
      'CheckFailed',
      { endpoint: 'payments', check: 'payments/no-certificat' },
    ],
    ['unknown check', 'CheckFailed', { endpoint: 'payments' }],
    [
      'with metrics: fleet it is not sent; it needs metrics: sparse',
      'Inconclusive',
      { endpoint: 'payments' },
      { metrics: 'fleet' },
    ],
    [
      'with metrics: sparse it is not sent; it needs metrics: endpoint',
      'ProbeLatency',
      { endpoint: 'payments' },
      { metrics: 'sparse' },
    ],
  ])('%s', (message, name, options, props) => {
    const monitor = made(props);
    expect(() => monitor.metric(name as MetricName, options)).toThrow(DeploymentError);
    expect(() => monitor.metric(name as MetricName, options)).toThrow(message);
  });
});

test('the rows of the dashboard are those of another that takes them', () => {
  const monitor = made();
  const stack = Stack.of(monitor);
  const other = new Dashboard(stack, 'Other');
  for (const row of monitor.widgets()) other.addWidgets(...row);
  const bodies = properties(Template.fromStack(stack), 'AWS::CloudWatch::Dashboard').map(
    ({ DashboardBody }) => JSON.parse(spelled(DashboardBody)).widgets,
  );
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[0].length).toBeGreaterThan(5);
});

describe('what a monitor shows of itself', () => {
  test('its functions and logs', () => {
    const monitor = made();
    expect(Object.keys(monitor.probeFunctions)).toEqual(['default', 'v']);
    const { planFunction, reportFunction, widgetFunction, probeFunctions, runsNotStarted } = monitor;
    expect(widgetFunction.node.id).toBe('Widget');
    expect([planFunction, reportFunction, probeFunctions['v'], runsNotStarted].map((each) => each?.node.id)).toEqual([
      'Plan',
      'Report',
      'ProbeV',
      'RunsNotStarted',
    ]);
    const logs = Object.keys(Template.fromStack(Stack.of(monitor)).findResources('AWS::Logs::LogGroup'));
    expect(monitor.logGroups).toHaveLength(logs.length);
    expect(logs).toHaveLength(6);
  });

  const OUTPUTS = [
    'ChatTopicArn',
    'DashboardName',
    'DashboardUrl',
    'NotificationTopicArn',
    'RunBucketName',
    'RunMissingAlarmName',
    'StateMachineArn',
    'StateTableName',
  ];
  test('the outputs of its own stack, and of the user’s where they are asked for', () => {
    const own = Template.fromStack(new MonitorStack(newApp(), 'MtlsMonitor', { registry })).findOutputs('*');
    expect(Object.keys(own).toSorted()).toEqual(OUTPUTS);
    const monitor = made();
    expect(Template.fromStack(Stack.of(monitor)).findOutputs('*')).toEqual({});
    const other = made();
    other.addOutputs();
    const asked = Template.fromStack(Stack.of(other)).findOutputs('*');
    expect(
      Object.keys(asked)
        .map((id) => id.replace(/^Monitor(\w+)[0-9A-F]{8}$/, '$1'))
        .toSorted(),
    ).toEqual(OUTPUTS);
  });

  test.each([
    ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1#'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#'],
  ])('the dashboard’s URL in %s', (region, start) => {
    const stack = new Stack(newApp(), 'Own', { env: { account: '111111111111', region } });
    const { dashboardUrl } = new MtlsMonitor(stack, 'Monitor', { registry, name: 'edge' });
    expect(dashboardUrl).toBe(`${start}dashboards/dashboard/edge`);
    expect(new CfnOutput(stack, 'Url', { value: dashboardUrl }).value).toBe(dashboardUrl);
  });
});
