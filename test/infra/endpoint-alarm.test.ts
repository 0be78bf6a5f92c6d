import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import type { AlarmedMetric } from '../../infra/alarmed-metric.ts';
import { DeploymentError } from '../../infra/index.ts';
import type { MetricLevel } from '../../shared/model/names.ts';
import { registryFile } from './support/registry.ts';
import { newApp, properties, stackOf } from './support/synth.ts';

const REGISTRY = registryFile(`version: 1
schedules: { slow: { enforcement: 10m, isolation: 2h, certificates: 24h } }
identities: { checkout: { secret: monitor/identity/checkout } }
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [checkout] }
  - { name: ledger, url: "https://ledger.example/", admits: [checkout], schedule: slow }
`);
const alarmOf = (metric: AlarmedMetric, endpoint: string, own: { level?: MetricLevel; threshold?: number } = {}) => {
  const stack = stackOf(newApp(), { registry: REGISTRY, ...(own.level !== undefined && { metrics: own.level }) });
  stack.monitor.endpointAlarm(metric, endpoint, own.threshold);
  const alarms = properties(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
  return alarms.find(({ MetricName }) => MetricName === metric);
};

describe('an alarm on a metric of one endpoint', () => {
  test.each<[AlarmedMetric, string, number, string, string, number]>([
    ['EnforcementFailures', 'payments', 300, 'Maximum', 'GreaterThanOrEqualToThreshold', 1],
    ['IsolationFailures', 'ledger', 7200, 'Maximum', 'GreaterThanOrEqualToThreshold', 1],
    ['Inconclusive', 'ledger', 600, 'Maximum', 'GreaterThanOrEqualToThreshold', 1],
    ['ControlAccepted', 'payments', 300, 'Minimum', 'LessThanThreshold', 1],
    ['DaysToExpiry', 'ledger', 600, 'Minimum', 'LessThanThreshold', 7],
  ])(
    '%s of %s: missing data is fine, one value decides',
    (metric, endpoint, period, statistic, comparison, threshold) => {
      expect(alarmOf(metric, endpoint)).toMatchObject({
        Namespace: 'MtlsMonitor',
        Dimensions: [
          { Name: 'Endpoint', Value: endpoint },
          { Name: 'Monitor', Value: 'MtlsMonitor' },
          { Name: 'Vantage', Value: 'default' },
        ],
        ...{ Statistic: statistic, ComparisonOperator: comparison, Threshold: threshold, Period: period },
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
    },
  );

  test('a threshold of one’s own', () => {
    expect(alarmOf('DaysToExpiry', 'payments', { threshold: 3 })).toMatchObject({ Threshold: 3 });
  });

  test('an unknown endpoint names the nearest, and at the level fleet there is nothing to watch', () => {
    expect(() => alarmOf('Inconclusive', 'paymnts')).toThrow(DeploymentError);
    expect(() => alarmOf('Inconclusive', 'paymnts')).toThrow(/paymnts.*"payments"/);
    expect(() => alarmOf('Inconclusive', 'payments', { level: 'fleet' })).toThrow(DeploymentError);
  });

  test('the alarms on missing runs still breach, at every level', () => {
    for (const metrics of ['fleet', 'sparse', 'endpoint'] as const) {
      const stack = stackOf(newApp(), { registry: REGISTRY, metrics });
      const alarms = properties(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
      const runs = alarms.filter(({ AlarmName }) => String(AlarmName).includes('RunMissing'));
      expect(runs).toHaveLength(7);
      for (const { MetricName, TreatMissingData } of runs)
        expect([MetricName, TreatMissingData]).toEqual(['RunCompleted', 'breaching']);
    }
  });
});

describe('an alarm on an endpoint of several vantages', () => {
  const registry = registryFile(`version: 1
identities: { checkout: { secret: monitor/identity/checkout } }
vantages: { v: { vpcId: vpc-0123456789abcdef0, availabilityZones: [a], subnetIds: [subnet-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0] } }
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [checkout], from: [default, v] }
  - { name: ledger, url: "https://ledger.example/", admits: [checkout], from: [v] }
`);
  const vantageOf = (endpoint: string, vantage?: string): unknown => {
    const stack = stackOf(newApp(), { registry });
    const { node } = stack.monitor.endpointAlarm('ControlAccepted', endpoint, undefined, vantage);
    const [alarm] = properties(Template.fromStack(stack), 'AWS::CloudWatch::Alarm').filter(
      ({ MetricName }) => MetricName === 'ControlAccepted',
    );
    const dimensions = (alarm?.['Dimensions'] ?? []) as readonly { Name: string; Value: string }[];
    return [node.id, dimensions.find(({ Name }) => Name === 'Vantage')?.Value];
  };

  test('is on the metric of the vantage that is named, or of the only one', () => {
    expect(vantageOf('payments', 'v')).toEqual(['Alarm-ControlAccepted-payments-v', 'v']);
    expect(vantageOf('payments', 'default')).toEqual(['Alarm-ControlAccepted-payments', 'default']);
    expect(vantageOf('ledger')).toEqual(['Alarm-ControlAccepted-ledger-v', 'v']);
  });

  test('one that would never be raised is refused', () => {
    expect(() => vantageOf('payments')).toThrow(DeploymentError);
    expect(() => vantageOf('ledger', 'default')).toThrow(DeploymentError);
  });
});
