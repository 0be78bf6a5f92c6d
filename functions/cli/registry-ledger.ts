/**
 * Which items of a state file belong to which registry: several registries may share a file, and a run closes only what its own has named. A ledger has
 * the form of an item without checks, since the version before refuses fields that it does not know.
 */
import { dirname, relative } from 'node:path';
import { INCIDENTS } from '../../shared/model/incident.ts';
import { SILENCES } from '../../shared/model/silence.ts';
import type { StateItem } from '../../shared/model/state.ts';
import type { StateStore } from '../../shared/pipeline/ports.ts';

const PREFIX = 'registry/';

/** By its place beside the state file: both may be moved together. */
const ledgerKey = (statePath: string, registryPath: string): string =>
  `${PREFIX}${relative(dirname(statePath), registryPath)}`;

/** Whether an item says anything: a withdrawn one does not; a ledger, the incidents and the silences do. */
export const isKept = ({ key, checks, chains }: Pick<StateItem, 'key' | 'checks' | 'chains'>): boolean =>
  [INCIDENTS, SILENCES].includes(key) ||
  Object.keys(checks).length > 0 ||
  (key.startsWith(PREFIX) && Object.keys(chains).length > 0);

export type Ledger = {
  /** Keys of the items that runs of this registry have planned. */
  readonly keys: () => Promise<readonly string[]>;
  readonly replace: (keys: Iterable<string>) => Promise<void>;
};

export const ledgerOf = (store: StateStore, statePath: string, registryPath: string): Ledger => {
  const key = ledgerKey(statePath, registryPath);
  return {
    keys: async () => Object.keys((await store.read(key))?.value.chains ?? {}),
    replace: async (keys) => {
      const chains = Object.fromEntries([...new Set(keys)].toSorted().map((each) => [each, []]));
      const version = (await store.read(key))?.version ?? 0;
      await store.write({ key, suite: null, checks: {}, chains, due: [] }, version);
    },
  };
};
