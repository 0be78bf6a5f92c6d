/** What must be refused, beside its control → verdict. No clock, no socket: everything it knows is in its arguments. */
import { acceptedCode, type Fault } from '../../model/names.ts';
import type { CheckResult } from '../../model/report.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { isFailure } from '../classify/classify-answer.ts';
import { isSameAnswer } from '../classify/same-answer.ts';
import { cureOf } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import { indeterminate, notRun, presentedText, spoiled, unsure } from './judgements.ts';
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

/** What a refusal is judged beside. */
type Beside = Pick<Lane, 'control' | 'controls' | 'after' | 'down' | 'others'>;

/** Everything that must be refused. A forbidden acceptance is a fail whatever the control did; a refusal counts only beside one. */
export const judgeRefusal = (trial: Trial, lane: Beside, context: JudgeContext): CheckResult => {
  const told = trial.attempts.at(-1)?.outcome;
  const bracket = told?.kind === 'rejected' && doesAfterTell(told.by, lane.after) ? lane.after : null;
  const beside = [bracket, lane.control ?? lane.controls[0]?.attempts.at(-1) ?? null].filter(
    (attempt) => attempt !== null,
  );
  const result = (judgement: Judgement) => checkResult(trial.check, judgement, trial.attempts, beside, context);
  const last = trial.attempts.at(-1);
  if (last === undefined)
    return result(
      lane.down === null
        ? notRun(trial)
        : unsure(
            lane.down.observation.ended.kind === 'address-refused' ? 'ADDRESS_REFUSED' : 'UNREACHABLE',
            `${context.endpoint.name} was not asked with ${presentedText(trial)}: ${endingOf(lane.down.observation)}.`,
          ),
    );
  const open = trial.attempts.find(({ outcome }) => outcome.kind === 'accepted');
  if (open !== undefined || last.outcome.kind === 'accepted')
    return result(contradicted(trial, context) ?? forbidden(trial, lane, context));
  if (last.outcome.kind === 'indeterminate')
    return result(
      failsForAll(trial, last, lane, context) ?? indeterminate(context.endpoint.name, trial, last, last.outcome),
    );
  return result(refusal(trial, last, last.outcome.by, lane, context));
};

/** Where the control’s application fails, the same failure of others is no answer that the registry could decide. */
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

