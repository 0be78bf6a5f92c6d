/** The properties of the inventory, checked. Each throws a `DeploymentError` that names the value. */
import { Token } from 'aws-cdk-lib';
import { INVENTORY_SERVICES, type InventoryService } from '../shared/model/inventory.ts';
import { printable } from '../shared/registry/error.ts';
import { advise } from '../shared/registry/nearest.ts';
import { DeploymentError } from './deployment-error.ts';

export const INVENTORY_SOURCES = ['exports', ...INVENTORY_SERVICES] as const;
export type InventorySource = (typeof INVENTORY_SOURCES)[number];

export const inventorySourceOf = (value: string): InventorySource => {
  const source = INVENTORY_SOURCES.find((known) => known === value);
  if (source === undefined)
    throw new DeploymentError(
      `Unknown value of inventory: ${printable(String(value), 60)}${advise(String(value), INVENTORY_SOURCES)}`,
    );
  return source;
};

/** Amazon S3 User Guide, "Amazon S3 resources": no wildcard, which would grant other objects. */
const OBJECT = /^arn:[\w-]+:s3:::[a-z0-9.-]+\/[^*?]+$/;
export const truststoreOf = (value: string): string => {
  if (!(Token.isUnresolved(value) || OBJECT.test(value)))
    throw new DeploymentError(
      `truststores: ${printable(String(value), 200)} is not the ARN of an object in S3, such as arn:aws:s3:::bucket/partners.pem.`,
    );
  return value;
};

type Given = {
  readonly inventory?: readonly string[];
  readonly exportsBucket?: object;
  readonly truststores?: readonly string[];
};

export const inventoryProps = ({ inventory, truststores }: Given): void => {
  for (const [name, value] of Object.entries({ inventory, truststores }))
    if (value !== undefined && !Array.isArray(value))
      throw new DeploymentError(`${name}: a list is expected, not ${typeof value}.`);
  for (const each of inventory ?? []) inventorySourceOf(each);
  for (const each of truststores ?? []) truststoreOf(each);
};

/** What is given for something that is not read. `sources`: what is read, the registry’s included. Throws a `DeploymentError`. */
export const refuseIdle = (
  sources: readonly InventorySource[],
  { exportsBucket, truststores }: Pick<Given, 'exportsBucket' | 'truststores'>,
): void => {
  if (exportsBucket !== undefined && !sources.includes('exports'))
    throw new DeploymentError('exportsBucket: inventory does not name exports, so that nothing is read from there.');
  if ((truststores ?? []).length > 0 && !sources.includes('api-gateway'))
    throw new DeploymentError('truststores: inventory does not name api-gateway, whose domains use them.');
};

export const servicesOf = (sources: readonly InventorySource[]): readonly InventoryService[] =>
  INVENTORY_SERVICES.filter((service) => sources.includes(service));
