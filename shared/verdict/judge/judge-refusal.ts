/** A client that must be refused: a refusal passes only in a bracket, between an accepted control before and one afterwards. */
import type { CheckResult } from '../../model/report.ts';
import { scenarioNamed } from '../../scenario/catalogue.ts';
import { isFailure } from '../classify/classify-answer.ts';
import { cureOf } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import { delayed } from './delayed-refusal.ts';
import { judgeAcceptance } from './judge-acceptance.ts';
import { indeterminate, leftOut, notRun, presentedText, spoiled, unsure } from './judgements.ts';
import { closedLaterThanControls } from './only-stayed-open.ts';
import { maybeForItsName } from './refused-for-its-name.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

const BY_CODE = {
  'tls-alert': 'REJECTED_BY_TLS_ALERT',
  'http-status': 'REJECTED_BY_HTTP_STATUS',
  body: 'REJECTED_BY_BODY',
  close: 'REJECTED_BY_CLOSE',
  silence: 'REJECTED_BY_SILENCE',
  protocol: 'REJECTED_BY_PROTOCOL',
} as const;
type RefusedBy = keyof typeof BY_CODE;

/** The parts of a lane that a refusal is judged by. */
type Beside = Omit<Lane, 'tls' | 'derived'>;

/** Every check whose client must be refused, whichever way its attempts ended. */
export const judgeRefusal = (trial: Trial, lane: Beside, context: JudgeContext): CheckResult => {
  const last = trial.attempts.at(-1);
  const control = lane.control ?? lane.controls[0]?.attempts.at(-1) ?? null;
  const shown = [closingEvidence(last, lane), control].filter((attempt) => attempt !== null);
  return checkResult(trial.check, judgementOf(trial, last, lane, context), trial.attempts, shown, context);
};

const judgementOf = (trial: Trial, last: Attempt | undefined, lane: Beside, context: JudgeContext): Judgement => {
  if (last === undefined) return notAttempted(trial, lane, context);
  const { outcome } = last;
  if (outcome.kind === 'accepted' || trial.attempts.some((attempt) => attempt.outcome.kind === 'accepted'))
    return judgeAcceptance(trial, lane, context);
  return outcome.kind === 'indeterminate'
    ? (failsForAll(trial, last, lane, context) ??
        delayed(trial, last, lane, context) ??
        indeterminate(trial, last, outcome, context, lane.control))
    : refusal(trial, last, outcome.by, lane, context);
};

const notAttempted = (trial: Trial, { unreachableControl }: Beside, { endpoint }: JudgeContext): Judgement => {
  if (unreachableControl === null) return notRun(trial);
  const { observation } = unreachableControl;
  return unsure(
    observation.ended.kind === 'address-refused' ? 'ADDRESS_REFUSED' : 'UNREACHABLE',
    `${endpoint.name} was not asked with ${presentedText(trial)}: ${endingOf(observation)}.`,
  );
};

/** Inconclusive where the application fails for the control too: no field of the registry could decide this failure. Else null. */
const failsForAll = (trial: Trial, last: Attempt, lane: Beside, { endpoint }: JudgeContext): Judgement | null => {
  const { answer } = last.observation;
  const failing = lane.controls.some(({ attempts }) => isFailing(attempts.at(-1)));
  if (lane.control !== null || !failing || answer === null || !isFailure(answer, endpoint)) return null;
  return unsure(
    'APPLICATION_FAILS',
    `${endpoint.name}, asked with ${presentedText(trial)}, ended in ${endingOf(last.observation)}, and its application fails for the control too (${controlsText(lane)}).`,
    cureOf('APPLICATION_FAILS'),
  );
};

const isFailing = (attempt: Attempt | undefined): boolean =>
  attempt?.outcome.kind === 'indeterminate' && attempt.outcome.why === 'failing';

