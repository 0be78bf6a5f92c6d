/** Where the probe functions run: a vantage's VPC, subnets and security groups, from the registry's ids or given as constructs. */
import { Annotations } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { DEFAULT_VANTAGE, type Registry, type Vantage } from '../shared/model/registry.ts';
import { usedVantages } from '../shared/plan/vantages.ts';
import { advise } from '../shared/registry/nearest.ts';
import { DeploymentError } from './deployment-error.ts';

/** A vantage's network. */
export type VantageNetwork = {
  readonly vpc: IVpc;
  /** @default - the VPC's private subnets */
  readonly subnets?: SubnetSelection;
  /** @default - one that is made for the function, with no way in and every way out */
  readonly securityGroups?: readonly ISecurityGroup[];
};

/** `prod-vpc` → `ProdVpc`, for ids and names of alarms; nothing for the default vantage. No two vantages have the same. */
export const vantageId = (name: string): string =>
  name === DEFAULT_VANTAGE ? '' : name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Returns the network of each vantage that an endpoint is probed from, the default one first; null: outside a VPC, which only the default one may be.
 * `given`: constructs in place of the registry's ids. Throws a `DeploymentError` for a vantage without a network, and for an unknown one in `given`.
 */
export const vantageNetworks = (
  scope: Construct,
  { vantages, endpoints }: Pick<Registry, 'vantages' | 'endpoints'>,
  given: Readonly<Record<string, VantageNetwork>> = {},
): ReadonlyMap<string, VantageNetwork | null> => {
  const known = Object.keys(vantages);
  for (const name of Object.keys(given))
    if (!known.includes(name))
      throw new DeploymentError(`vantages: the registry has no vantage ${name}${advise(name, known)}`);
  return new Map(
    usedVantages(endpoints).map((name) => [name, given[name] ?? networkOf(scope, name, vantages[name] ?? NOWHERE)]),
  );
};

/** Number of zones of each given network that gets interface endpoints. */
export const zonesOf = (
  { vantages }: Pick<Registry, 'vantages'>,
  given: Readonly<Record<string, VantageNetwork>> = {},
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => vantages[name]?.vpcEndpoints === 'all')
      .map(([name, { vpc, subnets }]) => [name, new Set(vpc.selectSubnets(subnets).availabilityZones).size]),
  );

const NOWHERE: Vantage = { vpcId: null, availabilityZones: [], subnetIds: [], securityGroupIds: [] };

const networkOf = (scope: Construct, name: string, vantage: Vantage): VantageNetwork | null => {
  const { vpcId, availabilityZones, subnetIds, securityGroupIds } = vantage;
  const ids = { vpcId, availabilityZones, subnetIds, securityGroupIds };
  const missing = Object.entries(ids).flatMap(([field, value]) => (value === null || value.length === 0 ? field : []));
  if (name === DEFAULT_VANTAGE && missing.length === Object.keys(NOWHERE).length) return null;
  if (vpcId === null || missing.length > 0)
    throw new DeploymentError(
      `The vantage ${name} has no ${missing.join(', ')}: its probe function cannot be placed. Name all of ${Object.keys(NOWHERE).join(', ')} in the registry, or give the construct a VPC in \`vantages\`.`,
    );
  if (subnetIds.length % availabilityZones.length !== 0)
    throw new DeploymentError(
      `The vantage ${name} has ${subnetIds.length} subnetIds in ${availabilityZones.length} availabilityZones: name the same number of subnets in each zone.`,
    );
  const id = vantageId(name);
  const vpc = Vpc.fromVpcAttributes(scope, `Vpc${id}`, {
    vpcId,
    availabilityZones: [...availabilityZones],
    privateSubnetIds: [...subnetIds],
  });
  // A subnet that is named by its id has no route table here, and needs none.
  for (const subnet of vpc.privateSubnets)
    Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  const securityGroups = securityGroupIds.map((group, at) =>
    SecurityGroup.fromSecurityGroupId(scope, `SecurityGroup${id}${at}`, group),
  );
  return { vpc, subnets: { subnets: vpc.privateSubnets }, securityGroups };
};
