/** rotation: other versions of a control's secret, while they count. */
import type { Check } from '../../model/check.ts';
import { staged } from '../../model/presented.ts';
import type { SecretStage } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Trial } from '../../verdict/judge/trial.ts';
import { askControl } from './attempts.ts';
import type { Asker } from './types.ts';

const STAGES: readonly SecretStage[] = ['AWSPENDING', 'AWSPREVIOUS'];

/** Null where the secret has no other version that counts: then there is no check. */
export const askStages = async (endpoint: Endpoint, check: Check, { ask, isLoaded }: Asker): Promise<Trial | null> => {
  const { presented } = check;
  if (presented?.kind !== 'identity') return null;
  const stages = STAGES.filter((stage) => isLoaded(staged(presented.identity, stage)));
  const trials: Trial[] = [];
  for (const stage of stages)
    trials.push(await askControl(endpoint, { ...check, presented: { ...presented, stage } }, ask));
  return trials.length === 0 ? null : { check, attempts: trials.flatMap(({ attempts }) => attempts.slice(-1)) };
};
