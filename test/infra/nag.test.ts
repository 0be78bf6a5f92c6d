import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { MtlsMonitor, type MtlsMonitorProps } from '../../infra/index.ts';
import { REGISTRY, registryFile } from './support/registry.ts';
import { newApp, ownStack, stackOf } from './support/synth.ts';

type Report = {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string }[] }[];
};

/** Names of the rules that something of the stack breaks, the library's own included; warnings too. */
const findings = (app: App): readonly string[] => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error;
  }
  const path = join(app.outdir, 'validation-report.json');
  if (!existsSync(path)) return [];
  const { pluginReports } = JSON.parse(readFileSync(path, 'utf8')) as Report;
  return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
};

describe('AWS Solutions checks', () => {
  test('find nothing that is not explained', () => {
    const app = newApp();
    stackOf(app, { secretKeys: ['arn:aws:kms:eu-west-1:111111111111:key/0000'], notificationEmail: 'a@corp.example' });

    expect(findings(app)).toEqual([]);
  });

  test('nor with a custodian', () => {
    const app = newApp();
    const registry = registryFile(
      REGISTRY.replace(
        'endpoints:',
        '  old: { secret: monitor/identity/old, fault: expired, like: checkout }\nendpoints:',
      ),
    );
    const custodian = ['arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/0000'];
    const secretKeys = ['arn:aws:kms:eu-west-1:111111111111:key/0000'];
    stackOf(app, { registry, custodian, secretKeys, notificationEmail: 'a@corp.example' });

    expect(findings(app)).toEqual([]);
  });

  test.each([
    ['of the app', (stack: Stack) => new Key(stack, 'Own', { enableKeyRotation: true })],
    [
      'imported',
      (stack: Stack) =>
        Key.fromKeyArn(stack, 'Own', 'arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0000-4000-8000-0123456789ab'),
    ],
  ])('nor with a key %s', (_, keyIn) => {
    const app = newApp();
    const stack = ownStack(app);
    const props = { registry: registryFile(), notificationEmail: 'a@corp.example', encryptionKey: keyIn(stack) };
    const monitor = new MtlsMonitor(stack, 'Monitor', props);
    Validations.of(monitor).acknowledge({
      id: 'mtls-monitor:keyPolicy',
      reason: 'The policy of the test’s key is its owner’s.',
    });

    expect(findings(app)).toEqual([]);
  });

  const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0000-4000-8000-0123456789ab';
  test.each([
    [
      'imported',
      (stack: Stack): Partial<MtlsMonitorProps> => {
        const key = Key.fromKeyArn(stack, 'Own', KEY_ARN);
        const topic = (id: string) =>
          Topic.fromTopicAttributes(stack, id, {
            topicArn: `arn:aws:sns:eu-west-1:111111111111:${id}`,
            keyArn: KEY_ARN,
          });
        return {
          topic: topic('Central'),
          chatTopic: topic('Room'),
          bucket: Bucket.fromBucketAttributes(stack, 'Runs', { bucketName: 'corp-runs', encryptionKey: key }),
          table: Table.fromTableAttributes(stack, 'State', { tableName: 'corp-state', encryptionKey: key }),
          permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'corp'),
          logRetention: RetentionDays.ONE_YEAR,
        };
      },
    ],
    [
      'of the app',
      (stack: Stack): Partial<MtlsMonitorProps> => {
        const key = new Key(stack, 'Own', { enableKeyRotation: true });
        const bucket = new Bucket(stack, 'Runs', {
          ...{ encryptionKey: key, enforceSSL: true, serverAccessLogsPrefix: 'logs/' },
          lifecycleRules: [{ expiration: Duration.days(30) }],
        });
        const topic = (id: string) => new Topic(stack, id, { masterKey: key, enforceSSL: true }) as ITopic;
        return { topic: topic('Central'), chatTopic: topic('Room'), bucket: bucket as IBucket };
      },
    ],
  ])('nor with topics, bucket and table %s', (_, props) => {
    const app = newApp();
    const stack = ownStack(app);
    const monitor = new MtlsMonitor(stack, 'Monitor', { registry: registryFile(), ...props(stack) });
    for (const id of ['topicPolicy:topic', 'topicPolicy:chatTopic', 'topicKeyPolicy', 'tableForm', 'bucketLifecycle'])
      Validations.of(monitor).acknowledge({ id: `mtls-monitor:${id}`, reason: 'It is its owner’s.' });

    expect(findings(app)).toEqual([]);
  });

  test.each(['', ', vpcEndpoints: all, routeTableIds: [rtb-0123456789abcdef0], ipv6: true'])(
    'nor with a vantage in a VPC%s',
    (own) => {
      const app = newApp();
      const vantage = `v: { vpcId: vpc-0123456789abcdef0, availabilityZones: [a], subnetIds: [subnet-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0]${own} }`;
      const registry = registryFile(
        REGISTRY.replace('endpoints:', `vantages: { ${vantage} }\nendpoints:`).replace(
          'admits: [checkout],',
          'admits: [checkout], from: [default, v],',
        ),
      );
      stackOf(app, { registry, metrics: 'endpoint', notificationEmail: 'a@corp.example' });

      expect(findings(app)).toEqual([]);
    },
  );

  test('would find something', () => {
    const app = newApp();
    const { stateMachine } = stackOf(app).monitor;
    stateMachine.role.addManagedPolicy({ managedPolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' } as never);

    expect(findings(app).some((rule) => rule.startsWith('AwsSolutions-IAM4'))).toBe(true);
  });
});
