/** The permissions of each function, with a reason for each remaining wildcard. */
import { ArnFormat, Aws, type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { chunks } from '../shared/aws/chunks.ts';
import type { DUE_INDEX, OPEN_INDEX } from '../shared/aws/state-table.ts';
import { NAMESPACE } from '../shared/publish/metric-catalogue.ts';
import type { RegistryAsset } from './monitor-registry.ts';
import { inFindings } from './rendered.ts';

/** Records the reason for one wildcard; `finding` is the action or resource as cdk-nag spells it. */
export const explain = (construct: IConstruct, finding: string, reason: string): void =>
  Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });

export const logicalId = (construct: IConstruct): string =>
  Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
/** Returns the ARN of a resource of this stack as cdk-nag spells it. */
export const arnInFindings = (construct: IConstruct): string => `<${logicalId(construct)}.Arn>`;

/** The reason for the resource `*` of two calls. */
const NO_RESOURCE =
  'PutMetricData has no resource: a condition bounds it to one namespace. Nor has BatchGetSecretValue: it permits the call, and each value in the answer needs GetSecretValue on its own secret.';

const roleOf = (fn: Lambda): IConstruct => fn.role ?? fn;

/**
 * A secret's ARN ends in a hyphen and six random characters (Secrets Manager User Guide, "What's in a secret"). One without them reads (GetSecretValue,
 * SecretId), but grants nothing: AWS takes a hyphen and six characters at the end for the random ones, and so does this.
 */
export const secretArn = (stack: Stack, secret: string): string =>
  secret.startsWith('arn:')
    ? `${secret}${/-[A-Za-z0-9]{6}$/.test(secret) ? '' : '-??????'}`
    : stack.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${secret}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });

/** ARNs of a statement: the CDK moves only whole statements into managed policies when a role's own policy becomes too large. */
const ARNS_PER_STATEMENT = 15;

/** Grants the values of these secrets, and no other call. */
export const allowSecretValues = (fn: Lambda, secrets: readonly string[]): void => {
  const stack = Stack.of(fn);
  for (const chunk of chunks(secrets, ARNS_PER_STATEMENT)) {
    const resources = chunk.map((secret) => secretArn(stack, secret));
    fn.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }));
  }
};

export const allowSecrets = (fn: Lambda, secrets: readonly string[], keys: readonly string[]): void => {
  allowSecretValues(fn, secrets);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:BatchGetSecretValue'], resources: ['*'] }));
  explain(roleOf(fn), 'Resource::*', NO_RESOURCE);
  if (keys.length === 0) return;
  const conditions = { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } };
  fn.addToRolePolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [...keys], conditions }));
};

export type Custody = {
  /** `kept`: secrets whose values the custodian puts. `like`: secrets that it only reads. */
  readonly kept: readonly string[];
  readonly like: readonly string[];
  readonly cas: readonly string[];
  /** ARNs of the certificate templates that it issues with: without this bound its role could issue a CA. */
  readonly templates: readonly string[];
  readonly secretKeys: readonly string[];
};

/** Grants the custodian its calls, on these secrets and these CAs only. */
export const allowCustody = (fn: Lambda, { kept, like, cas, templates, secretKeys }: Custody): void => {
  const stack = Stack.of(fn);
  const allow = (actions: readonly string[], resources: readonly string[], conditions = {}) =>
    fn.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
  const onSecrets = (actions: readonly string[], secrets: readonly string[]) => {
    for (const chunk of chunks([...new Set(secrets)].sort(), ARNS_PER_STATEMENT))
      allow(
        actions.map((action) => `secretsmanager:${action}`),
        chunk.map((secret) => secretArn(stack, secret)),
      );
  };
  onSecrets(['GetSecretValue'], [...kept, ...like]);
  onSecrets(['PutSecretValue', 'UpdateSecretVersionStage'], kept);
  allow(
    CA_ACTIONS.map((action) => `acm-pca:${action}`),
    cas,
  );
  allow(['acm-pca:IssueCertificate'], cas, { StringEquals: { 'acm-pca:TemplateArn': templates } });
  if (secretKeys.length === 0) return;
  allow(['kms:Decrypt', 'kms:GenerateDataKey'], secretKeys, {
    StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' },
  });
};

