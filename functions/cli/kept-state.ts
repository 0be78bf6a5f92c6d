/** Where state is kept: in the table of a deployed monitor, or in a file. */
import { access } from 'node:fs/promises';
import { ShowableError } from '../../shared/model/showable-error.ts';
import type { StateStore } from '../../shared/pipeline/ports.ts';
import { UsageError } from './exit.ts';
import { openFileStore } from './file-store.ts';

export type Where = { readonly stack?: string; readonly table?: string; readonly state?: string };

/** The options that name it again, for a command that is printed. */
export const whereText = ({ stack, table, state }: Where): string =>
  stack !== undefined ? `--stack ${stack}` : table !== undefined ? `--table ${table}` : `--state ${state}`;

/** Runs `work` on the state, and keeps what it changed. Rejects with a `UsageError` if there is no such state, or if AWS refuses. */
export const onState = async <T>(where: Where, work: (store: StateStore) => Promise<T>): Promise<T> => {
  const named = [where.stack, where.table, where.state].filter((each) => each !== undefined);
  if (named.length !== 1)
    throw new UsageError(
      'expected one of --stack NAME, --table NAME (a deployed monitor) and --state FILE (check --state)',
    );
  return where.state === undefined ? onTable(where, work) : onFile(where.state, work);
};

const onFile = async <T>(path: string, work: (store: StateStore) => Promise<T>): Promise<T> => {
  await access(path).catch(() => {
    throw new UsageError(`there is no state at ${path}: mtls-monitor check REGISTRY --state ${path} writes it`);
  });
  const { store, close } = await openFileStore(path);
  const done = await work(store);
  await close();
  return done;
};

/** Loads the SDK only where it is used. */
const onTable = async <T>({ stack, table = '' }: Where, work: (store: StateStore) => Promise<T>): Promise<T> => {
  const { deployedState } = await import('../../shared/aws/deployed-state.ts');
  try {
    const { store } = await deployedState(stack === undefined ? { table } : { stack });
    return await work(store);
  } catch (error) {
    throw error instanceof ShowableError ? new UsageError(error.message) : error;
  }
};
