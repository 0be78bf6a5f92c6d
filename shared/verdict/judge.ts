/** Scenario, attempts and control → verdict. No clock, no socket: everything it knows is in its arguments. */
import { acceptedCode, type Code } from '../model/names.ts';
import type { IndeterminateReason, Outcome } from '../model/probe.ts';
import type { CheckResult } from '../model/report.ts';
import { scenarioNamed } from '../scenario/catalogue.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';
import { endingText } from './words.ts';

const BY_CODE = {
  'tls-alert': 'REJECTED_BY_TLS_ALERT',
  'http-status': 'REJECTED_BY_HTTP_STATUS',
  body: 'REJECTED_BY_BODY',
  close: 'REJECTED_BY_CLOSE',
  silence: 'REJECTED_BY_SILENCE',
  protocol: 'REJECTED_BY_PROTOCOL',
} as const;

const WHY_CODE: Readonly<Record<IndeterminateReason, Code>> = {
  'not-sent': 'IDENTITY_UNUSABLE',
  unreachable: 'UNREACHABLE',
  'timed-out': 'TIMED_OUT',
  'not-tls': 'NOT_TLS',
  ambiguous: 'AMBIGUOUS_ANSWER',
  unusable: 'IDENTITY_UNUSABLE',
  unverified: 'SERVED_CHAIN_UNTRUSTED',
};

const unsure = (code: Code, message: string, advice: string | null = null): Judgement => ({
  verdict: 'inconclusive',
  code,
  severity: 'warning',
  message,
  advice,
});

/** What a check presents, as a sentence names it. */
const presentedText = ({ check }: Trial): string => {
  const to = scenarioNamed(check.scenario).acceptance?.to ?? 'its identity';
  return check.subject === null ? to : `${check.subject}${check.scenario === 'valid-identity' ? '' : ` (${to})`}`;
};

const notRun = (trial: Trial): Judgement =>
  unsure('NOT_RUN', `${trial.check.endpoint ?? trial.check.subject} was not asked: the run had no time left.`);

const indeterminate = (
  name: string,
  trial: Trial,
  attempt: Attempt,
  outcome: Extract<Outcome, { kind: 'indeterminate' }>,
): Judgement => {
  const message = `${name}, asked with ${presentedText(trial)}, ended in ${endingText(attempt.observation.ended)}`;
  const withheld = attempt.observation.withheld.join(', ');
  if (outcome.why === 'not-sent')
    return unsure(
      'IDENTITY_UNUSABLE',
      `${message}: its certificate was never sent, since the relying party offers no signature algorithm that its key can use. The refusal proves nothing.`,
      'Use an identity with the kind of key that the control has.',
    );
  if (outcome.why === 'unverified')
    return unsure(
      'SERVED_CHAIN_UNTRUSTED',
      `${message}, but ${withheld} had been left out, since the served chain is not verified: the refusal proves nothing.`,
    );
  const decide = outcome.decide === null ? null : `Decide it in the registry: ${outcome.decide}.`;
  return unsure(WHY_CODE[outcome.why], decide === null ? `${message}.` : `${message}. ${decide}`, decide);
};

/** A control: must be accepted. Asked twice before it is called rejected. */
export const judgeControl = (trial: Trial, context: JudgeContext): CheckResult => {
  const { name } = context.endpoint;
  const result = (judgement: Judgement) => checkResult(trial.check, judgement, trial.attempts, [], context);
  const last = trial.attempts.at(-1);
  if (last === undefined) return result(notRun(trial));
  const ending = endingText(last.observation.ended);
  switch (last.outcome.kind) {
    case 'accepted':
      return result(
        spoiled(last, context, `${name} accepted ${trial.check.subject}`) ?? {
          verdict: 'pass',
          code: 'ACCEPTED',
          severity: 'none',
          message: `${name} accepted ${trial.check.subject} with ${ending}.`,
        },
      );
    case 'rejected':
      return result({
        verdict: 'fail',
        code: 'CONTROL_REJECTED',
        severity: 'critical',
        message: `${name} refused ${trial.check.subject}, which it must admit, with ${ending}.${neverSent(last)}`,
        advice: controlAdvice(last),
      });
    case 'indeterminate':
      return result(indeterminate(name, trial, last, last.outcome));
    default:
      return last.outcome satisfies never;
  }
};

/** RFC 8446 §6.2: a client is told so when it sent no certificate; ours was ready, so no signature algorithm fitted. */
const neverSent = ({ observation: { ended } }: Attempt): string =>
  ended.kind === 'alerted' && ended.number === 116
    ? ' The certificate was never sent: the relying party offers no signature algorithm that its key can use.'
    : '';

