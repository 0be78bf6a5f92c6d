/** What the inventory may read of each service: exactly the operations that `shared/aws/inventory` calls, none of which changes anything. */
import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { EXPORTS, INVENTORY, type InventoryService } from '../shared/model/inventory.ts';
import { allowListing, explain } from './monitor-grants.ts';
import { inFindings } from './rendered.ts';

/** Service Authorization Reference. API Gateway has one action for all that reads, on paths in place of resources. */
const ACTIONS: Readonly<Record<Exclude<InventoryService, 'api-gateway'>, readonly string[]>> = {
  'load-balancers': [
    'DescribeLoadBalancers',
    'DescribeListeners',
    'DescribeTrustStores',
    'DescribeTrustStoreRevocations',
    'GetTrustStoreCaCertificatesBundle',
  ].map((action) => `elasticloadbalancing:${action}`),
  cloudfront: ['cloudfront:ListDistributions', 'cloudfront:GetTrustStore'],
  msk: ['kafka:ListClustersV2', 'kafka:GetBootstrapBrokers'],
  'private-ca': ['acm-pca:ListCertificateAuthorities', 'acm-pca:GetCertificateAuthorityCertificate'],
  iot: ['iot:ListCertificates', 'iot:DescribeEndpoint'],
  'vpc-lattice': ['vpc-lattice:ListServices', 'vpc-lattice:ListListeners'],
  ecs: ['ecs:ListClusters', 'ecs:ListServices', 'ecs:DescribeServices'],
};
const API_PATHS = ['/domainnames', '/domainnames/*', '/restapis', '/apis'];

const EVERY =
  'An inventory is of all load balancers, distributions and clusters that there are, also of those that nobody has named; most of these operations have no resource, and none changes anything.';

export const allowServices = (fn: Lambda, services: readonly InventoryService[]): void => {
  for (const service of services) {
    if (service === 'api-gateway') allowApis(fn);
    else fn.addToRolePolicy(new PolicyStatement({ actions: [...ACTIONS[service]], resources: ['*'] }));
  }
  if (services.some((service) => service !== 'api-gateway')) explain(fn.role ?? fn, 'Resource::*', EVERY);
};

const allowApis = (fn: Lambda): void => {
  const { region } = Stack.of(fn);
  const resources = API_PATHS.map((path) => `arn:${Aws.PARTITION}:apigateway:${region}::${path}`);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['apigateway:GET'], resources }));
  for (const each of resources.filter((resource) => resource.endsWith('*')))
    explain(
      fn.role ?? fn,
      `Resource::${inFindings(fn, each)}`,
      'The mappings of every domain: which APIs stand behind it.',
    );
};

/** Grants reading these objects: truststores of API Gateway. */
export const allowTruststores = (fn: Lambda, arns: readonly string[]): void => {
  if (arns.length > 0) fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [...arns] }));
};

/** Grants comparing the kept readings with new ones, and replacing them. */
export const allowReadings = (fn: Lambda, bucket: IBucket): void => {
  const readings = bucket.arnForObjects(`${INVENTORY}*`);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [readings] }));
  explain(
    fn.role ?? fn,
    `Resource::${inFindings(fn, readings)}`,
    'One object for each source; clusters name their own.',
  );
  allowListing(fn, bucket, `${INVENTORY}*`);
};

/** Grants reading what the inventory has kept: one object for each source, whose names the clusters choose. */
export const allowKept = (fn: Lambda, bucket: IBucket): void => {
  const readings = bucket.arnForObjects(`${INVENTORY}*`);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [readings] }));
  explain(
    fn.role ?? fn,
    `Resource::${inFindings(fn, readings)}`,
    'One object for each source; clusters name their own.',
  );
  allowListing(fn, bucket, `${INVENTORY}*`);
};

/** Grants reading what clusters have put, and nothing else of the bucket. */
export const allowExports = (fn: Lambda, bucket: IBucket): void => {
  const objects = bucket.arnForObjects(`${EXPORTS}*`);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }));
  explain(
    fn.role ?? fn,
    `Resource::${inFindings(fn, objects)}`,
    'The exports of every cluster, by the names that the clusters choose.',
  );
  allowListing(fn, bucket, `${EXPORTS}*`);
};
