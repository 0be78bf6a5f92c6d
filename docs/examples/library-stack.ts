import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { albEndpoint, MtlsMonitor } from 'mtls-monitor';

export type LibraryStackProps = StackProps & {
  /** A listener with mutual authentication, of this app. */
  readonly listener: ApplicationListener;
  /** ARN of the topic that the company pages from. */
  readonly centralTopic: string;
};

export class LibraryStack extends Stack {
  constructor(scope: Construct, id: string, { listener, centralTopic, ...props }: LibraryStackProps) {
    super(scope, id, props);
    const bucket = new Bucket(this, 'Runs', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ prefix: 'runs/', expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const monitor = new MtlsMonitor(this, 'Mtls', {
      name: 'payments-prod',
      registry: {
        version: 1,
        identities: {
          checkout: { secret: 'mtls-monitor/checkout' },
          orders: { secret: 'mtls-monitor/orders' },
        },
      },
      endpoints: [
        albEndpoint(listener, {
          name: 'payments',
          host: 'payments.corp.example',
          path: '/healthz',
          admits: ['checkout'],
        }),
      ],
      topic: Topic.fromTopicArn(this, 'Central', centralTopic),
      bucket: bucket as IBucket,
      logRetention: RetentionDays.THREE_MONTHS,
    });
    monitor.addEndpoint({
      name: 'payments-direct',
      url: `https://${listener.loadBalancer.loadBalancerDnsName}/healthz`,
      serverName: 'payments.corp.example',
      admits: ['checkout'],
    });
    const dashboard = new Dashboard(this, 'Team');
    for (const row of monitor.widgets()) dashboard.addWidgets(...row);
    monitor.metric('EnforcementFailures', { endpoint: 'payments' }).createAlarm(this, 'Open', {
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    monitor.addOutputs();
  }
}
