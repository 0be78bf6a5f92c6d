/** rotation: the other versions of a control's secret that may be in use. */
import type { Check } from '../../model/check.ts';
import { staged } from '../../model/presented.ts';
import type { SecretStage } from '../../model/probe.ts';
import type { Trial } from '../../verdict/judge/trial.ts';
import { attemptControl } from './attempts.ts';
import type { Prober } from './types.ts';

const STAGES: readonly SecretStage[] = ['AWSPENDING', 'AWSPREVIOUS'];

/** Null where no other version of the secret was loaded: then there is no check. */
export const attemptRotation = async (check: Check, prober: Prober): Promise<Trial | null> => {
  const { presented } = check;
  if (presented?.kind !== 'identity') return null;
  const stages = STAGES.filter((stage) => prober.isLoaded(staged(presented.identity, stage)));
  const trials = await Promise.all(
    stages.map((stage) => attemptControl({ ...check, presented: { ...presented, stage } }, prober)),
  );
  return trials.length === 0 ? null : { check, attempts: trials.flatMap(({ attempts }) => attempts.slice(-1)) };
};
