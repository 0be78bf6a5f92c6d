/** Which of the SDK's errors are transient: the same call may succeed a moment later. */

/** Throttles that AWS answers with a status of the 400s (DynamoDB Developer Guide, "Error handling"; SDK reference, "Retry behavior"). */
const THROTTLES: readonly string[] = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'TooManyRequestsException',
  'TransactionInProgressException',
  'RequestTimeout',
  'RequestTimeoutException',
];

/** Whether an error is transient: no connection, no answer, a 5xx status or a throttle. Any other refusal by AWS is not. */
export const isTransient = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { $fault, $metadata } = error as { $fault?: string; $metadata?: { httpStatusCode?: number } };
  if (THROTTLES.includes(error.name) || $metadata?.httpStatusCode === 429) return true;
  if ($fault !== undefined) return $fault === 'server';
  return $metadata !== undefined || 'code' in error || error.name === 'TimeoutError';
};
