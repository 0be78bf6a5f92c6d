import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { MtlsMonitor, type MtlsMonitorProps } from '../../infra/index.ts';
import { REGISTRY, registryFile } from './support/registry.ts';
import { ownStack, properties, statementsOf, synth } from './support/synth.ts';

const ARN = 'arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d-0000-4000-8000-0123456789ab';
const imported = (stack: Stack): IKey => Key.fromKeyArn(stack, 'Own', ARN);
const own = (stack: Stack): IKey => new Key(stack, 'Own');

const CUSTODY: Partial<MtlsMonitorProps> = {
  registry: registryFile(
    REGISTRY.replace(
      'endpoints:',
      '  old: { secret: monitor/identity/old, fault: expired, like: checkout }\nendpoints:',
    ),
  ),
  custodian: ['arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/0000'],
};

const encrypted = (key: (stack: Stack) => IKey, props: Partial<MtlsMonitorProps> = {}): Stack => {
  const stack = ownStack();
  new MtlsMonitor(stack, 'Monitor', { registry: registryFile(), ...props, encryptionKey: key(stack) });
  return stack;
};

const stack = encrypted(imported, CUSTODY);
const template = Template.fromStack(stack);
const kmsOf = (role: string) =>
  statementsOf(template, role)
    .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
    .map(({ actions, resources, conditions }) => ({ actions, resources, via: conditions['StringEquals'] }));
const via = (service: string) => ({
  'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.amazonaws.com']] },
});

describe('a key of the user’s', () => {
  test('encrypts the topics, the table, the bucket and every log; the stack has no key of its own', () => {
    template.resourceCountIs('AWS::KMS::Key', 0);
    expect(properties(template, 'AWS::SNS::Topic').map((each) => each['KmsMasterKeyId'])).toEqual([ARN, ARN]);
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: ARN },
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ARN },
          },
        ],
      },
    });
    // Five functions and the state machine
    expect(properties(template, 'AWS::Logs::LogGroup').map((each) => each['KmsKeyId'])).toEqual(Array(6).fill(ARN));
  });

  test('each role may use it through the services that it reads and writes, and publishers for the topics', () => {
    const objects = { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [ARN], via: via('s3') };
    const items = {
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      resources: [ARN],
      via: via('dynamodb'),
    };
    const publish = { actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: [ARN], via: undefined };
    expect(kmsOf('MonitorPlanRole')).toEqual([objects, items]);
    expect(kmsOf('MonitorProbeRole')).toEqual([objects, items]);
    expect(kmsOf('MonitorReportRole')).toEqual([publish, objects, items]);
    expect(kmsOf('MonitorCustodianRole')).toEqual([]);
    expect(kmsOf('MonitorRunRole')).toEqual([publish, { actions: ['kms:Decrypt'], resources: [ARN], via: via('s3') }]);
  });

  test('an imported key has a policy that cannot be changed: the synth warns and names the statements', () => {
    const warned = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('AlarmsMayPublish.*LogsMayEncrypt'),
    );
    expect(warned).toHaveLength(1);
  });

  test('a key of this app gets them', () => {
    const of = encrypted(own);
    const [key] = properties(Template.fromStack(of), 'AWS::KMS::Key');
    const { Statement } = key!['KeyPolicy'] as { readonly Statement: readonly { readonly Sid?: string }[] };
    expect(Statement.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]))).toEqual([
      'AlarmsMayPublish',
      'LogsMayEncrypt',
    ]);
    expect(Statement[2]).toMatchObject({
      Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': expect.anything() } },
    });
    expect(Annotations.fromStack(of).findWarning('*', Match.stringLikeRegexp('AlarmsMayPublish'))).toEqual([]);
  });

  test('without one nothing but the topics has a customer-managed key', () => {
    const plain = synth();
    plain.resourceCountIs('AWS::KMS::Key', 1);
    expect(properties(plain, 'AWS::Logs::LogGroup').flatMap((each) => each['KmsKeyId'] ?? [])).toEqual([]);
  });
});
