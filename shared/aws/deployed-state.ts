/** The state of a deployed monitor, for the command line. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ShowableError } from '../model/showable-error.ts';
import type { StateStore } from '../pipeline/ports.ts';
import { PATIENT, stateClient } from './clients.ts';
import { stackOutput } from './stack-output.ts';
import { stateStore } from './state-store.ts';

/** Credentials and region are those of the AWS SDK. Calls reject with a `ShowableError` where AWS refuses. */
export const deployedState = async (
  where: { readonly stack: string } | { readonly table: string },
): Promise<{ readonly store: StateStore; readonly table: string }> => {
  const table =
    'table' in where
      ? where.table
      : await stackOutput(new CloudFormationClient(PATIENT), where.stack, 'StateTableName');
  const store = stateStore(stateClient(), table, Date.now);
  const asked = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: Error) => {
      throw error.name in REFUSALS
        ? new ShowableError(`the state table ${table} cannot be used: ${REFUSALS[error.name]}`)
        : error;
    });
  return {
    table,
    store: {
      ...store,
      read: (key) => asked(store.read(key)),
      write: (item, expected) => asked(store.write(item, expected)),
    },
  };
};

const REFUSALS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDeniedException (dynamodb:GetItem and dynamodb:PutItem are needed)',
  ResourceNotFoundException: 'there is none of this name in this account and region',
  UnrecognizedClientException: 'UnrecognizedClientException',
  ExpiredTokenException: 'ExpiredTokenException',
  CredentialsProviderError: 'there are no credentials for AWS',
};
