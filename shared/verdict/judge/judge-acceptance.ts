/** A client that must be refused was accepted: it fails whatever the control did. */
import { acceptedCode } from '../../model/names.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { endingOf } from '../explain/words.ts';
import { presentedText, unsure } from './judgements.ts';
import { guessOf, stayedOpen } from './only-stayed-open.ts';
import type { Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';
import { partingText, unlikeControls } from './unlike-control.ts';

/** Of `lane` it takes words, and whether a guess holds beside the controls. */
type Beside = Pick<Lane, 'control' | 'others'> &
  Partial<Pick<Lane, 'closingControl' | 'controlAmong' | 'patientControl'>>;

/** `trial` has an accepted attempt. Inconclusive only where that attempt is a guess and something speaks against it. */
export const judgeAcceptance = (trial: Trial, lane: Beside, context: JudgeContext): Judgement => {
  const open = trial.attempts.filter(isAccepted);
  const isGuess = open.every((attempt) => guessOf(attempt, context.endpoint) !== null);
  return (
    (isGuess ? (contradicted(trial, open, lane, context) ?? answeredUnlike(trial, open, lane, context)) : null) ??
    forbidden(trial, open, lane, context)
  );
};

const forbidden = (trial: Trial, open: readonly Attempt[], lane: Beside, { endpoint }: JudgeContext): Judgement => {
  const [first] = open;
  const ending = first === undefined ? 'an answer' : `${endingOf(first.observation)}${unlikeText(first, lane)}`;
  const isForged = trial.aside?.kind === 'forged-header';
  const share =
    open.length === trial.attempts.length || isForged
      ? ''
      : ` in ${open.length} of ${trial.attempts.length} connections`;
  const backends =
    share !== '' && trial.aside === undefined && trial.attempts.some(isRejected)
      ? ': one of several backends is open'
      : '';
  const acceptance = scenarioNamed(trial.check.scenario).acceptance;
  const guess = first === undefined ? null : guessOf(first, endpoint);
  const words = first === undefined ? null : otherWords(first, lane);
  // Several connections were to confirm it, and none did.
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

/**
 * Refused, or answered and closed, where the server had said nothing yet in `open`; behind a greeting only where that came later than `open` was
 * watched: within the same time it is another backend’s.
 */
const speaksAgainst = ({ outcome, observation }: Attempt, open: Attempt | undefined): boolean => {
  const { answer, ended, watchedMs = 0 } = observation;
  const isTurnedAway =
    outcome.kind === 'rejected' || (outcome.kind === 'indeterminate' && (answer !== null || ended.kind === 'closed'));
  return isTurnedAway && (open?.observation.answer?.body === '' || watchedMs > (open?.observation.watchedMs ?? 0));
};

/** An open connection, or a greeting, is a guess; a server that turns the client away in a longer wait contradicts it. */
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
    const name = 'Name tls.send and tls.expect: it waits for the client’s words.';
    return unsure(
      'AMBIGUOUS_ANSWER',
      `${seen}. Watched for as long, the control is closed too: such a wait tells nothing of either. ${name}`,
      name,
    );
  }
  const decide = 'Name tls.send and tls.expect, or raise tls.window.';
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${seen}: the window is too short for it, or one of several backends is open. ${decide}`,
    decide,
  );
};

/** The controls all got the same words, and this client others: as likely a refusal as not. */
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
    'Decide it in the registry: tls.expect (what only a client that is let in is answered), or rejects.body, if that is how it refuses.';
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${endpoint.name}, asked with ${presentedText(trial)}, stayed open, but answered other words than to its controls${unlikeText(first, lane)}. ${decide}`,
    decide,
  );
};

const unlikeText = ({ observation: { answer } }: Attempt, lane: Beside): string =>
  answer?.kind === 'protocol' && answer.protocol === 'tls'
    ? partingText(answer, lane.control?.observation.answer ?? null)
    : '';

/** An answer that differs from the controls’, if only in its numbers, may be a refusal that the registry does not name. */
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
