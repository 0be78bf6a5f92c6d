/** Registry parts that cannot be deployed: a private key never becomes an asset, and a Lambda does not have the command line's environment. */

import type { Endpoint, Identity } from '../model/registry.ts';
import type { SecretRef } from '../model/secret-ref.ts';
import type { Problem, RegistryError } from './error.ts';
import type { ParsedRegistry } from './parse.ts';

/** Returns an error for each identity, passphrase and header that an endpoint uses from a file or the environment. All endpoints use identities with a fault. */
export function deploymentErrors({
  registry,
  locate,
}: Pick<ParsedRegistry, 'registry' | 'locate'>): readonly RegistryError[] {
  const { endpoints, identities } = registry;
  const users = usersOf(endpoints);
  const used = Object.values(identities).flatMap((identity) => {
    const by = identity.fault === null ? (users.get(identity.name) ?? []) : endpoints.map(({ name }) => name);
    return by.length === 0 ? [] : identityProblems(identity, by);
  });
  return [...used, ...endpoints.flatMap(headerProblems)].map(locate);
}

function usersOf(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, admits, refuses } of endpoints) {
    for (const identity of [...admits, ...refuses]) {
      const others = users.get(identity);
      if (others === undefined) users.set(identity, [name]);
      else others.push(name);
    }
  }
  return users;
}

function identityProblems({ name, source, passphrase }: Identity, by: readonly string[]): Problem[] {
  const users = `${by.slice(0, 3).join(', ')}${by.length > 3 ? ` and ${by.length - 3} more` : ''}`;
  const cure = 'put it into Secrets Manager and give { secret: NAME }';
  return [
    ...(source.kind === 'files'
      ? [
          problem(
            ['identities', name],
            `identity ${name} comes from files and ${users} would present it: private keys are never deployed; ${cure}`,
          ),
        ]
      : []),
    ...(isEnv(passphrase)
      ? [
          problem(
            ['identities', name, 'passphrase'],
            `the passphrase of ${name} comes from the environment and ${users} would need it; ${cure}`,
          ),
        ]
      : []),
  ];
}

const headerProblems = ({ name, http }: Endpoint): Problem[] =>
  Object.entries(http.headers)
    .filter(([, value]) => typeof value !== 'string' && isEnv(value))
    .map(([header]) =>
      problem(
        ['endpoints', name, 'http', 'headers', header],
        `the header ${header} of ${name} comes from the environment; put it into Secrets Manager and give { secret: NAME }`,
      ),
    );

const isEnv = (value: SecretRef | null): boolean => value !== null && 'env' in value;
const problem = (keys: readonly PropertyKey[], message: string): Problem => ({
  keys,
  at: 'value',
  code: 'NOT_DEPLOYABLE',
  message,
});
