/** The VPC endpoints that a deployment makes for the probe functions, as `vpcEndpoints` of a vantage asks for. */
import type { MetricLevel } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import { usedVantages } from './vantages.ts';

/** Services with interface endpoints, as their names end: what the probe function calls besides S3 and DynamoDB. Its logs are Lambda's own to send. */
export type InterfaceService = 'secretsmanager' | 'monitoring';

/** Levels at which the probe function itself sends metrics. */
const SENT_BY_PROBES: readonly MetricLevel[] = ['endpoint', 'check'];

export const interfaceServices = (level: MetricLevel): readonly InterfaceService[] => [
  'secretsmanager',
  ...(SENT_BY_PROBES.includes(level) ? (['monitoring'] as const) : []),
];

/** Of a VPC whose zones the registry does not name: what the CDK gives a VPC of an account that it does not know. */
const USUAL_ZONES = 2;

/** Interface endpoints of all vantages, each once for each of its zones. `zones`: by vantage, where the deployment knows better than the registry. */
export const interfacesOf = (
  { vantages, endpoints }: Pick<Registry, 'vantages' | 'endpoints'>,
  level: MetricLevel,
  zones: Readonly<Record<string, number>> = {},
): number => {
  const zonesOf = (name: string) => {
    const named = vantages[name]?.availabilityZones.length ?? 0;
    return zones[name] ?? (named === 0 ? USUAL_ZONES : named);
  };
  return usedVantages(endpoints)
    .filter((name) => vantages[name]?.vpcEndpoints === 'all')
    .reduce((sum, name) => sum + interfaceServices(level).length * zonesOf(name), 0);
};
