/** Why a secret could not be read and what to do about it. Safe to show: nothing of AWS's own message is repeated. */

/** API_GetSecretValue, Errors; API common errors. */
const REASONS: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'does not exist, or has no current version, in this account and region: create it, or correct its name in the registry',
  AccessDeniedException:
    'access denied: deploy again if the registry names it since; else look at the secret’s own policy (secretsmanager:GetSecretValue)',
  DecryptionFailure: 'cannot be decrypted: see that its KMS key is enabled and named in secretKeys',
  InvalidRequestException: 'is scheduled for deletion: restore it, or take it out of the registry',
  InvalidParameterException: 'is not a valid name or full ARN of a secret',
  ValidationException: 'is not a valid name or full ARN of a secret',
  ThrottlingException: 'was throttled by Secrets Manager until the retries were over',
  CredentialsProviderError: 'no AWS credentials were found: set AWS_PROFILE, or log in',
  ExpiredTokenException: 'the AWS credentials have expired: log in again',
  UnrecognizedClientException: 'the AWS credentials are not valid',
  InvalidSignatureException: 'the AWS credentials are not valid',
};

const DENIED_BY_KMS =
  'its KMS key may not be used: name the key in secretKeys, and let its policy admit the probe’s role (kms:Decrypt)';

const NO_REGION = 'no AWS region is set: set AWS_REGION, or name a profile that has one';

/** Returns a sentence for an error of the SDK; `null` stands for no answer at all. */
export const reasonOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name : 'no answer';
  // Secrets Manager reports a denied key under the same name as a denied secret; only the message differs.
  if (name === 'AccessDeniedException' && /\bKMS\b/i.test((error as Error).message)) return DENIED_BY_KMS;
  // The SDK throws a plain Error for a missing region.
  if (error instanceof Error && error.message.startsWith('Region is missing'))
    return 'no AWS region is set: set AWS_REGION';
  if (error instanceof Error && /region is missing/i.test(error.message)) return NO_REGION;
  return REASONS[name] ?? `Secrets Manager could not be asked (${name.replaceAll(/[^\w ]/g, '')})`;
};
