/** forged-header → verdict: a header may not open what was closed without it. */
import type { CheckResult } from '../model/report.ts';
import { judgeRefusal } from './judge-refusal.ts';
import { presentedText, unsure } from './judgements.ts';
import { checkResult } from './result.ts';
import type { JudgeContext, Lane, Trial } from './trial.ts';
import { endingOf } from './words.ts';

export const judgeForged = (trial: Trial, lane: Lane, context: JudgeContext): CheckResult => {
  const { aside } = trial;
  if (aside !== undefined && aside.bare.outcome.kind === 'accepted') {
    const { subject } = trial.check;
    const judgement = unsure(
      'AMBIGUOUS_ANSWER',
      `${context.endpoint.name} serves ${subject ?? 'a client without a certificate'} already without such headers (${endingOf(aside.bare.observation)}): nothing can be learnt about them.`,
      `Mend ${subject === null ? 'no-certificate' : `foreign-identity of ${subject}`} first.`,
    );
    return checkResult(trial.check, judgement, trial.attempts, [aside.bare], context);
  }
  const judged = judgeRefusal(trial, lane, context);
  if (judged.verdict !== 'fail' || aside === undefined) return judged;
  const families = aside.worked.length === 0 ? 'only several families together' : aside.worked.join(', ');
  return {
    ...judged,
    message: `${context.endpoint.name} refused ${trial.check.subject ?? 'a client without a certificate'} with ${endingOf(aside.bare.observation)}, but served ${presentedText(trial)}; what worked: headers of ${families}. ${judged.message.slice(judged.message.indexOf('. ') + 2)}`,
  };
};
