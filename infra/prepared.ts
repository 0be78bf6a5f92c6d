/** What the construct knows before it makes anything: its name, its registry and its settings, checked. */
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AddressRules } from '../shared/model/address-rules.ts';
import { DEFAULT_METRICS, type MetricLevel } from '../shared/model/names.ts';
import { checkedAddresses } from './address-rules.ts';
import { checkedProps } from './checked-props.ts';
import { DeployedRegistry } from './deployed-registry.ts';
import { checkedConcurrency } from './monitor-concurrency.ts';
import { checkCost } from './monitor-cost.ts';
import { monitorName } from './monitor-name.ts';
import type { MtlsMonitorProps } from './monitor-props.ts';
import { zonesOf } from './monitor-vantages.ts';

export type Prepared = {
  readonly monitor: string;
  readonly maxConcurrency: number;
  readonly deployed: DeployedRegistry;
  readonly level: MetricLevel;
  readonly addresses: AddressRules | undefined;
  readonly secretKeys: readonly string[];
  readonly cas: readonly string[];
};

/** Throws a `DeploymentError` for what cannot be deployed. */
export const prepared = (scope: Construct, props: MtlsMonitorProps): Prepared => {
  const { secretKeys = [], custodian: cas = [], endpoints = [] } = checkedProps(props);
  const maxConcurrency = checkedConcurrency(props.maxConcurrency ?? 100);
  const deployed = new DeployedRegistry(props.registry, endpoints);
  for (const warning of deployed.warnings) Annotations.of(scope).addWarningV2('mtls-monitor:include', warning);
  const { registry } = deployed;
  const monitor = monitorName(scope, props.name ?? registry.monitor.name);
  const addresses = checkedAddresses(registry, props);
  const level = props.metrics ?? registry.monitor.metrics ?? DEFAULT_METRICS;
  const zones = zonesOf(registry, props.vantages);
  checkCost(scope, deployed, level, { secretKeys: secretKeys.length > 0, zones });
  return { monitor, maxConcurrency, deployed, level, addresses, secretKeys, cas };
};
