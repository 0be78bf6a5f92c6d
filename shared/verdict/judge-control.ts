/** valid-identity → verdict. No clock, no socket: everything it knows is in its arguments. */
import type { CheckResult } from '../model/report.ts';
import { indeterminate, notRun, spoiled } from './judgements.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Trial } from './trial.ts';
import { endingText } from './words.ts';

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
const neverSent = ({ observation: { ended, certificateRequested, certificateSent } }: Attempt): string =>
  (ended.kind === 'alerted' && ended.number === 116) || (certificateRequested === true && certificateSent === false)
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
