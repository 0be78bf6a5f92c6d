/** Reads, puts and promotes versions of the custodian's secrets. Errors repeat nothing of AWS's own messages. */
import {
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ShowableError } from '../model/showable-error.ts';
import type { CustodianPorts } from '../pipeline/ports.ts';
import { reasonOf } from './secret-reasons.ts';
import { readStage } from './secrets.ts';

type SecretVersions = Pick<CustodianPorts, 'readStage' | 'put' | 'promote'>;

const withSafeReason = async (secret: string, action: string, answer: Promise<unknown>): Promise<void> => {
  await answer.catch((error: unknown) =>
    Promise.reject(new ShowableError(`${secret} (secretsmanager:${action}) ${reasonOf(error)}`)),
  );
};

export const secretVersions = (client: SecretsManagerClient): SecretVersions => ({
  readStage: (name, stage) => readStage(client, name, stage),
  put: (SecretId, SecretString, stage) =>
    withSafeReason(
      SecretId,
      'PutSecretValue',
      client.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages: [stage] })),
    ),
  // AWSPENDING is not moved: a version with both labels is read as current.
  promote: (SecretId, MoveToVersionId, RemoveFromVersionId) =>
    withSafeReason(
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
