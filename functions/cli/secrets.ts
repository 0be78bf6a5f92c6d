import type { ReadSecrets } from '../../shared/pipeline/ports.ts';

/** Without a flag nothing is asked of AWS: an identity in a secret cannot be used, and says which flag changes that. */
const noSecrets: ReadSecrets = async (names) =>
  new Map(names.map((name) => [name, { ok: false, reason: 'secrets are not read here; run with --secrets aws' }]));

/** The SDK is loaded only where it is used: it is the slowest thing to load. */
export const openSecrets = async (source: 'aws' | 'none'): Promise<ReadSecrets> => {
  if (source === 'none') return noSecrets;
  const { secretsFromAws } = await import('../../shared/aws/secrets.ts');
  return secretsFromAws();
};
