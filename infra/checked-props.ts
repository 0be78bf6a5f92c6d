/** The construct's properties, checked: JavaScript has no types, and what is mistyped must not be ignored. */

import { printable } from '../shared/registry/error.ts';
import { advise } from '../shared/registry/nearest.ts';
import { addressRulesOf } from './address-rules.ts';
import { DeploymentError } from './deployment-error.ts';
import { inventoryProps } from './inventory-props.ts';
import type { MtlsMonitorProps, OwnStackProps } from './monitor-props.ts';
import { caArnOf, constructsOf, emailOf, keyArnOf, levelOf, retentionOf } from './prop-values.ts';

const KNOWN: Readonly<Record<keyof MtlsMonitorProps, true>> = {
  name: true,
  registry: true,
  endpoints: true,
  metrics: true,
  notificationEmail: true,
  secretKeys: true,
  encryptionKey: true,
  maxConcurrency: true,
  alarmActions: true,
  custodian: true,
  inventory: true,
  exportsBucket: true,
  truststores: true,
  denyPrivate: true,
  allowAddresses: true,
  vantages: true,
  topic: true,
  chatTopic: true,
  bucket: true,
  table: true,
  logRetention: true,
  permissionsBoundary: true,
};

/** Returns the properties of the monitor alone, out of those of its stack too. A stack applies its own `permissionsBoundary`. */
export const ownProps = (props: OwnStackProps): OwnStackProps =>
  Object.fromEntries(
    Object.entries(props).filter(([name]) => Object.hasOwn(KNOWN, name) && name !== 'permissionsBoundary'),
  ) as unknown as OwnStackProps;

/** Returns the properties. Throws a `DeploymentError` for an unknown one, with the nearest right word, and for an invalid value. */
export const checkedProps = (props: MtlsMonitorProps): MtlsMonitorProps => {
  const unknown = Object.keys(props).filter((name) => !Object.hasOwn(KNOWN, name));
  if (unknown.length > 0) {
    const faults = unknown.map((name) => `Unknown property ${printable(name, 60)}${advise(name, Object.keys(KNOWN))}`);
    throw new DeploymentError(faults.join('\n'));
  }
  const { registry, metrics, notificationEmail, secretKeys, custodian } = props;
  if (typeof registry !== 'string' && (typeof registry !== 'object' || registry === null)) {
    throw new DeploymentError('registry: the path of a registry, or what it would hold as an object, is missing.');
  }
  if (props.endpoints !== undefined && !Array.isArray(props.endpoints))
    throw new DeploymentError(`endpoints: a list of endpoints is expected, not ${typeof props.endpoints}.`);
  if (metrics !== undefined) levelOf(metrics);
  if (notificationEmail !== undefined) emailOf(notificationEmail);
  for (const key of listed('secretKeys', secretKeys)) keyArnOf(key);
  for (const ca of listed('custodian', custodian)) caArnOf(ca);
  inventoryProps(props);
  addressRulesOf(props);
  if (props.logRetention !== undefined) retentionOf(props.logRetention);
  constructsOf(props);
  return props;
};

const listed = (name: string, value: readonly string[] | undefined): readonly string[] => {
  if (value === undefined || Array.isArray(value)) return value ?? [];
  throw new DeploymentError(`${name}: a list of ARNs is expected, not ${typeof value}.`);
};
