import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { testSecret } from 'mtls-monitor/rotation';

export type RotationEvent = {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  readonly ClientRequestToken: string;
};

/** A new key and a certificate for it, PEM, leaf first: ask your own CA. */
export type Issue = (secretId: string) => Promise<{ readonly certificate: string; readonly privateKey: string }>;

export const rotationFunction =
  (issue: Issue) =>
  async ({ Step, SecretId, ClientRequestToken: token }: RotationEvent): Promise<void> => {
    const client = new SecretsManagerClient();
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
    const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
    if (current === token) return; // a retry after the last step: done already

    switch (Step) {
      case 'createSecret': {
        if (await isPending(client, SecretId, token)) return; // a retry: the same version, not another certificate
        const SecretString = JSON.stringify(await issue(SecretId));
        const VersionStages = ['AWSPENDING'];
        await client.send(
          new PutSecretValueCommand({ SecretId, ClientRequestToken: token, SecretString, VersionStages }),
        );
        return;
      }
      case 'setSecret':
        return; // relying parties trust the CA: there is nothing to set for one certificate
      case 'testSecret':
        await testSecret({ registry: 'registry.yaml', secretId: SecretId, token });
        return;
      case 'finishSecret':
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage: 'AWSCURRENT',
            MoveToVersionId: token,
            RemoveFromVersionId: current,
          }),
        );
    }
  };

const isPending = async (client: SecretsManagerClient, SecretId: string, VersionId: string): Promise<boolean> => {
  try {
    await client.send(new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSPENDING' }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
};