const ALERT_ADVICE: Readonly<Record<number, string>> = {
  42: 'Look at the relying party’s log: it finds fault with the certificate (dates, usage, or a clock that is wrong).',
  43: 'Issue the identity with the extended key usage clientAuth.',
  44: 'The relying party’s CRL lists the identity: issue a new one, or publish a correct CRL.',
  45: 'Renew the identity; if its dates are right, the relying party’s clock or its CRL (nextUpdate) is not.',
  46: 'Look at the relying party’s log: it does not say what is wrong with the certificate.',
  48: 'Add the identity’s issuing CA to the relying party’s trust store, or put the missing intermediate into the identity’s secret.',
  116: 'Use an identity whose key type the relying party takes (often ECDSA instead of RSA, or the other way round).',
};

const controlAdvice = ({ observation: { ended } }: Attempt): string | null => {
  if (ended.kind === 'alerted') return ALERT_ADVICE[ended.number] ?? null;
  if ('status' in ended)
    return `See whether a rule still admits the identity; if ${ended.status} is a normal answer, add it to accepts.status.`;
  return null;
};

/** What a refusal is judged beside. */
type Beside = Pick<Lane, 'control' | 'controls' | 'after' | 'down'>;

/** Everything that must be refused. A forbidden acceptance is a fail whatever the control did; a refusal counts only beside one. */
export const judgeRefusal = (trial: Trial, lane: Beside, context: JudgeContext): CheckResult => {
  const beside = [lane.after, lane.control ?? lane.controls[0]?.attempts.at(-1) ?? null].filter(
    (attempt) => attempt !== null,
  );
  const result = (judgement: Judgement) => checkResult(trial.check, judgement, trial.attempts, beside, context);
  const last = trial.attempts.at(-1);
  if (last === undefined)
    return result(
      lane.down === null
        ? notRun(trial)
        : unsure(
            'UNREACHABLE',
            `${context.endpoint.name} was not asked with ${presentedText(trial)}: ${endingText(lane.down.observation.ended)}.`,
          ),
    );
  const open = trial.attempts.find(({ outcome }) => outcome.kind === 'accepted');
  if (open !== undefined || last.outcome.kind === 'accepted') return result(forbidden(trial, context));
  if (last.outcome.kind === 'indeterminate')
    return result(indeterminate(context.endpoint.name, trial, last, last.outcome));
  return result(refusal(trial, last, last.outcome.by, lane, context));
};

const forbidden = (trial: Trial, { endpoint }: JudgeContext): Judgement => {
  const open = trial.attempts.filter(({ outcome }) => outcome.kind === 'accepted');
  const ending = open[0] === undefined ? 'an answer' : endingText(open[0].observation.ended);
  const share =
    open.length === trial.attempts.length
      ? ''
      : ` in ${open.length} of ${trial.attempts.length} connections: one of several backends is open`;
  const acceptance = scenarioNamed(trial.check.scenario).acceptance;
  return {
    verdict: 'fail',
    code: acceptedCode(trial.check.scenario),
    severity: 'critical',
    message:
      `${endpoint.name} answered ${ending} to ${presentedText(trial)}${share}. ${acceptance?.meaning ?? ''}`.trim(),
    advice: acceptance?.cure ?? null,
  };
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
  const how = `${name} refused ${presentedText(trial)} with ${endingText(last.observation.ended)}`;
  if (lane.control === null)
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but no identity in admits was accepted (${controlsText(lane)}): the refusal proves nothing.`,
    );
  if (NEEDS_BRACKET.includes(by) && lane.after?.outcome.kind !== 'accepted') {
    const ending = lane.after === null ? 'was not asked again' : `ended in ${endingText(lane.after.observation.ended)}`;
    return unsure(
      'CONTROL_NOT_ACCEPTED',
      `${how}, but the control ${ending} afterwards: the endpoint may have gone down in between.`,
    );
  }
  const spoilt =
    trial.check.scenario === 'plaintext'
      ? null
      : spoiled(last.observation.servedChain.length > 0 ? last : lane.control, context, how);
  return spoilt ?? { verdict: 'pass', code: BY_CODE[by], severity: 'none', message: `${how}.` };
};

const controlsText = ({ controls }: Beside): string =>
  controls
    .map(({ check, attempts }) => {
      const last = attempts.at(-1);
      return `${check.subject}: ${last === undefined ? 'not asked' : endingText(last.observation.ended)}`;
    })
    .join('; ');

/** A would-be pass of a server that we cannot tell from somebody else. */
const spoiled = (attempt: Attempt, { trustOf }: JudgeContext, what: string): Judgement | null => {
  const problem = trustOf(attempt.observation);
  return problem === null
    ? null
    : unsure(problem.code, `${what}, but ${problem.message}: we may be talking to somebody else.`);
};
