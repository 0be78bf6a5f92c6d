/** The secrets that the custodian keeps: their versions read, put and promoted. Nothing of AWS's own messages is repeated. */
import {
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { CustodianPorts } from '../pipeline/ports.ts';
import { reasonOf } from './secret-reasons.ts';
import { readStage } from './secrets.ts';

type Secrets = Pick<CustodianPorts, 'readStage' | 'put' | 'promote'>;

/** What AWS refused, in words that are safe to show. */
class PutRefused extends Error {
  override readonly name = 'Unkept';
}

const told = async (secret: string, action: string, answer: Promise<unknown>): Promise<void> => {
  await answer.catch((error: unknown) =>
    Promise.reject(new PutRefused(`${secret} (secretsmanager:${action}) ${reasonOf(error)}`)),
  );
};

export const keptSecrets = (client: SecretsManagerClient): Secrets => ({
  readStage: (name, stage) => readStage(client, name, stage),
  put: (SecretId, SecretString, stage) =>
    told(
      SecretId,
      'PutSecretValue',
      client.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages: [stage] })),
    ),
  // AWSPENDING stays where it is: a version that is both is current.
  promote: (SecretId, MoveToVersionId, RemoveFromVersionId) =>
    told(
      SecretId,
      'UpdateSecretVersionStage',
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId,
          RemoveFromVersionId,
        }),
      ),
    ),
});
