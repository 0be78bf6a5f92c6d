/** The VPC endpoints of a vantage on request: for the calls of its probe function, and for no others. */
import { Fn, Stack, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import {
  CfnVPCEndpoint,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointService,
  type ISubnet,
  Port,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { MetricLevel } from '../shared/model/names.ts';
import type { Registry, Vantage } from '../shared/model/registry.ts';
import { secretsAt } from '../shared/plan/vantage-secrets.ts';
import { type InterfaceService, interfaceServices } from '../shared/plan/vpc-endpoints.ts';
import { NAMESPACE } from '../shared/publish/metric-catalogue.ts';
import { DeploymentError } from './deployment-error.ts';
import { secretArn } from './monitor-grants.ts';
import { type VantageNetwork, vantageId } from './monitor-vantages.ts';

export type VpcEndpointProps = {
  readonly vantage: string;
  readonly own: Vantage;
  readonly network: VantageNetwork;
  readonly bucket: IBucket;
  readonly table: ITable;
  readonly registry: Registry;
  readonly level: MetricLevel;
};

/** Throws a `DeploymentError` for what only a function in a VPC can have. */
export const refuseOutside = (vantage: string, own: Vantage | undefined): void => {
  const asked = (['vpcEndpoints', 'routeTableIds', 'ipv6'] as const).filter((field) => own?.[field] !== undefined);
  if (asked.length > 0)
    throw new DeploymentError(
      `The vantage ${vantage} has ${asked.join(', ')} and is outside a VPC: name its VPC in the registry, or give the construct one in \`vantages\`.`,
    );
};

/** Throws a `DeploymentError` where route tables are not known, or a secret is in another region. */
export const vpcEndpoints = (scope: Construct, fn: Lambda, props: VpcEndpointProps): void => {
  const { vantage, own, level } = props;
  if (own.vpcEndpoints === undefined) return;
  gatewayEndpoints(scope, fn, props);
  if (own.vpcEndpoints === 'gateway') return;
  refuseOtherRegions(fn, vantage, secretsAt(props.registry, vantage));
  for (const service of interfaceServices(level)) interfaceEndpoint(scope, fn, service, props);
};

/** `*` and a condition: a gateway endpoint's policy takes no role for a principal (AWS PrivateLink Guide, "Endpoint policies"). */
const only = (fn: Lambda, actions: readonly string[], resources: readonly string[], more = {}): PolicyStatement =>
  new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: [...resources],
    conditions: { ArnEquals: { 'aws:PrincipalArn': fn.role?.roleArn }, ...more },
  });

const gatewayEndpoints = (scope: Construct, fn: Lambda, { vantage, own, network, bucket, table }: VpcEndpointProps) => {
  const routeTableIds = own.routeTableIds ?? routeTablesOf(vantage, network);
  const policies = {
    s3: [
      only(fn, ['s3:GetObject'], [bucket.arnForObjects('runs/*/batches/*')]),
      only(fn, ['s3:PutObject'], [bucket.arnForObjects('runs/*/results/*')]),
    ],
    dynamodb: [only(fn, ['dynamodb:GetItem', 'dynamodb:PutItem'], [table.tableArn])],
  };
  for (const [service, statements] of Object.entries(policies))
    new CfnVPCEndpoint(scope, `Gateway${vantageId(vantage)}${service}`, {
      vpcEndpointType: 'Gateway',
      vpcId: network.vpc.vpcId,
      serviceName: `com.amazonaws.${Stack.of(scope).region}.${service}`,
      routeTableIds: [...routeTableIds],
      policyDocument: new PolicyDocument({ statements }),
    });
};

const subnetsOf = ({ vpc, subnets }: VantageNetwork): readonly ISubnet[] => vpc.selectSubnets(subnets).subnets;

const routeTablesOf = (vantage: string, network: VantageNetwork): readonly string[] => {
  // An imported subnet without its route table has none here, whatever its type says.
  const ids = subnetsOf(network).map(({ routeTable }) => routeTable.routeTableId as string | undefined);
  if (ids.length === 0 || ids.some((id) => id === undefined || id === ''))
    throw new DeploymentError(
      `The vantage ${vantage} asks for vpcEndpoints, and the route tables of its subnets are not known: name them in the registry, as routeTableIds.`,
    );
  return [...new Set(ids as string[])];
};

/** The SDK's setting for each service (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
const SETTING: Readonly<Record<InterfaceService, string>> = {
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  monitoring: 'AWS_ENDPOINT_URL_CLOUDWATCH',
};

/** Without private DNS, which would lead every process of the VPC here: the function alone is told the endpoint's own name. */
const interfaceEndpoint = (scope: Construct, fn: Lambda, service: InterfaceService, props: VpcEndpointProps): void => {
  const { vantage, network } = props;
  const onePerZone = new Map(subnetsOf(network).map((subnet) => [subnet.availabilityZone, subnet]));
  const endpoint = new InterfaceVpcEndpoint(scope, `Interface${vantageId(vantage)}${service}`, {
    vpc: network.vpc,
    service: new InterfaceVpcEndpointService(`com.amazonaws.${Stack.of(scope).region}.${service}`, 443),
    subnets: { subnets: [...onePerZone.values()] },
    privateDnsEnabled: false,
    open: false,
  });
  endpoint.connections.allowFrom(fn, Port.tcp(443), 'The probe function');
  for (const statement of statementsOf(fn, service, props)) endpoint.addToPolicy(statement);
  const name = Fn.select(1, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries)));
  fn.addEnvironment(SETTING[service], `https://${name}`);
};

/** AWS PrivateLink quotas: a policy has 20,480 characters at the most. Here an ARN may have parts that are longer when they are known. */
const LONGEST_LIST = 10_000;

const statementsOf = (fn: Lambda, service: InterfaceService, { registry, vantage }: VpcEndpointProps) => {
  if (service === 'monitoring')
    return [only(fn, ['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': NAMESPACE } })];
  const named = secretsAt(registry, vantage).map((secret) => secretArn(Stack.of(fn), secret));
  // The role's own policy names each secret too; hundreds of them do not fit here.
  const secrets = named.join('').length > LONGEST_LIST ? ['*'] : named;
  return [
    only(fn, ['secretsmanager:BatchGetSecretValue'], ['*']),
    ...(secrets.length === 0 ? [] : [only(fn, ['secretsmanager:GetSecretValue'], secrets)]),
  ];
};

/** The endpoint leads to Secrets Manager of its own region, and the function asks nowhere else. */
const refuseOtherRegions = (fn: Lambda, vantage: string, secrets: readonly string[]): void => {
  const { region } = Stack.of(fn);
  const isFar = (secret: string) =>
    secret.startsWith('arn:') && !Token.isUnresolved(region) && secret.split(':')[3] !== region;
  const far = secrets.filter(isFar);
  if (far.length > 0)
    throw new DeploymentError(
      `The vantage ${vantage} has vpcEndpoints: all, which lead to Secrets Manager in ${region} only. In other regions: ${far.join(', ')}.`,
    );
};
