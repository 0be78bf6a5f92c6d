/** A client that must be refused was accepted: it fails whatever the control did. */
import { acceptedCode } from '../../model/names.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { isSameAnswer } from '../classify/same-answer.ts';
import { endingOf } from '../explain/words.ts';
import { presentedText, unsure } from './judgements.ts';
import type { Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

/** Of `lane` it takes words for the message only. */
type Beside = Pick<Lane, 'control' | 'others'>;

/** `trial` has an accepted attempt. Inconclusive only where that attempt is a guess and another attempt contradicts it. */
export const judgeAcceptance = (trial: Trial, lane: Beside, context: JudgeContext): Judgement =>
  contradicted(trial, context) ?? forbidden(trial, lane, context);

const forbidden = (trial: Trial, lane: Beside, { endpoint }: JudgeContext): Judgement => {
  const { control } = lane;
  const open = trial.attempts.filter(isAccepted);
  const [first] = open;
  const ending = first === undefined ? 'an answer' : endingOf(first.observation);
  const share =
    open.length === trial.attempts.length || trial.aside?.kind === 'forged-header'
      ? ''
      : ` in ${open.length} of ${trial.attempts.length} connections`;
  const backends =
    share !== '' && trial.aside === undefined && trial.attempts.some(isRejected)
      ? ': one of several backends is open'
      : '';
  const acceptance = scenarioNamed(trial.check.scenario).acceptance;
  const guess = first === undefined ? null : onlyStayedOpen(first);
  const words = first === undefined ? null : otherWords(first, control);
  return {
    verdict: 'fail',
    code: acceptedCode(trial.check.scenario),
    severity: guess === null ? 'critical' : 'warning',
    message: [
      `${endpoint.name} answered ${ending} to ${presentedText(trial)}${share}${backends}.`,
      isOpenAnyway(trial, lane)
        ? 'It serves clients without a certificate under its own name too.'
        : (acceptance?.meaning ?? ''),
      guess ?? words ?? '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    advice: acceptance === null ? null : [acceptance.cure, guess ?? words ?? ''].join(' ').trim(),
  };
};

const isAccepted = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';
const isRejected = ({ outcome }: Attempt): boolean => outcome.kind === 'rejected';

/** Clients without a certificate are accepted without the detour too. Where the scenario is compared with those, its own judge says so. */
const isOpenAnyway = ({ check }: Trial, { others }: Beside): boolean => {
  const { family, comparedWithout } = scenarioNamed(check.scenario);
  const isBareAccepted = (other: Trial) => familyOf(other.check.scenario) === 'bare' && other.attempts.some(isAccepted);
  return family === 'detour' && !comparedWithout && others.some(isBareAccepted);
};

/** An open connection is a guess; a connection that the server closed within a longer wait contradicts it. */
const contradicted = (trial: Trial, { endpoint }: JudgeContext): Judgement | null => {
  const { attempts } = trial;
  const open = attempts.filter(isAccepted);
  if (!attempts.some(isRejected) || !open.every((attempt) => onlyStayedOpen(attempt) !== null)) return null;
  const decide = 'Name tls.send and tls.expect, or raise tls.window.';
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${endpoint.name}, asked with ${presentedText(trial)}, stayed open through the window in ${open.length} of ${attempts.length} connections and refused the others: the window is too short for it, or one of several backends is open. ${decide}`,
    decide,
  );
};

/** RFC 8446 §4.4.2.4 lets a server judge the certificate late: a connection that stays open is no answer. */
const onlyStayedOpen = ({ observation: { answer } }: Attempt): string | null =>
  answer?.kind === 'protocol' && answer.protocol === 'tls' && answer.body === '' && answer.meaning === 'serves'
    ? 'That rests only on a connection that stayed open: name tls.send and tls.expect, and it becomes certain.'
    : null;

/** An answer that differs from the control's, if only in its numbers, may be a refusal that the registry does not name. */
const otherWords = ({ observation: { answer } }: Attempt, control: Attempt | null): string | null => {
  const own = control?.observation.answer ?? null;
  if (answer === null || own === null || answer.body === own.body) return null;
  return isSameAnswer(answer, own)
    ? 'Its answer differs from the control’s in numbers only: if it is a refusal, name it in rejects.body.'
    : 'Its answer is not the control’s: if it is a refusal, name it in rejects.body.';
};
