import type { Ask, Asker } from '../../shared/pipeline/ask/types.ts';

/** An asker whose connections are scripted; it has no neighbours, and no certificate whose name could be claimed. */
export const anAsker = (ask: Ask, own: Partial<Asker> = {}): Asker => ({
  ask,
  isHere: async () => false,
  earn: async () => null,
  isLoaded: () => false,
  certificateOf: () => null,
  ...own,
});
