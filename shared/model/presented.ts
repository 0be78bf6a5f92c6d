/** Names for the presented certificate. */
import type { Presented } from './probe.ts';

/** Returns the name of another version of an identity's secret. */
export const staged = (identity: string, stage: string): string => `${identity} (${stage})`;

/** Returns the name in evidence; null for a client without a certificate. */
export const nameOf = (presented: Presented): string | null => {
  if (presented.kind === 'minted') return presented.scenario;
  if (presented.kind !== 'identity') return null;
  return presented.stage === undefined ? presented.identity : staged(presented.identity, presented.stage);
};
