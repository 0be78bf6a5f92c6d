import type { SecretReaders } from '../../shared/aws/secrets.ts';

/** Without --secrets aws, no call to AWS is made: an identity in a secret is unusable, and its reason names the flag. */
const noSecrets: SecretReaders = {
  readSecrets: async (names) =>
    new Map(names.map((name) => [name, { ok: false, reason: 'secrets are not read here; run with --secrets aws' }])),
  readStage: async () => null,
};

/** Returns the readers of secrets. Loads the SDK, which takes longest of all modules, only if it is used. */
export const openSecrets = async (source: 'aws' | 'none'): Promise<SecretReaders> => {
  if (source === 'none') return noSecrets;
  const { secretsFromAws, stagesFromAws } = await import('../../shared/aws/secrets.ts');
  return { readSecrets: secretsFromAws(), readStage: stagesFromAws() };
};
