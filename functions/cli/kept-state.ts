/** Where state is kept: in the table of a deployed monitor, or in a file. */
import { access } from 'node:fs/promises';
import type { StateStore } from '../../shared/pipeline/ports.ts';
import { UsageError } from './exit.ts';
import { openFileStore } from './file-store.ts';
import { awsRefused, outputNamed, stackOutputs } from './stack-outputs.ts';

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
  if (where.state !== undefined) return onFile(where.state, work);
  return work(await (where.stack === undefined ? deployedStore(where.table ?? '') : stackStore(where.stack)));
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

/** The state of a deployed monitor. Calls reject with a `UsageError` where AWS refuses. Loads the SDK only if it is used. */
const deployedStore = async (table: string): Promise<StateStore> => {
  const [{ stateClient }, { stateStore }] = await Promise.all([
    import('../../shared/aws/clients.ts'),
    import('../../shared/aws/state-store.ts'),
  ]);
  const store = stateStore(stateClient(), table, Date.now);
  const refused = (error: unknown) => Promise.reject(awsRefused(`the state table ${table} cannot be used`, error));
  return {
    ...store,
    read: (key) => store.read(key).catch(refused),
    write: (item, expected) => store.write(item, expected).catch(refused),
  };
};

/** The state of a stack's only monitor. Rejects as `deployedStore` does, and for a stack without one or with several. */
export const stackStore = async (stack: string): Promise<StateStore> =>
  deployedStore(outputNamed(await stackOutputs(stack), 'StateTableName', stack));
