/**
 * SDK clients with time limits, so that a call without an answer cannot use up the run's deadline. Region, credentials and, for an emulator,
 * AWS_ENDPOINT_URL come from the environment. Connections are kept alive by the SDK itself.
 */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';

/** Times in milliseconds. Adaptive: after a throttle the client itself sends less (AWS SDK reference, "Retry behavior"). */
export const PATIENT = {
  maxAttempts: 5,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

export const secretsClient = (region: string | null): SecretsManagerClient =>
  new SecretsManagerClient(region === null ? PATIENT : { ...PATIENT, region });
export const stateClient = (): DynamoDBClient => new DynamoDBClient(PATIENT);
/**
 * Tries each call once, for a caller that tries again itself (`patientStore`): all calls of a client share the SDK's allowance of retries, and a few
 * hundred calls at once have used it up within two seconds.
 */
export const hastyStateClient = (): DynamoDBClient =>
  new DynamoDBClient({ ...PATIENT, retryMode: 'standard', maxAttempts: 1 });
export const storageClient = (): S3Client => new S3Client(PATIENT);
export const metricsClient = (): CloudWatchClient => new CloudWatchClient(PATIENT);
export const topicClient = (): SNSClient => new SNSClient(PATIENT);
