import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { propsFromContext } from '../../infra/context-props.ts';
import type { MtlsMonitorProps } from '../../infra/monitor-props.ts';
import { MtlsMonitor } from '../../infra/mtls-monitor.ts';
import { REGISTRY, registryFile } from './support/registry.ts';
import { ownStack, permissions, properties, synth } from './support/synth.ts';

const counts = (of: Template) =>
  [
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::IAM::Role',
    'AWS::Scheduler::Schedule',
    'AWS::CloudWatch::Alarm',
  ].map((type) => properties(of, type).length);
const granted = (of: Template) => permissions(of, 'MonitorInventoryRole').filter((each) => !each.startsWith('logs:'));

const KEPT = [
  's3:GetObject <MonitorRuns.Arn>/inventory/*',
  's3:ListBucket <MonitorRuns.Arn>',
  's3:PutObject <MonitorRuns.Arn>/inventory/*',
];
const EXPORTS = ['s3:GetObject <MonitorRuns.Arn>/exports/*', ...KEPT, 's3:ListBucket <MonitorRuns.Arn>'].toSorted();

describe('the inventory', () => {
  test('is not there unless it is asked for; then it is one function with its log, role, schedule and alarm', () => {
    const [off, on] = [synth(), synth({ inventory: ['exports'] })];
    expect(granted(off)).toEqual([]);
    expect(JSON.stringify(off.toJSON())).not.toMatch(/inventory/i);
    const more = counts(on).map((count, at) => count - (counts(off)[at] ?? 0));
    expect(more).toEqual([1, 1, 2, 1, 1]);
    on.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: Match.stringLikeRegexp('-InventoryFailing$') });
    on.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 hour)',
      Description: 'mtls-monitor: the inventory',
    });
  });

  test('of exports reads them and keeps readings, nothing else', () => {
    expect(granted(synth({ inventory: ['exports'] }))).toEqual(EXPORTS);
  });

  test('what the registry’s sources need is read without being asked for twice, and the plan reads what is kept', () => {
    const text = `${REGISTRY}sources:\n  mesh: { export: true }\n  edge: { aws: [cloudfront] }\n  local: { files: [mesh.json] }\n`;
    const on = synth({ registry: registryFile(text) });
    expect(granted(on)).toEqual(granted(synth({ inventory: ['exports', 'cloudfront'] })));
    const plan = (of: Template) => permissions(of, 'MonitorPlanRole').filter((each) => each.includes('inventory'));
    expect([plan(on), plan(synth({ inventory: ['exports'] }))]).toEqual([
      ['s3:GetObject <MonitorRuns.Arn>/inventory/*'],
      [],
    ]);
    const files = synth({ registry: registryFile(`${REGISTRY}sources:\n  local: { files: [mesh.json] }\n`) });
    expect(JSON.stringify(files.toJSON())).not.toMatch(/MonitorInventory/);
  });

  test('of services may do exactly this, and change nothing', () => {
    const all = synth({
      inventory: ['load-balancers', 'api-gateway', 'cloudfront', 'msk', 'private-ca', 'iot', 'vpc-lattice', 'ecs'],
      truststores: ['arn:aws:s3:::corp-example-trust/partners.pem'],
    });
    const api = 'apigateway:GET arn:<AWS::Partition>:apigateway:<AWS::Region>::';
    expect(granted(all)).toEqual(
      [
        ...['GetCertificateAuthorityCertificate', 'ListCertificateAuthorities'].map((each) => `acm-pca:${each} *`),
        ...['/apis', '/domainnames', '/domainnames/*', '/restapis'].map((each) => `${api}${each}`),
        ...['GetTrustStore', 'ListDistributions'].map((each) => `cloudfront:${each} *`),
        ...['DescribeServices', 'ListClusters', 'ListServices'].map((each) => `ecs:${each} *`),
        ...[
          'DescribeListeners',
          'DescribeLoadBalancers',
          'DescribeTrustStoreRevocations',
          'DescribeTrustStores',
          'GetTrustStoreCaCertificatesBundle',
        ].map((each) => `elasticloadbalancing:${each} *`),
        ...['DescribeEndpoint', 'ListCertificates'].map((each) => `iot:${each} *`),
        ...['GetBootstrapBrokers', 'ListClustersV2'].map((each) => `kafka:${each} *`),
        ...KEPT,
        's3:GetObject arn:aws:s3:::corp-example-trust/partners.pem',
        ...['ListListeners', 'ListServices'].map((each) => `vpc-lattice:${each} *`),
      ].toSorted(),
    );
    const writes = granted(all).filter((each) => !/:(GET|Get|List|Describe)/.test(each));
    expect(writes).toEqual(['s3:PutObject <MonitorRuns.Arn>/inventory/*']);
  });

  test('of one service reads no other', () => {
    const one = granted(synth({ inventory: ['cloudfront'] }));
    expect(one.filter((each) => !each.startsWith('s3:'))).toEqual([
      'cloudfront:GetTrustStore *',
      'cloudfront:ListDistributions *',
    ]);
  });

  test('reads exports from a bucket of yours, and nothing else of it', () => {
    const stack = ownStack();
    const exportsBucket = new Bucket(stack, 'Exports') as IBucket;
    new MtlsMonitor(stack, 'Monitor', {
      registry: registryFile(),
      notificationEmail: 'a@corp.example',
      inventory: ['exports'],
      exportsBucket,
    });
    const template = Template.fromStack(stack);
    expect(granted(template).filter((each) => !each.includes('<Exports'))).toEqual(KEPT);
    expect(
      granted(template)
        .filter((each) => each.includes('<Exports'))
        .map((each) => each.replaceAll(/<Exports\w*\.Arn>/g, '<Exports>')),
    ).toEqual(['s3:GetObject <Exports>/exports/*', 's3:ListBucket <Exports>']);
  });

  test('the context names the same', () => {
    expect(propsFromContext({ inventory: 'exports,msk' }).inventory).toEqual(['exports', 'msk']);
    expect(() => propsFromContext({ inventory: 'load-balancer' })).toThrow(
      /Unknown value of inventory: load-balancer.*load-balancers/,
    );
  });

  test.each<[Partial<MtlsMonitorProps>, RegExp]>([
    [{ inventory: ['loadbalancers' as 'msk'] }, /did you mean|load-balancers/],
    [{ inventory: 'msk' as unknown as ['msk'] }, /a list is expected/],
    [
      { inventory: ['msk'], truststores: ['arn:aws:s3:::bucket/a.pem'] },
      /truststores: inventory does not name api-gateway/,
    ],
    [{ inventory: ['api-gateway'], truststores: ['arn:aws:s3:::bucket/*'] }, /is not the ARN of an object in S3/],
    [
      { inventory: ['msk'], exportsBucket: Bucket.fromBucketName(ownStack(), 'Given', 'given') as IBucket },
      /does not name exports/,
    ],
    [{ inventory: ['exports'], exportsBucket: 'given' as unknown as IBucket }, /Bucket\.fromBucketName/],
  ])('refuses %j', (props, message) => {
    expect(() => synth(props as object)).toThrow(message);
  });
});
