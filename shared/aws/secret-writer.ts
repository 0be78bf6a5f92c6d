/** Puts values into Secrets Manager. Used by `forge` only; no run writes a secret through it. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ShowableError } from '../model/showable-error.ts';
import { secretsClient } from './clients.ts';
import { reasonOf } from './secret-reasons.ts';

export type SecretWriter = {
  readonly exists: (name: string) => Promise<boolean>;
  readonly create: (name: string, value: string, description: string) => Promise<void>;
  /** Puts a new current version of an existing secret. */
  readonly replace: (name: string, value: string) => Promise<void>;
};

export const secretWriter = (client: SecretsManagerClient = secretsClient(null)): SecretWriter => ({
  exists: async (name) => {
    try {
      const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
      if (DeletedDate !== undefined)
        throw new ShowableError(`the secret ${name} is scheduled for deletion: restore it, or choose another prefix`);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
      throw error instanceof ShowableError ? error : refused(name, 'DescribeSecret', error);
    }
  },
  create: async (Name, SecretString, Description) => {
    await client
      .send(new CreateSecretCommand({ Name, SecretString, Description }))
      .catch((error: unknown) => Promise.reject(refused(Name, 'CreateSecret', error)));
  },
  replace: async (SecretId, SecretString) => {
    await client
      .send(new PutSecretValueCommand({ SecretId, SecretString }))
      .catch((error: unknown) => Promise.reject(refused(SecretId, 'PutSecretValue', error)));
  },
});

const refused = (secret: string, action: string, error: unknown): ShowableError => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'AccessDeniedException')
    return new ShowableError(`the secret ${secret}: access denied; it takes secretsmanager:${action}`);
  if (name === 'ResourceExistsException') return new ShowableError(`the secret ${secret} exists already`);
  return new ShowableError(`the secret ${secret}: ${reasonOf(error)}`);
};
