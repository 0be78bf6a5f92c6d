/** Closes what the registry no longer asks for. docs/adr/0050 */
import type { RunIdentity } from '../../model/run.ts';
import { withdraw } from '../../regression/removed.ts';
import type { StateStore } from '../ports.ts';
import { inChunks } from './claims.ts';

const TRIES = 10;

/**
 * Withdraws these items for one run: their open checks are due as closings. Rejects if a store does, or after ten lost writes; what was withdrawn until then
 * stays so. Repeated, it changes nothing.
 */
export const closeRemoved = async (
  store: StateStore,
  keys: readonly string[],
  run: Pick<RunIdentity, 'id' | 'startedAt'>,
): Promise<void> => {
  await inChunks(keys, (key) => close(store, key, run));
};

const close = async (store: StateStore, key: string, run: Pick<RunIdentity, 'id' | 'startedAt'>): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = await store.read(key);
    if (stored === null) return;
    const { item, changed } = withdraw(stored.value, run);
    if (!changed || (await store.write(item, stored.version))) return;
  }
  throw new Error(`Other writers replaced the state of ${key} ${TRIES} times in a row.`);
};
