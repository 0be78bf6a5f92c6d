/** resumed-identity → verdict: a valid client that resumes its own session must be served as it was. */
import type { CheckResult } from '../../model/report.ts';
import { cureOf } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import { indeterminate, notRun, spoiled, unsure } from './judgements.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

/** The parts of a lane that a returning control is judged by. */
type Beside = Pick<Lane, 'control' | 'controls' | 'unreachableControl'>;

export const judgeReturning = (trial: Trial, lane: Beside, context: JudgeContext): CheckResult => {
  const control = lane.control ?? lane.controls[0]?.attempts.at(-1) ?? null;
  const beside = control === null ? [] : [control];
  return checkResult(trial.check, judgement(trial, lane, context), trial.attempts, beside, context);
};

const judgement = (trial: Trial, lane: Beside, context: JudgeContext): Judgement => {
  const { name } = context.endpoint;
  const returning = trial.attempts.filter(isReturning);
  const last = returning.at(-1);
  if (last === undefined) return notReturned(trial, lane, context);
  if (returning.filter(isRefusedReturn).length > 1) return refused(trial, last, context);
  const { outcome, observation } = last;
  if (outcome.kind === 'indeterminate') return indeterminate(trial, last, outcome, context, lane.control);
  if (outcome.kind === 'rejected' || (returning.some(isRefusedReturn) && observation.resumed !== true))
    return unsure(
      'AMBIGUOUS_ANSWER',
      `${name} refused ${observation.presented} once, when it offered the session that it had been given; no further try showed that again.`,
    );
  const shown = trial.attempts.findLast((attempt) => !isReturning(attempt)) ?? last;
  const served = `${name} served ${observation.presented} again with ${endingOf(observation)}`;
  return spoiled(shown, context, served) ?? (observation.resumed === true ? resumed(served) : fresh(served));
};

/** Whether a session was offered: only then does the observation state whether it was resumed. */
const isReturning = ({ observation }: Attempt): boolean => observation.resumed !== undefined;

/** An application that misses the certificate in a resumed session fails as often as it refuses. */
export const isRefusedReturn = ({ outcome }: Attempt): boolean =>
  outcome.kind === 'rejected' || (outcome.kind === 'indeterminate' && outcome.why === 'failing');

const passed = (code: 'ACCEPTED' | 'SESSION_NOT_RESUMED', message: string): Judgement => ({
  verdict: 'pass',
  code,
  severity: 'none',
  message,
});
const resumed = (served: string): Judgement => passed('ACCEPTED', `${served}, in the session that it had been given.`);
const fresh = (served: string): Judgement =>
  passed('SESSION_NOT_RESUMED', `${served}, in a new session: the server did not resume the one that it had given.`);

/** No session was offered: no control was accepted, the server gave no session, or the run had no time left. */
const notReturned = (trial: Trial, lane: Beside, context: JudgeContext): Judgement => {
  const { name } = context.endpoint;
  if (lane.unreachableControl !== null) {
    const { observation } = lane.unreachableControl;
    const code = observation.ended.kind === 'address-refused' ? 'ADDRESS_REFUSED' : 'UNREACHABLE';
    return unsure(code, `${name} was not asked to resume a session: ${endingOf(observation)}.`);
  }
  if (lane.control === null)
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${name} accepted no identity in admits: there is no session that a valid client could resume.`,
    );
  const earned = trial.attempts.at(-1);
  if (earned === undefined) return notRun(trial);
  if (earned.outcome.kind === 'indeterminate') return indeterminate(trial, earned, earned.outcome, context);
  if (earned.outcome.kind === 'rejected')
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${name} was asked for a session by ${earned.observation.presented}, and that ended in ${endingOf(earned.observation)}.`,
    );
  const wasGiven = trial.aside?.kind === 'resumed-identity' && trial.aside.given;
  if (wasGiven) return notRun(trial);
  return passed(
    'SESSION_NOT_RESUMED',
    `${name} served ${earned.observation.presented} and gave it no session that can be offered again: resuming was not tried.`,
  );
};

/** Refused twice: a fault of the session only if the same client is accepted right afterwards without one. */
const refused = (trial: Trial, last: Attempt, { endpoint: { name } }: JudgeContext): Judgement => {
  const { presented } = last.observation;
  const how = `${name} refused ${presented} with ${endingOf(last.observation)}, twice, when it came back with the session that it had been given`;
  const after = trial.attempts.at(-1);
  if (after === undefined || isReturning(after))
    return unsure('NOT_RUN', `${how}, but the run had no time left to ask again without a session.`);
  if (after.outcome.kind !== 'accepted')
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but without a session it ended in ${endingOf(after.observation)}: the endpoint may have gone down in between.`,
    );
  return {
    verdict: 'fail',
    code: 'RESUMED_IDENTITY_REJECTED',
    severity: 'critical',
    message: `${how}; in a new session it was served. Real clients that keep sessions are cut off on their second connection.`,
    advice: cureOf('RESUMED_IDENTITY_REJECTED'),
  };
};
