/** A client that must be refused was accepted: it fails whatever the control did. */
import { cureText } from '../../model/cure.ts';
import { acceptedCode } from '../../model/names.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { endingOf } from '../explain/words.ts';
import { greetedOnly, withUnasked } from './greeted-only.ts';
import { presentedText, unsure } from './judgements.ts';
import { guessOf, stayedOpen } from './only-stayed-open.ts';
import type { Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';
import { partingText, unlikeControls } from './unlike-control.ts';

/** The parts of a lane that an acceptance is compared with: the words of the answers, and how long each control stayed open. */
type Beside = Pick<Lane, 'control' | 'others'> &
  Partial<Pick<Lane, 'closingControl' | 'controlAmong' | 'patientControl'>>;

/** `trial` has an accepted attempt. Inconclusive only where that attempt is a guess and something speaks against it. */
export const judgeAcceptance = (trial: Trial, lane: Beside, context: JudgeContext): Judgement => {
  const open = withUnasked(trial.attempts.filter(isAccepted));
  const isGuess = open.every((attempt) => guessOf(attempt, context.endpoint, lane.control) !== null);
  return (
    (isGuess ? (contradicted(trial, open, lane, context) ?? answeredUnlike(trial, open, lane, context)) : null) ??
    greetedOnly(trial, open, lane, context) ??
    forbidden(trial, open, lane, context)
  );
};

const forbidden = (
  trial: Trial,
  open: readonly Attempt[],
  lane: Beside,
  { endpoint, platform = null }: JudgeContext,
): Judgement => {
  const [first] = open;
  const ending = first === undefined ? 'an answer' : `${endingOf(first.observation)}${unlikeText(first, lane)}`;
  const isForged = trial.aside?.kind === 'forged-header';
  const share =
    open.length === trial.attempts.length || isForged
      ? ''
      : ` in ${open.length} of ${trial.attempts.length} connections`;
  const backends =
    share !== '' && trial.aside === undefined && trial.attempts.some(isRejected)
      ? ': one of several backends accepts it'
      : '';
  const acceptance = scenarioNamed(trial.check.scenario).acceptance;
  const guess = first === undefined ? null : guessOf(first, endpoint, lane.control);
  const words = first === undefined ? null : otherWords(first, lane);
  // Further connections were made to confirm the acceptance, and none of them was accepted.
  const isAlone = share !== '' && open.length === 1;
  return {
    verdict: 'fail',
    code: acceptedCode(trial.check.scenario),
    severity: guess === null && !isAlone ? 'critical' : 'warning',
    message: [
      `${endpoint.name} answered ${ending} to ${presentedText(trial)}${share}${backends}.`,
      isOpenAnyway(trial, lane)
        ? 'It serves clients without a certificate under its own name too.'
        : (acceptance?.meaning ?? ''),
      guess ?? words ?? '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    advice:
      acceptance === null
        ? null
        : [cureText(acceptance.cure, platform, trial.check.scenario), guess ?? words ?? ''].join(' ').trim(),
  };
};

const isAccepted = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';
const isRejected = ({ outcome }: Attempt): boolean => outcome.kind === 'rejected';

/** Whether clients without a certificate are accepted without the detour too. For a scenario with `comparedWithout` its own judge reports that. */
const isOpenAnyway = ({ check }: Trial, { others }: Beside): boolean => {
  const { family, comparedWithout } = scenarioNamed(check.scenario);
  const isBareAccepted = (other: Trial) => familyOf(other.check.scenario) === 'bare' && other.attempts.some(isAccepted);
  return family === 'detour' && !comparedWithout && others.some(isBareAccepted);
};

/**
 * Whether an attempt contradicts the guess that `open` rests on: it was refused, or answered and closed. If the server greeted in `open`, that must
 * have come later than `open` was watched: a refusal within the same time comes from another backend.
 */
const speaksAgainst = ({ outcome, observation }: Attempt, open: Attempt | undefined): boolean => {
  const { answer, ended, watchedMs = 0 } = observation;
  const isTurnedAway =
    outcome.kind === 'rejected' || (outcome.kind === 'indeterminate' && (answer !== null || ended.kind === 'closed'));
  return isTurnedAway && (open?.observation.answer?.body === '' || watchedMs > (open?.observation.watchedMs ?? 0));
};

/** Inconclusive where the acceptance is a guess (an open connection or a greeting) and the server refused the client in a longer wait; else null. */
const contradicted = (
  trial: Trial,
  open: readonly Attempt[],
  { patientControl = null, control }: Beside,
  { endpoint }: JudgeContext,
): Judgement | null => {
  const against = trial.attempts.find((attempt) => speaksAgainst(attempt, open[0]));
  if (against === undefined) return null;
  const seen = `${endpoint.name}, asked with ${presentedText(trial)}, gave no refusal in ${open.length} of ${trial.attempts.length} connections, and ended the others in ${endingOf(against.observation)}${partingText(against.observation.answer, control?.observation.answer ?? null)}`;
  if (patientControl !== null && !stayedOpen(patientControl)) {
    const name = 'Name tls.send and tls.expect: the server waits until the client speaks.';
    return unsure(
      'AMBIGUOUS_ANSWER',
      `${seen}. Watched for as long, the control is closed too: such a wait proves nothing about either client. ${name}`,
      name,
    );
  }
  const decide = 'Name tls.send and tls.expect, or raise tls.window.';
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${seen}: tls.window is too short for this server, or one of several backends accepts the client. ${decide}`,
    decide,
  );
};

/** Inconclusive where all controls got the same words and this client other ones, which may be a refusal; else null. */
const answeredUnlike = (
  trial: Trial,
  open: readonly Attempt[],
  lane: Beside,
  { endpoint }: JudgeContext,
): Judgement | null => {
  const [first] = open;
  const isUnlike = open.every(({ observation: { answer } }) => unlikeControls(answer, lane) === 'words');
  const isSaid = [first, lane.control].every((each) => (each?.observation.answer?.body ?? '') !== '');
  if (first === undefined || !isSaid || !isUnlike) return null;
  const decide =
    'Decide it in the registry: tls.expect (an answer that only an accepted client gets), or rejects.body, if that is how it refuses.';
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${endpoint.name}, asked with ${presentedText(trial)}, kept the connection open, but answered other words than to its controls${unlikeText(first, lane)}. ${decide}`,
    decide,
  );
};

const unlikeText = ({ observation: { answer } }: Attempt, lane: Beside): string =>
  answer?.kind === 'protocol' && answer.protocol === 'tls'
    ? partingText(answer, lane.control?.observation.answer ?? null)
    : '';

/** A sentence on an answer that differs from the controls’ answers: it may be a refusal that the registry does not name. Null where it does not differ. */
const otherWords = ({ observation: { answer } }: Attempt, lane: Beside): string | null => {
  switch (unlikeControls(answer, lane)) {
    case null:
      return null;
    case 'numbers':
      return 'Its answer differs from the control’s in numbers only: if it is a refusal, name it in rejects.body.';
    default:
      return `Its answer is not the control’s${partingText(answer, lane.control?.observation.answer ?? null)}: if it is a refusal, name it in rejects.body.`;
  }
};
