/** rotation → verdict: the next version of a secret must be accepted already; the previous one may be refused. */
import type { CheckResult } from '../../model/report.ts';
import { cureOf } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import { indeterminate, notRun, spoiled } from './judgements.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Trial } from './trial.ts';

export const judgeRotation = (trial: Trial, context: JudgeContext): CheckResult => {
  const next = trial.attempts.find(({ observation }) => observation.presented?.endsWith('(AWSPENDING)'));
  const before = trial.attempts.find(({ observation }) => observation.presented?.endsWith('(AWSPREVIOUS)'));
  const judged = next === undefined ? null : judgeNext(next, trial, context);
  const judgement = judged !== null && (judged.verdict !== 'pass' || before === undefined) ? judged : null;
  const result = judgement ?? (before === undefined ? notRun(trial) : judgeBefore(before, trial, context));
  return checkResult(trial.check, result, trial.attempts, [], context);
};

const judgeNext = (attempt: Attempt, trial: Trial, context: JudgeContext): Judgement => {
  const { endpoint } = context;
  const what = `the next version (AWSPENDING) of ${trial.check.subject}`;
  const ending = endingOf(attempt.observation);
  switch (attempt.outcome.kind) {
    case 'accepted':
      return (
        spoiled(attempt, context, `${endpoint.name} accepted ${what}`) ?? {
          verdict: 'pass',
          code: 'ACCEPTED',
          severity: 'none',
          message: `${endpoint.name} accepted ${what} with ${ending}.`,
        }
      );
    case 'rejected':
      return {
        verdict: 'fail',
        code: 'NEXT_IDENTITY_REJECTED',
        severity: 'warning',
        message: `${endpoint.name} refused ${what} with ${ending}: once it becomes current, ${trial.check.subject} is locked out.`,
        advice: cureOf('NEXT_IDENTITY_REJECTED'),
      };
    case 'indeterminate':
      return indeterminate(trial, attempt, attempt.outcome, context);
    default:
      return attempt.outcome satisfies never;
  }
};

/** Within a day of the replacement a relying party may accept the previous version or refuse it: neither is a fault. */
const judgeBefore = (attempt: Attempt, trial: Trial, context: JudgeContext): Judgement => {
  const { endpoint } = context;
  const what = `the version before (AWSPREVIOUS) of ${trial.check.subject}`;
  const ending = endingOf(attempt.observation);
  const refused = attempt.outcome.kind === 'rejected';
  if (attempt.outcome.kind === 'indeterminate') return indeterminate(trial, attempt, attempt.outcome, context);
  return {
    verdict: 'pass',
    code: refused ? 'PREVIOUS_IDENTITY_REJECTED' : 'ACCEPTED',
    severity: refused ? 'info' : 'none',
    message: `${endpoint.name} ${refused ? 'refused' : 'still accepts'} ${what} with ${ending}.`,
  };
};
