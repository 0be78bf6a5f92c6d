/** What a recorded call asks of IAM, as the Service Authorization Reference lists it. A call that is not listed here is an error. */
import type { IamRequest } from './iam-policies.ts';
import { type Call, signedBy } from './recorder.ts';

/** ARNs of what was deployed, which a call names in another way. */
export type Deployed = {
  readonly secretArn: (name: string) => string;
  /** The key of both topics. */
  readonly topicKey: string;
  /** Whether it encrypts bucket and table, too. */
  readonly encryptsAll: boolean;
};

const REGIONAL = 'us-east-1:000000000000';
const plain = (action: string, resource: string, context = {}): IamRequest => ({ action, resource, context });

const s3 = ({ method, url }: Call): readonly IamRequest[] => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, bucket = '', ...key] = decodeURIComponent(pathname).split('/');
  const prefix = searchParams.get('prefix');
  if (searchParams.has('list-type'))
    return [plain('s3:ListBucket', `arn:aws:s3:::${bucket}`, prefix === null ? {} : { 's3:prefix': prefix })];
  const action = { GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method];
  return [plain(`s3:${action}`, `arn:aws:s3:::${bucket}/${key.join('/')}`)];
};

const operationOf = ({ headers }: Call): string => String(headers['x-amz-target']).split('.').at(-1) ?? '';

const dynamodb = (call: Call): readonly IamRequest[] => {
  const { TableName, IndexName, Key, Item } = JSON.parse(call.body);
  const key = (Key ?? Item)?.pk.S;
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const context = key === undefined ? {} : { 'dynamodb:LeadingKeys': key };
  return [plain(`dynamodb:${operationOf(call)}`, `arn:aws:dynamodb:${REGIONAL}:table/${TableName}${index}`, context)];
};

/** API_BatchGetSecretValue: the call itself, which has no resource, and GetSecretValue on each secret in it. */
const secretsmanager = (call: Call, { secretArn }: Deployed): readonly IamRequest[] => {
  const { SecretId, SecretIdList } = JSON.parse(call.body);
  const operation = operationOf(call);
  if (operation !== 'BatchGetSecretValue') return [plain(`secretsmanager:${operation}`, secretArn(SecretId))];
  return [
    plain('secretsmanager:BatchGetSecretValue', '*'),
    ...SecretIdList.map((id: string) => plain('secretsmanager:GetSecretValue', secretArn(id))),
  ];
};

/** PutMetricData has no resource. */
const monitoring = (call: Call): readonly IamRequest[] => {
  const context = { 'cloudwatch:namespace': JSON.parse(call.body).Namespace };
  return [plain(`cloudwatch:${operationOf(call)}`, '*', context)];
};

/** A publisher to an encrypted topic needs its key, too (SNS Developer Guide, "Key management"). */
const sns = ({ body }: Call, { topicKey }: Deployed): readonly IamRequest[] => {
  const form = new URLSearchParams(body);
  return [
    plain(`sns:${form.get('Action')}`, form.get('TopicArn') ?? ''),
    plain('kms:GenerateDataKey', topicKey),
    plain('kms:Decrypt', topicKey),
  ];
};

/** Most of its describing operations have no resource. */
const elasticloadbalancing = ({ body }: Call): readonly IamRequest[] => [
  plain(`elasticloadbalancing:${new URLSearchParams(body).get('Action')}`, '*'),
];

const SERVICES: Readonly<Record<string, (call: Call, deployed: Deployed) => readonly IamRequest[]>> = {
  s3,
  dynamodb,
  secretsmanager,
  monitoring,
  sns,
  elasticloadbalancing,
};

/**
 * What the service asks KMS in the caller's name (S3 User Guide, "Using server-side encryption with AWS KMS keys", permissions; DynamoDB Developer Guide,
 * "DynamoDB encryption at rest: usage notes": it decrypts the table's key).
 */
const ofKey = ({ action, resource }: IamRequest, { topicKey, encryptsAll }: Deployed): readonly IamRequest[] => {
  const [service = '', operation = ''] = action.split(':');
  const isStored = service === 'dynamodb' || (service === 's3' && operation.endsWith('Object'));
  // The registry's asset is in the bootstrap's bucket.
  if (!encryptsAll || !isStored || resource.startsWith('arn:aws:s3:::cdk-')) return [];
  const call = action === 's3:PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt';
  return [plain(call, topicKey, { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` })];
};

export const requestsOf = (call: Call, deployed: Deployed): readonly IamRequest[] => {
  const [, service] = signedBy(call);
  const read = SERVICES[service];
  if (read === undefined) throw new Error(`A call of ${service}, which is not known here`);
  return read(call, deployed).flatMap((request) => [request, ...ofKey(request, deployed)]);
};
