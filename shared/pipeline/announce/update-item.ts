/** Changes one item of the state, against other writers. */
import type { StateItem } from '../../model/state.ts';
import type { StateStore } from '../ports.ts';

/** How often a write is tried again because another writer came first. */
export const TRIES = 10;

/** Writes an item if `next` changes it. If another writer came first, reads the item again and tries again, ten times. A missing item stays missing. */
export const updateItem = async (
  store: StateStore,
  key: string,
  next: (item: StateItem) => StateItem,
): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = await store.read(key);
    if (stored === null) return;
    const item = next(stored.value);
    if (JSON.stringify(item) === JSON.stringify(stored.value) || (await store.write(item, stored.version))) return;
  }
  throw new Error(`Other writers replaced the state of ${key} ${TRIES} times in a row.`);
};