const refusal = (trial: Trial, last: Attempt, by: RefusedBy, lane: Beside, context: JudgeContext): Judgement => {
  const { name } = context.endpoint;
  const how = `${name} refused ${presentedText(trial)} with ${endingOf(last.observation)}`;
  if (lane.control === null)
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but no identity in admits was accepted (${controlsText(lane)}): the refusal proves nothing.`,
      `Look at ${lane.controls.map(({ check }) => check.id).join(', ')} first.`,
    );
  if (lane.control.observation.certificateSent === false && looksLikeControl(trial)) {
    const { reason, cure } = leftOut(lane.control.observation);
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but the control was accepted without its certificate, since the relying party ${reason}: ${name} cannot tell the control from a client without one, and the refusal proves nothing.`,
      cure,
    );
  }
  const doubt = closingDoubt(by, closingOf(by, lane), lane.closingMissed === true);
  if (doubt !== null)
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but the control ${doubt}`,
      `See in the log of ${name} why it served ${lane.control.observation.presented ?? 'the control'} before and not afterwards, and check it again; if it limits connections, set limits.perSecond.`,
    );
  const undecided = unwitnessed(how, last, by, lane) ?? tooEarlyToTell(how, last, lane);
  if (undecided !== null) return undecided;
  if (maybeForItsName(trial, last, lane, context)) {
    const admitted = context.endpoint.admits.join(', ');
    return unsure(
      'AMBIGUOUS_ANSWER',
      `${how}, but it bears another name than ${admitted}: it may have been refused for its name, and not for its fault.`,
      `Issue ${trial.check.subject} with the subject and the alternative names of ${context.endpoint.admits[0]}.`,
    );
  }
  const spoilt = scenarioNamed(trial.check.scenario).mayMeetAnotherCertificate
    ? null
    : spoiled(last.observation.servedChain.length > 0 ? last : lane.control, context, how);
  return spoilt ?? { verdict: 'pass', code: BY_CODE[by], severity: 'none', message: `${how}.` };
};

/** Inconclusive for a close or a silence in a crowd beyond `limits.perAddress` in which no control was served. Else null. */
const unwitnessed = (how: string, last: Attempt, by: RefusedBy, lane: Beside): Judgement | null =>
  NEEDS_CLOSING_CONTROL.includes(by) && last.observation.crowded === true && !isWitnessed(last, lane)
    ? unsure(
        'CONTROL_NOT_ACCEPTED',
        `${how}, but no control was accepted while that lasted, and more connections than limits.perAddress were open: the endpoint may serve fewer at a time.`,
        'Raise limits.perAddress if the endpoint serves more clients at a time; else raise its timeout.',
      )
    : null;

/** Inconclusive for a close that came later than any control was watched: the server may close every client that is silent for so long. Else null. */
const tooEarlyToTell = (how: string, last: Attempt, lane: Beside): Judgement | null => {
  const late = closedLaterThanControls(last, lane);
  if (late === null) return null;
  const raise = `Raise tls.window to ${Math.ceil(late / 1000)}s at least, or name tls.send and tls.expect.`;
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${how} after ${late} ms, for which no control was seen to stay open: it may close every client that is silent for so long. ${raise}`,
    raise,
  );
};

/** Whether the server cannot tell this client from the control: it did not ask the control for a certificate, and this client has none. */
const looksLikeControl = ({ check: { presented, scenario } }: Trial): boolean =>
  presented?.kind === 'none' && !scenarioNamed(scenario).mayMeetAnotherCertificate;

/** A server that goes down, or limits connections, ends connections in these ways too. */
const NEEDS_CLOSING_CONTROL: readonly string[] = ['close', 'silence'];

/**
 * The attempt at the closing control that judges the refusal. If the first attempt got no answer and the second was accepted, an outage in between is
 * possible, and an outage looks like a close or silence: then the first attempt judges. An application that failed had accepted the control in TLS.
 */
const closingOf = (by: RefusedBy, { closingControl, closingFailure = null }: Beside): Attempt | null =>
  NEEDS_CLOSING_CONTROL.includes(by) && closingFailure !== null && closingFailure.observation.answer === null
    ? closingFailure
    : closingControl;

/**
 * Whether a control began after this connection and was accepted before it ended: then the server had places left, and did not keep this client
 * waiting for one.
 */
const isWitnessed = (
  { observation }: Attempt,
  { witnesses = [], controlAmong = null, closingControl }: Beside,
): boolean =>
  [...witnesses, controlAmong, closingControl].some(
    (control) =>
      control?.outcome.kind === 'accepted' &&
      control.observation.startedAt >= observation.startedAt &&
      endOf(control) <= endOf({ observation }),
  );

const endOf = ({ observation: { startedAt, durationMs } }: Pick<Attempt, 'observation'>): number =>
  startedAt + durationMs;

/** The closing control, where the refusal needs it or is contradicted by it; else null. */
const closingEvidence = (last: Attempt | undefined, lane: Beside): Attempt | null => {
  if (last?.outcome.kind !== 'rejected') return null;
  const closingControl = closingOf(last.outcome.by, lane);
  const isShown = NEEDS_CLOSING_CONTROL.includes(last.outcome.by) || closingControl?.outcome.kind !== 'accepted';
  return isShown ? closingControl : null;
};

/**
 * Why the closing control leaves the refusal unproven; null where it does not. 429 (`limited`) is not a refusal of the control. If the closing
 * control ended in any other way than an acceptance, the endpoint may have refused every client by then.
 */
const closingDoubt = (by: RefusedBy, closing: Attempt | null, isMissed: boolean): string | null => {
  const isNeeded = NEEDS_CLOSING_CONTROL.includes(by);
  if (closing === null)
    return isNeeded || isMissed ? 'was not asked again afterwards: the endpoint may have gone down in between.' : null;
  const { kind } = closing.outcome;
  if (kind === 'accepted' || (!isNeeded && kind === 'indeterminate' && closing.outcome.why === 'limited')) return null;
  const ending = `ended in ${endingOf(closing.observation)} afterwards`;
  return kind === 'rejected'
    ? `${ending}: it may limit connections, or ban clients after failures (limits.perSecond sets the monitor’s pace).`
    : `${ending}: ${isFailing(closing) ? 'its application fails by now' : 'the endpoint may have gone down in between'}.`;
};

const controlsText = ({ controls }: Beside): string =>
  controls
    .map(({ check, attempts }) => {
      const last = attempts.at(-1);
      const ending = last === undefined ? 'not asked' : endingOf(last.observation);
      return `${check.subject}: ${ending}${isFailing(last) ? ', an application that fails' : ''}`;
    })
    .join('; ');
