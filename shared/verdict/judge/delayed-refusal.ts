/** A server that delays its refusals past the timeout looks like one that drops what it refuses. */
import { type Milliseconds, SECOND } from '../../model/time.ts';
import { endingOf } from '../explain/words.ts';
import { presentedText, unsure } from './judgements.ts';
import type { Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

/** s2n-tls waits so long, at random, before it closes on a client that it refuses (its blinding delay, docs/USAGE-GUIDE "Blinding"). */
const LONGEST_BLINDING: Milliseconds = 30 * SECOND;

/** Inconclusive where the server is silent for faulty certificates only: its refusal may come after the timeout. Null otherwise. */
export const delayed = (
  trial: Trial,
  last: Attempt,
  lane: Pick<Lane, 'control' | 'others'>,
  { endpoint }: JudgeContext,
): Judgement | null => {
  const faulty = ({ check: { presented } }: Trial) => presented?.kind === 'identity' || presented?.kind === 'minted';
  const isSilent = ({ outcome }: Attempt) => outcome.kind === 'indeterminate' && outcome.why === 'timed-out';
  const others = lane.others.filter((other) => !faulty(other));
  const selective = faulty(trial) && !others.some(({ attempts }) => attempts.some(isSilent));
  if (lane.control === null || !isSilent(last) || !selective || endpoint.timeout > LONGEST_BLINDING) return null;
  const decide =
    'If it is built on s2n-tls, as several services of AWS are, set `timeout: 40s`: s2n-tls delays refusals by 10 to 30 s. Only if it refuses clients by lasting silence, set rejects.silence: true.';
  return unsure(
    'TIMED_OUT',
    `${endpoint.name}, asked with ${presentedText(trial)}, ended in ${endingOf(last.observation)}, though the control was accepted. ${decide}`,
    decide,
  );
};
