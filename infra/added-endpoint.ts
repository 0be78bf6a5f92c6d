/** An endpoint that joins a monitor which is already made: what was made for the others must do for it. */
import { Lazy, Stack } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { secretsAt } from '../shared/plan/vantage-secrets.ts';
import { usedVantages } from '../shared/plan/vantages.ts';
import { advise } from '../shared/registry/nearest.ts';
import type { DeployedRegistry } from './deployed-registry.ts';
import { DeploymentError } from './deployment-error.ts';
import type { EndpointEntry } from './endpoint-entry.ts';
import { allowSecretValues } from './monitor-grants.ts';

export type MadeFunctions = { readonly plan: Lambda; readonly probes: Readonly<Record<string, Lambda>> };

/** Throws a `DeploymentError` for an invalid endpoint, and for one whose schedule or vantage no other endpoint has. */
export const addEndpoint = (
  registry: DeployedRegistry,
  entry: EndpointEntry,
  { plan, probes }: MadeFunctions,
): void => {
  const { endpoint, accepted } = registry.resolved(entry);
  const { registry: before } = registry;
  const refuse = (what: string, name: string, known: readonly string[]) => {
    if (known.includes(name)) return;
    throw new DeploymentError(
      `The endpoint ${endpoint.name}: the monitor was made without the ${what} ${name}${advise(name, known)}. Give its first endpoint to the construct, in \`registry\` or \`endpoints\`.`,
    );
  };
  refuse('schedule', endpoint.schedule, [...new Set(before.endpoints.map(({ schedule }) => schedule))]);
  for (const vantage of endpoint.from) refuse('vantage', vantage, usedVantages(before.endpoints));
  const after = { ...before, endpoints: [...before.endpoints, endpoint] };
  const more = Object.keys(probes).map((vantage) => {
    const readable = new Set(secretsAt(before, vantage));
    const secrets = secretsAt(after, vantage).filter((secret) => !readable.has(secret));
    if (secrets.length > 0 && before.vantages[vantage]?.vpcEndpoints === 'all')
      throw new DeploymentError(
        `The endpoint ${endpoint.name}: the VPC endpoints of the vantage ${vantage} were made without ${secrets.join(', ')}. Give the endpoint to the construct, in \`registry\` or \`endpoints\`.`,
      );
    return [vantage, secrets] as const;
  });
  accepted();
  for (const [vantage, secrets] of more) {
    const probe = probes[vantage];
    if (probe !== undefined) allowSecretValues(probe, secrets);
  }
  givePlaces(plan, registry);
};

/** Hands the plan function what is known at the deployment only. */
export const givePlaces = (plan: Lambda, registry: DeployedRegistry): void => {
  if (Object.keys(registry.places).length === 0) return;
  const produce = () => Stack.of(plan).toJsonString(registry.places);
  plan.addEnvironment('REGISTRY_VALUES', Lazy.string({ produce }));
};
