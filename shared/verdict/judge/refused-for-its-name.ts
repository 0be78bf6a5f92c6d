/**
 * An identity with a fault was refused: for the fault, or because its name differs from the control's? In the second case the refusal proves
 * nothing of the fault. docs/adr/0029
 */
import type { Fault } from '../../model/names.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { isSameAnswer } from '../classify/same-answer.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

/** bad_certificate, unsupported_certificate, certificate_revoked, certificate_expired: dates and usages are checked before names. */
const BEFORE_NAMES: readonly number[] = [42, 43, 44, 45];
/** These TLS alerts say that the certificate was refused for its fault. */
const OWN_ALERTS: Readonly<Record<Fault, readonly number[]>> = {
  expired: BEFORE_NAMES,
  'not-yet-valid': BEFORE_NAMES,
  'wrong-usage': BEFORE_NAMES,
  // Revocation is checked last, if at all. 42 is also the alert where a check of the name fails (Go's VerifyPeerCertificate).
  revoked: [44],
};

/**
 * False where the server refused the certificate for its fault: the TLS alert says so; a sound identity of another name gets another refusal; or, if no
 * such identity was attempted, an unverifiable certificate gets the same refusal. `last` is the refused attempt of `trial`.
 */
export const maybeForItsName = (
  { check }: Trial,
  last: Attempt,
  { others }: Pick<Lane, 'others'>,
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