const forbidden = (trial: Trial, lane: Beside, { endpoint }: JudgeContext): Judgement => {
  const { control } = lane;
  const open = trial.attempts.filter(({ outcome }) => outcome.kind === 'accepted');
  const [first] = open;
  const ending = first === undefined ? 'an answer' : endingOf(first.observation);
  const share =
    open.length === trial.attempts.length || trial.aside?.kind === 'forged-headers'
      ? ''
      : ` in ${open.length} of ${trial.attempts.length} connections`;
  const refused = trial.attempts.some(({ outcome }) => outcome.kind === 'rejected');
  const backends = share !== '' && trial.aside === undefined && refused ? ': one of several backends is open' : '';
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

/** A detour is none where the way itself is open. */
const isOpenAnyway = ({ check: { twist } }: Trial, { others }: Beside): boolean =>
  (twist?.kind === 'sni' || twist?.kind === 'session') &&
  others.some(
    ({ check, attempts }) =>
      familyOf(check.scenario) === 'bare' && attempts.some(({ outcome }) => outcome.kind === 'accepted'),
  );

/** An open connection is a guess; one that was then closed within a longer wait speaks against it. */
const contradicted = ({ attempts, ...trial }: Trial, { endpoint }: JudgeContext): Judgement | null => {
  const open = attempts.filter(({ outcome }) => outcome.kind === 'accepted');
  const refused = attempts.some(({ outcome }) => outcome.kind === 'rejected');
  if (!refused || !open.every((attempt) => onlyStayedOpen(attempt) !== null)) return null;
  const decide = 'Name tls.send and tls.expect, or raise tls.window.';
  return unsure(
    'AMBIGUOUS_ANSWER',
    `${endpoint.name}, asked with ${presentedText({ ...trial, attempts })}, stayed open through the window in ${open.length} of ${attempts.length} connections and refused the others: the window is too short for it, or one of several backends is open. ${decide}`,
    decide,
  );
};

/** RFC 8446 §4.4.2.4 leaves a server free to judge late: that a connection stays open is no answer. */
const onlyStayedOpen = ({ observation: { answer } }: Attempt): string | null =>
  answer?.kind === 'protocol' && answer.protocol === 'tls' && answer.body === '' && answer.meaning === 'serves'
    ? 'That rests only on a connection that stayed open: name tls.send and tls.expect, and it becomes certain.'
    : null;

/** An answer in other words than the control's, if only in its numbers, may be a refusal that nobody named. */
const otherWords = ({ observation: { answer } }: Attempt, control: Attempt | null): string | null => {
  const own = control?.observation.answer ?? null;
  if (answer === null || own === null || answer.body === own.body) return null;
  return isSameAnswer(answer, own)
    ? 'Its answer differs from the control’s in numbers only: if it is a refusal, name it in rejects.body.'
    : 'Its answer is not the control’s: if it is a refusal, name it in rejects.body.';
};

const NEEDS_BRACKET: readonly string[] = ['close', 'silence'];

const refusal = (
  trial: Trial,
  last: Attempt,
  by: keyof typeof BY_CODE,
  lane: Beside,
  context: JudgeContext,
): Judgement => {
  const { name } = context.endpoint;
  const how = `${name} refused ${presentedText(trial)} with ${endingOf(last.observation)}`;
  if (lane.control === null)
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but no identity in admits was accepted (${controlsText(lane)}): the refusal proves nothing.`,
    );
  if (lane.control.observation.certificateSent === false && presentsNothing(trial))
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but the control was let in without its certificate, which nobody asked for: to ${name} both look alike, and the refusal proves nothing.`,
      'Turn client authentication on for this listener and server name.',
    );
  const doubt = doubted(by, lane.after);
  if (doubt !== null) return unsure('CONTROL_NOT_ACCEPTED', `${how}, but the control ${doubt}`);
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

/** The control asked again: evidence where a refusal rests on it, or falls with it. */
const doesAfterTell = (by: keyof typeof BY_CODE, after: Attempt | null): boolean =>
  NEEDS_BRACKET.includes(by) || after?.outcome.kind !== 'accepted';

/** The client that the control was to be told from. */
const presentsNothing = ({ check: { presented, twist } }: Trial): boolean =>
  presented?.kind === 'none' && twist?.kind !== 'sni';

/** A limiter that says so (429) has judged nobody; whoever else turns the control away afterwards may have turned away anybody. */
const doubted = (by: keyof typeof BY_CODE, after: Attempt | null): string | null => {
  const isNeeded = NEEDS_BRACKET.includes(by);
  if (after === null)
    return isNeeded ? 'was not asked again afterwards: the endpoint may have gone down in between.' : null;
  const { kind } = after.outcome;
  if (kind === 'accepted' || (!isNeeded && kind === 'indeterminate' && after.outcome.why === 'limited')) return null;
  const ending = `ended in ${endingOf(after.observation)} afterwards`;
  return kind === 'rejected'
    ? `${ending}: it may limit connections, or ban who failed before (limits.perSecond sets our pace).`
    : `${ending}: ${isFailing(after) ? 'its application fails by now' : 'the endpoint may have gone down in between'}.`;
};

const controlsText = ({ controls }: Beside): string =>
  controls
    .map(({ check, attempts }) => {
      const last = attempts.at(-1);
      const ending = last === undefined ? 'not asked' : endingOf(last.observation);
      return `${check.subject}: ${ending}${isFailing(last) ? ', an application that fails' : ''}`;
    })
    .join('; ');

/** bad_certificate, unsupported_certificate, certificate_revoked, certificate_expired: for dates and usages, which are looked at before names. */
const BEFORE_NAMES: readonly number[] = [42, 43, 44, 45];
/** By these alerts a certificate was refused for its fault, and not for its name. */
const OWN_ALERTS: Readonly<Record<Fault, readonly number[]>> = {
  expired: BEFORE_NAMES,
  'not-yet-valid': BEFORE_NAMES,
  'wrong-usage': BEFORE_NAMES,
  // Revocation is looked at last, if at all: 42 is also what a failed check of its name gets (Go's VerifyPeerCertificate).
  revoked: [44],
};

/**
 * An identity with a fault and another name than the control may be refused for that name. Its refusal counts where the TLS alert says so, where
 * it is not what a faultless identity of another name gets, or, where none was asked, where it is what any unverifiable certificate gets.
 */
const maybeForItsName = (
  { check }: Trial,
  last: Attempt,
  { others }: Beside,
  { sharesName }: JudgeContext,
): boolean => {
  const { presented } = check;
  const { fault } = scenarioNamed(check.scenario);
  if (presented?.kind !== 'identity' || fault === null) return false;
  if (sharesName(presented.identity)) return false;
  const { ended } = last.observation;
  if (ended.kind === 'alerted' && OWN_ALERTS[fault].includes(ended.number)) return false;
  const lastOf = (wanted: (other: Trial) => boolean) =>
    others.filter(wanted).flatMap(({ attempts }) => attempts.slice(-1));
  const named = lastOf((other) => familyOf(other.check.scenario) === 'other-identity').filter(
    ({ outcome }) => outcome.kind !== 'indeterminate',
  );
  if (named.length > 0) return named.some((attempt) => isSameRefusal(attempt, last));
  const unverifiable = lastOf((other) => other.check.presented?.kind === 'minted');
  return !unverifiable.some((attempt) => isSameRefusal(attempt, last));
};

const isSameRefusal = (one: Attempt, other: Attempt): boolean => {
  if (one.outcome.kind !== 'rejected' || other.outcome.kind !== 'rejected' || one.outcome.by !== other.outcome.by)
    return false;
  const [first, second] = [one.observation, other.observation];
  if (first.ended.kind === 'alerted' && second.ended.kind === 'alerted')
    return first.ended.number === second.ended.number;
  return first.answer === null || second.answer === null || isSameAnswer(first.answer, second.answer);
};