const CA_ACTIONS = [
  'DescribeCertificateAuthority',
  'GetCertificateAuthorityCertificate',
  'GetCertificate',
  'RevokeCertificate',
];

export const allowMetrics = (fn: Lambda): void => {
  const conditions = { StringEquals: { 'cloudwatch:namespace': NAMESPACE } };
  fn.addToRolePolicy(new PolicyStatement({ actions: ['cloudwatch:PutMetricData'], resources: ['*'], conditions }));
  explain(roleOf(fn), 'Resource::*', NO_RESOURCE);
};

/** Grants access to the state table. `index`: also to one of its sparse indices. */
export const allowState = (
  fn: Lambda,
  table: ITable,
  actions: readonly string[],
  { index }: { readonly index: typeof DUE_INDEX | typeof OPEN_INDEX | null },
): void => {
  if (actions.length > 0)
    fn.addToRolePolicy(
      new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] }),
    );
  if (index === null) return;
  const resources = [`${table.tableArn}/index/${index}`];
  fn.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources }));
};

/** Grants the locks of runs, the item by which they say that an older version ran in between, and no other of the state table. */
export const allowLocks = (fn: Lambda, table: ITable): void => {
  const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['running/*', 'adopted'] } };
  fn.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table.tableArn], conditions }));
};

/** Grants access to objects of runs. `keys` are patterns below a run's own folder, such as `batches/*`. */
export const allowObjects = (
  fn: Lambda,
  bucket: IBucket,
  action: 'GetObject' | 'PutObject',
  keys: readonly string[],
): void => {
  const resources = keys.map((key) => bucket.arnForObjects(`runs/*/${key}`));
  fn.addToRolePolicy(new PolicyStatement({ actions: [`s3:${action}`], resources }));
  for (const key of keys) {
    explain(
      roleOf(fn),
      `Resource::${inFindings(fn, bucket.arnForObjects(`runs/*/${key}`))}`,
      'The runs of every day: their ids are not known at deployment.',
    );
  }
};

/** Grants access to the records of what sweeps took: one for each schedule and suite. */
export const allowDurations = (fn: Lambda, bucket: IBucket, action: 'GetObject' | 'PutObject'): void => {
  const resources = [bucket.arnForObjects('durations/*')];
  fn.addToRolePolicy(new PolicyStatement({ actions: [`s3:${action}`], resources }));
  explain(
    roleOf(fn),
    `Resource::${inFindings(fn, bucket.arnForObjects('durations/*'))}`,
    'One record for each schedule and suite; any run may name any of them.',
  );
  if (action === 'GetObject') allowListing(fn, bucket, 'durations/*');
};

/** Grants the listing of a prefix. Without it a missing object reads as access denied. */
export const allowListing = (fn: Lambda, bucket: IBucket, prefix: string): void => {
  const conditions = { StringLike: { 's3:prefix': prefix } };
  fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn], conditions }));
};

/** Grants reading this one file of the bootstrap's bucket, which has all assets of all stacks in the account. */
export const allowAsset = (fn: Lambda, { bucketName, objectKey }: RegistryAsset): void => {
  const resources = [`arn:${Aws.PARTITION}:s3:::${bucketName}/${objectKey}`];
  fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources }));
};

export const allowPublish = (fn: Lambda, topics: readonly ITopic[]): void => {
  for (const topic of topics) topic.grantPublish(fn);
  explain(
    roleOf(fn),
    'Action::kms:GenerateDataKey*',
    'The permission that SNS requires of a publisher to an encrypted topic (SNS Developer Guide, "Key management"), on this one key.',
  );
};
