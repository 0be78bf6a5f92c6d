/** An identity's secret and the versions that a rotation moves through it. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Issued } from '../../../shared/pki/mint/issue.ts';
import type { Emulator } from './emulator.ts';
import { configOf } from './monitor.ts';

export type RotatedSecret = {
  /** Puts a version that waits. */
  readonly next: (issued: Issued) => Promise<void>;
  /** Makes the one that waits current. */
  readonly promote: () => Promise<void>;
};

const secretValueOf = ({ certificatePem, privateKey }: Issued): string =>
  JSON.stringify({
    certificate: certificatePem,
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  });

export const rotatedSecret = async (emulator: Emulator, SecretId: string, first: Issued): Promise<RotatedSecret> => {
  const client = new SecretsManagerClient(configOf(emulator));
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: secretValueOf(first) }));
  let waiting = '';
  return {
    next: async (issued) => {
      const SecretString = secretValueOf(issued);
      const put = new PutSecretValueCommand({ SecretId, SecretString, VersionStages: ['AWSPENDING'] });
      waiting = (await client.send(put)).VersionId ?? '';
    },
    promote: async () => {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
      const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
      const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: waiting, RemoveFromVersionId: current };
      await client.send(new UpdateSecretVersionStageCommand(move));
    },
  };
};
