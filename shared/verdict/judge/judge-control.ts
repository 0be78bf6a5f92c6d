/** valid-identity → verdict. No clock, no socket: everything it knows is in its arguments. */
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import { endingOf } from '../explain/words.ts';
import { indeterminate, notRun, spoiled, unfinished } from './judgements.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Trial } from './trial.ts';

/** A control: must be accepted. Asked twice before it is called rejected. */
export const judgeControl = (trial: Trial, context: JudgeContext): CheckResult => {
  const { name } = context.endpoint;
  const result = ({ message, ...judgement }: Judgement) =>
    checkResult(
      trial.check,
      {
        ...judgement,
        message: [message, strangerTo(trial, context), context.note].filter((each) => each !== null).join(' '),
      },
      trial.attempts,
      [],
      context,
    );
  const last = trial.attempts.at(-1);
  if (last === undefined) return result(notRun(trial));
  const ending = endingOf(last.observation);
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
      if (trial.cut !== undefined)
        return result(unfinished(trial.cut, `${name} refused ${trial.check.subject} with ${ending}`));
      return result({
        verdict: 'fail',
        code: 'CONTROL_REJECTED',
        severity: 'critical',
        message: `${name} refused ${trial.check.subject}, which it must admit, with ${ending}.`,
        advice: controlAdvice(last, context.endpoint),
      });
    case 'indeterminate':
      return result(blinding(indeterminate(trial, last, last.outcome, context), context));
    default:
      return last.outcome satisfies never;
  }
};

/** The endpoint's only control cannot be presented: nothing is known of the endpoint until the monitor can read and use its own identity. */
const blinding = (judgement: Judgement, { endpoint }: JudgeContext): Judgement =>
  (judgement.code === 'IDENTITY_UNUSABLE' || judgement.code === 'IDENTITY_NOT_READ') && endpoint.admits.length === 1
    ? { ...judgement, severity: 'critical' }
    : judgement;

const SHOWN = 3;

/** A sentence where the relying party names acceptable CAs and none of them issued a certificate of the control; else null. */
const strangerTo = ({ attempts }: Trial, { endpoint, acceptableCasOf }: JudgeContext): string | null => {
  const last = attempts.at(-1)?.observation;
  const identity = last?.presented ?? null;
  const named = last === undefined || identity === null ? null : (acceptableCasOf?.(last, identity) ?? null);
  if (named === null || named.includesControlIssuer !== false) return null;
  const [shown, more] = [named.names.slice(0, SHOWN), named.total - SHOWN];
  return `${endpoint.name} names ${named.total} acceptable CA${named.total === 1 ? '' : 's'}, and no issuer in the certificates of ${identity} is among them (${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}).`;
};

const ALERT_ADVICE: Readonly<Record<number, string>> = {
  42: 'Look at the relying party’s log: it finds fault with the certificate (dates, usage, or a clock that is wrong).',
  43: 'Issue the identity with the extended key usage clientAuth.',
  44: 'The relying party’s CRL lists the identity: issue a new one, or publish a correct CRL.',
  45: 'Renew the identity; if its dates are right, the relying party’s clock or its CRL (nextUpdate) is not.',
  46: 'Look at the relying party’s log: it does not say what is wrong with the certificate.',
  48: 'Add the identity’s issuing CA to the relying party’s trust store, or put the missing intermediate into the identity’s secret. If it checks revocation, see too that it has a CRL, in date, for every CA of the path, each where its documentation wants it (one CRL a file in some): OpenSSL and rustls say unknown_ca for one that is missing.',
};

/** nginx's page for a certificate that it could not verify, whatever the reason. */
const UNVERIFIED_PAGE = /SSL certificate error/;

const isHttp1 = ({ protocol }: Endpoint): boolean => protocol.kind === 'http' && protocol.version === 1;

const controlAdvice = ({ observation: { ended, answer } }: Attempt, endpoint: Endpoint): string | null => {
  if (ended.kind === 'alerted') return ALERT_ADVICE[ended.number] ?? null;
  if (answer !== null && UNVERIFIED_PAGE.test(answer.body))
    return 'The relying party could not verify it: see whether its trust store holds the issuing CA, and whether its CRL is in date and covers every CA of the path (with an expired one it refuses every client); its error log says which.';
  if (isHttp1(endpoint) && answer === null && ended.kind === 'closed' && ended.phase === 'request')
    return 'If the server speaks HTTP/2 only (gRPC servers do), it closes on HTTP/1.1 whatever certificate comes: set `http.version: 2`, or use a grpcs:// URL. Else compare the CA in its trust store with the identity’s issuer, and publish a fresh CRL.';
  if (answer?.kind === 'http')
    return `See whether a rule still admits the identity. If it wants a token besides the certificate, send one (http.headers: { authorization: { secret: NAME } }). Only if it answers ${answer.status} to every client that it admits, add it to accepts.status.`;
  return null;
};
