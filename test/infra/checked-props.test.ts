/** JavaScript has no types: what is mistyped fails the synth, and names the nearest right word. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { DeploymentError, MtlsMonitor, type MtlsMonitorProps } from '../../infra/index.ts';
import { registryFile } from './support/registry.ts';
import { newApp, properties, spelled } from './support/synth.ts';

const registry = registryFile();
const made = (own: object): MtlsMonitor =>
  new MtlsMonitor(new Stack(newApp(), 'Own'), 'Mtls', { registry, ...own } as MtlsMonitorProps);

test.each([
  [{ notificationMail: 'x@corp.example' }, 'Unknown property notificationMail; did you mean "notificationEmail"?'],
  [{ maxConcurency: 5 }, 'did you mean "maxConcurrency"?'],
  [{ metrics: 'sparce' }, 'Unknown value of metrics: sparce; did you mean "sparse"?'],
  [{ notificationEmail: 'x' }, 'notificationEmail: x is not an email address'],
  [{ secretKeys: ['alias/x'] }, 'secretKeys: alias/x is not the ARN of a KMS key'],
  [{ secretKeys: 'arn:aws:kms:k' }, 'secretKeys: a list of ARNs is expected'],
  [{ custodian: ['arn:aws:iam::1:role/x'] }, 'is not the ARN of a private CA'],
  [{ denyPrivate: 'yes' }, 'denyPrivate: true or false is expected, not string'],
  [{ denyPrivate: true, allowAddresses: '10.0.0.0/8' }, 'allowAddresses: a list of networks is expected'],
  [{ denyPrivate: true, allowAddresses: ['10.0.0.1/8'] }, 'found "10.0.0.1/8"; expected a network'],
  [{ denyPrivate: true, allowAddresses: ['169.254.169.254/32'] }, 'is refused always'],
  [{ allowAddresses: ['10.0.0.0/8'] }, 'exceptions to denyPrivate, which is not true'],
  [{ denyPrivate: true, allowAddresses: Array.from({ length: 51 }, () => '10.0.0.0/8') }, 'at most 50 are possible'],
  [{ registry: undefined }, 'registry: the path of a registry'],
])('%j is refused', (own, message) => {
  expect(() => made(own)).toThrow(DeploymentError);
  expect(() => made(own)).toThrow(message);
});

test('what is known at the deployment only is taken as it is', () => {
  const stack = new Stack(newApp(), 'Own');
  const secretKeys = [new Key(stack, 'Key').keyArn];
  expect(() => new MtlsMonitor(stack, 'Mtls', { registry, secretKeys })).not.toThrow();
});

test('a metric that no alarm can watch', () => {
  const monitor = made({});
  expect(() => monitor.endpointAlarm('EnforcementFailure' as 'EnforcementFailures', 'payments')).toThrow(
    'unknown metric EnforcementFailure; did you mean "EnforcementFailures"?',
  );
});

test('the custodian’s alarm is one of the monitor’s, with the same actions', () => {
  const stack = new Stack(newApp(), 'Own');
  const pager = new Topic(stack, 'Pager');
  const text = `version: 1
identities:
  checkout: { secret: checkout }
  late: { secret: late, fault: expired, like: checkout }
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [checkout], refuses: [] }
`;
  const monitor = new MtlsMonitor(stack, 'Mtls', {
    registry: registryFile(text),
    alarmActions: [new SnsAction(pager)],
    custodian: ['arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/00000000-0000-0000-0000-000000000000'],
  });
  const alarms = properties(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
  expect(alarms).toHaveLength(monitor.alarms.length);
  const custodian = alarms.filter(({ AlarmName }) => AlarmName === 'Own-CustodianFailing');
  expect(custodian.map(({ AlarmActions }) => (AlarmActions as unknown[]).map(spelled))).toEqual([
    [expect.stringMatching(/^<Pager/)],
  ]);
});
