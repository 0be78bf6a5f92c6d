/** Tests a pending version of a secret: presents it wherever the registry admits its identity. */
import type { Endpoint, Identity, Registry } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import { atRoute, routeText } from '../../plan/plan.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import type { SecretResult } from '../ports.ts';
import { checkRegistry } from './check-registry.ts';
import type { CheckPorts } from './checked.ts';

export type PendingVersion = {
  /** Name or ARN: the `SecretId` of the rotation event. */
  readonly secret: string;
  readonly value: SecretResult;
};

/** A secret's ARN ends in a hyphen and six random characters (Secrets Manager User Guide, "What's in a secret"). */
const isSame = (named: string, secret: string): boolean => {
  const short = (id: string) =>
    id.startsWith('arn:')
      ? id
          .split(':')
          .slice(6)
          .join(':')
          .replace(/-[^-]{6}$/, '')
      : id;
  return (
    named === secret || (!(named.startsWith('arn:') && secret.startsWith('arn:')) && short(named) === short(secret))
  );
};

const isOf = ({ source, fault }: Identity, secret: string): boolean =>
  fault === null && source.kind === 'secret' && isSame(source.secret, secret);

/** Each endpoint and route that admits one of `names`, reduced to these names: other secrets need not be readable here. */
const placesOf = (endpoint: Endpoint, names: readonly string[]): readonly Endpoint[] => {
  const places = [
    endpoint,
    ...endpoint.routes.map((route) => ({ ...atRoute(endpoint, route), name: `${endpoint.name} ${routeText(route)}` })),
  ];
  return places.flatMap((place): readonly Endpoint[] => {
    const [first, ...others] = place.admits.filter((name) => names.includes(name));
    return first === undefined ? [] : [{ ...place, admits: [first, ...others], refuses: [], routes: [] }];
  });
};

/** Returns one control result per endpoint or route and identity; none if no endpoint admits an identity of that secret. */
export const testPending = async (
  registry: Registry,
  { secret, value }: PendingVersion,
  ports: CheckPorts,
  startedAt: Instant,
): Promise<readonly CheckResult[]> => {
  const own = Object.entries(registry.identities).filter(([, identity]) => isOf(identity, secret));
  const names = own.map(([name]) => name);
  const endpoints = registry.endpoints.flatMap((endpoint) => placesOf(endpoint, names));
  if (endpoints.length === 0) return [];
  const { checks } = await checkRegistry(
    { ...registry, identities: Object.fromEntries(own), endpoints },
    { suites: ['certificates'], endpoints: null, runId: 'rotation', vantage: 'default', startedAt },
    {
      ...ports,
      readSecrets: async (wanted) => {
        const others = await ports.readSecrets(wanted.filter((name) => !isSame(name, secret)));
        return new Map([
          ...others,
          ...wanted.filter((name) => isSame(name, secret)).map((name) => [name, value] as const),
        ]);
      },
      readStage: async () => null,
    },
  );
  return checks.filter(({ scenario }) => familyOf(scenario) === 'control');
};
