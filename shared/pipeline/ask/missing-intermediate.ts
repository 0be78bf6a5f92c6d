/** missing-intermediate: the control without the other certificates of its chain. */
import type { Check } from '../../model/check.ts';
import type { Trial } from '../../verdict/judge/trial.ts';
import { isAccepted } from './attempts.ts';
import type { OpenLane } from './types.ts';

/** Null where the check proves nothing: no control, no chain to leave out, an unclear answer, or a control that is refused by now too. */
export const attemptAlone = async (
  check: Check,
  { control, controls, prober }: Pick<OpenLane, 'control' | 'controls' | 'prober'>,
): Promise<Trial | null> => {
  if (check.detour?.kind !== 'missing-intermediate') return null;
  const accepted = controls.find(({ attempts }) => control !== null && attempts.includes(control))?.check;
  const presented = accepted?.presented;
  if (accepted === undefined || presented?.kind !== 'identity') return null;
  const sent = prober.certificateOf(presented.identity)?.match(/-----BEGIN CERTIFICATE-----/g) ?? [];
  if (sent.length < 2) return null;
  const alone = await prober.attempt({ ...check, presented: { ...presented, alone: true } });
  if (alone === null || alone.outcome.kind === 'indeterminate') return null;
  if (isAccepted(alone)) return { check, attempts: [alone] };
  const again = await prober.attempt(accepted);
  return again !== null && isAccepted(again) ? { check, attempts: [alone] } : null;
};
