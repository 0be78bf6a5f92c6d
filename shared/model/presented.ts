/** What a check presents, by name. */
import type { Presented } from './probe.ts';

/** The name of another version of an identity's secret. */
export const staged = (identity: string, stage: string): string => `${identity} (${stage})`;

/** Its name in evidence; null for a client without a certificate. */
export const nameOf = (presented: Presented): string | null => {
  if (presented.kind === 'minted') return presented.scenario;
  if (presented.kind !== 'identity') return null;
  return presented.stage === undefined ? presented.identity : staged(presented.identity, presented.stage);
};
