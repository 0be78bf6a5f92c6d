import { ConditionalCheckFailedException, InternalServerError } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { isTransient } from '../../../shared/aws/transient.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
const refused = (name: string, httpStatusCode = 400) =>
  named(name, { $fault: 'client', $metadata: { httpStatusCode } });

describe('errors of the SDK', () => {
  test.each([
    named('Error', { code: 'ECONNREFUSED' }),
    named('Error', { code: 'ECONNRESET' }),
    named('TimeoutError'),
    refused('ThrottlingException'),
    refused('ProvisionedThroughputExceededException'),
    refused('Whatever', 429),
    new InternalServerError({ message: 'sorry', $metadata: { httpStatusCode: 500 } }),
    named('SyntaxError', { $metadata: { httpStatusCode: 503 } }),
  ])('pass: %s', (error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    refused('AccessDeniedException'),
    refused('ResourceNotFoundException'),
    refused('ValidationException'),
    new ConditionalCheckFailedException({ message: 'lost', $metadata: {} }),
    named('TypeError'),
    new Error('The state of a has 500000 bytes; DynamoDB takes 405504.'),
    'no error',
  ])('stay: %s', (error) => {
    expect(isTransient(error)).toBe(false);
  });
});
