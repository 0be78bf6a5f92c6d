/** The deployment's own rules of addresses, which hold whatever the registry says. */

import type { AddressRules } from '../shared/model/address-rules.ts';
import { networkFault } from '../shared/model/network.ts';
import type { Registry } from '../shared/model/registry.ts';
import { deniedHosts } from '../shared/registry/denied-hosts.ts';
import { pathText } from '../shared/registry/error.ts';
import { DeploymentError } from './deployment-error.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';

type Given = Pick<MtlsMonitorProps, 'denyPrivate' | 'allowAddresses'>;

/** An environment variable of the function holds them; Lambda allows 4 KB for all (AWS Lambda quotas). */
const MOST = 50;

/** Returns the rules; undefined if there are none. Throws a `DeploymentError` for an invalid value. */
export const addressRulesOf = ({ denyPrivate, allowAddresses }: Given): AddressRules | undefined => {
  if (denyPrivate !== undefined && typeof denyPrivate !== 'boolean')
    throw new DeploymentError(`denyPrivate: true or false is expected, not ${typeof denyPrivate}.`);
  if (allowAddresses !== undefined && !Array.isArray(allowAddresses))
    throw new DeploymentError(`allowAddresses: a list of networks is expected, not ${typeof allowAddresses}.`);
  if (allowAddresses !== undefined && denyPrivate !== true)
    throw new DeploymentError('allowAddresses names exceptions to denyPrivate, which is not true.');
  const networks: readonly string[] = allowAddresses ?? [];
  if (networks.length > MOST)
    throw new DeploymentError(`allowAddresses: ${networks.length} networks; at most ${MOST} are possible.`);
  for (const network of networks) {
    const fault = networkFault(String(network));
    if (fault !== null) throw new DeploymentError(`allowAddresses: ${fault}.`);
  }
  return denyPrivate === true ? { denyPrivate, allowAddresses: networks } : undefined;
};

/** Returns the rules. Throws a `DeploymentError` that lists the addresses in the registry which they refuse. */
export const checkedAddresses = (registry: Registry, given: Given): AddressRules | undefined => {
  const rules = addressRulesOf(given);
  const denied = rules === undefined ? [] : deniedHosts(registry, rules, 'denyPrivate');
  if (denied.length > 0)
    throw new DeploymentError(denied.map(({ keys, message }) => `${pathText(keys)}: ${message}`).join('\n'));
  return rules;
};
