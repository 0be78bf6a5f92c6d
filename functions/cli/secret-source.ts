import type { SecretReaders } from '../../shared/aws/secrets.ts';

/** Without a flag nothing is asked of AWS: an identity in a secret cannot be used, and says which flag changes that. */
const noSecrets: SecretReaders = {
  readSecrets: async (names) =>
    new Map(names.map((name) => [name, { ok: false, reason: 'secrets are not read here; run with --secrets aws' }])),
  readStage: async () => null,
};

/** The SDK is loaded only where it is used: it is the slowest thing to load. */
export const openSecrets = async (source: 'aws' | 'none'): Promise<SecretReaders> => {
  if (source === 'none') return noSecrets;
  const { secretsFromAws, stagesFromAws } = await import('../../shared/aws/secrets.ts');
  return { readSecrets: secretsFromAws(), readStage: stagesFromAws() };
};
