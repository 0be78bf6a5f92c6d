/** forged-header → verdict: a client that is refused must not be accepted for its headers. */
import type { CheckResult } from '../../model/report.ts';
import { withoutDetour } from '../../scenario/catalogue.ts';
import { endingOf } from '../explain/words.ts';
import { judgeRefusal } from './judge-refusal.ts';
import { presentedText, unsure } from './judgements.ts';
import { checkResult } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

export const judgeForged = (trial: Trial, lane: Lane, context: JudgeContext): CheckResult => {
  const aside = trial.aside?.kind === 'forged-header' ? trial.aside : undefined;
  if (aside !== undefined && aside.bare.outcome.kind === 'accepted') {
    const { subject, presented } = trial.check;
    const mend = withoutDetour(presented)?.name ?? 'that';
    const judgement = unsure(
      'ALREADY_ACCEPTED',
      `${context.endpoint.name} serves ${subject ?? 'a client without a certificate'} already without such headers (${endingOf(aside.bare.observation)}): the check proves nothing about them.`,
      `Mend ${mend}${subject === null ? '' : ` of ${subject}`} first.`,
    );
    return checkResult(trial.check, judgement, trial.attempts, [aside.bare], context);
  }
  if (
    aside !== undefined &&
    isUnknown(aside.bare) &&
    trial.attempts.some(({ outcome }) => outcome.kind === 'accepted')
  ) {
    const judgement = unsure(
      'AMBIGUOUS_ANSWER',
      `${context.endpoint.name} served ${presentedText(trial)}, but without them it ended in ${endingOf(aside.bare.observation)}: whether the headers made the difference is unknown.`,
    );
    return checkResult(trial.check, judgement, trial.attempts, [aside.bare], context);
  }
  const judged = judgeRefusal(decisiveLast(trial), lane, context);
  if (judged.verdict !== 'fail' || aside === undefined) return judged;
  const families = aside.worked.length === 0 ? 'several families together only' : aside.worked.join(', ');
  return {
    ...judged,
    message: `${context.endpoint.name} refused ${trial.check.subject ?? 'a client without a certificate'} with ${endingOf(aside.bare.observation)}, but served ${presentedText(trial)}; it accepted headers of ${families}. ${judged.message.slice(judged.message.indexOf('. ') + 2)}`,
  };
};

/**
 * Whether the bare request may have been accepted: it was neither refused nor answered. An answer of 3xx or 4xx that the registry does not name is
 * not an acceptance either.
 */
const isUnknown = ({ outcome, observation: { answer } }: Attempt): boolean =>
  outcome.kind === 'indeterminate' &&
  !(
    answer?.kind === 'http' &&
    answer.status >= 300 &&
    answer.status < 500 &&
    outcome.why === 'ambiguous' &&
    answer.status !== 408
  );

/** A server may refuse all families together as too large and still read each by itself: an indeterminate attempt with one family decides, and goes last. */
const decisiveLast = (trial: Trial): Trial => {
  const alone = trial.aside?.kind === 'forged-header' ? trial.aside.alone : [];
  const unclear = (alone.length > 0 ? alone : trial.attempts).find(({ outcome }) => outcome.kind === 'indeterminate');
  return unclear === undefined
    ? trial
    : { ...trial, attempts: [...trial.attempts.filter((attempt) => attempt !== unclear), unclear] };
};
