/** Judgements that checks of every scenario share. */
import type { Code } from '../../model/names.ts';
import type { IndeterminateReason, Outcome } from '../../model/probe.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { cureOf } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import type { Judgement } from './result.ts';
import type { Attempt, JudgeContext, Trial } from './trial.ts';

const WHY_CODE: Readonly<Record<IndeterminateReason, Code>> = {
  'not-sent': 'IDENTITY_UNUSABLE',
  'post-handshake': 'IDENTITY_UNUSABLE',
  limited: 'AMBIGUOUS_ANSWER',
  failing: 'APPLICATION_FAILS',
  unreachable: 'UNREACHABLE',
  'address-refused': 'ADDRESS_REFUSED',
  'timed-out': 'TIMED_OUT',
  'not-tls': 'NOT_TLS',
  ambiguous: 'AMBIGUOUS_ANSWER',
  unusable: 'IDENTITY_UNUSABLE',
  unverified: 'SERVED_CHAIN_UNTRUSTED',
};

export const unsure = (code: Code, message: string, advice: string | null = null): Judgement => ({
  verdict: 'inconclusive',
  code,
  severity: 'warning',
  message,
  advice,
});

/** Names what a check presents, as a part of a sentence. */
export const presentedText = ({ check, aside }: Trial): string => {
  if (aside?.kind === 'resumption')
    return `a session that ${aside.by ?? 'a client without a certificate'} earned at ${aside.at}`;
  if (aside?.kind === 'resumed-identity') return 'the control’s own session';
  const to = scenarioNamed(check.scenario).acceptance?.to ?? 'its identity';
  if (check.presented?.kind === 'minted' && check.subject !== null) return `${to} (${check.subject} signed it)`;
  return check.subject === null ? to : `${check.subject}${familyOf(check.scenario) === 'control' ? '' : ` (${to})`}`;
};

export const notRun = (trial: Trial): Judgement =>
  unsure('NOT_RUN', `${trial.check.endpoint ?? trial.check.subject} was not asked: the run had no time left.`);

export const indeterminate = (
  name: string,
  trial: Trial,
  attempt: Attempt,
  outcome: Extract<Outcome, { kind: 'indeterminate' }>,
): Judgement => {
  const message = `${name}, asked with ${presentedText(trial)}, ended in ${endingOf(attempt.observation)}`;
  const withheld = attempt.observation.withheld.join(', ');
  if (outcome.why === 'not-sent')
    return unsure(
      'IDENTITY_UNUSABLE',
      `${message}: its certificate was never sent, since the relying party ${attempt.observation.certificateRequested === false ? 'did not ask for one' : 'offers no signature algorithm that its key can use'}. The refusal proves nothing.`,
      attempt.observation.certificateRequested === false
        ? 'Turn client authentication on for this listener and server name; where it is asked for by path only, set `tlsVersions: ["1.2"]`.'
        : 'Use an identity with a kind of key that the relying party takes (often ECDSA in place of RSA, or the other way round).',
    );
  if (outcome.why === 'post-handshake')
    return unsure(
      'IDENTITY_UNUSABLE',
      `${message}: its certificate was never sent, since the handshake did not ask for one. A relying party that asks later, for this path only (TLS 1.3 post-handshake authentication), cannot be tested over TLS 1.3. The refusal proves nothing.`,
      'Set `tlsVersions: ["1.2"]`, where such a relying party asks by renegotiation, or require the certificate in the handshake.',
    );
  const { withheldFor } = attempt.observation;
  if (outcome.why === 'unverified' && withheldFor !== undefined)
    return unsure(
      'IDENTITY_UNUSABLE',
      `${message}, but ${withheldFor}: the refusal proves nothing.`,
      'Put the header’s value where the registry says (http.headers).',
    );
  if (outcome.why === 'unverified')
    // A detour may meet another certificate by design: the trust bundle is not at fault.
    return unsure(
      trial.check.detour !== null && scenarioNamed(trial.check.scenario).mayMeetAnotherCertificate
        ? 'AMBIGUOUS_ANSWER'
        : 'SERVED_CHAIN_UNTRUSTED',
      `${message}, but ${withheld} had been left out, since the served chain is not verified: the refusal proves nothing.`,
    );
  if (outcome.why === 'failing')
    return unsure(
      'APPLICATION_FAILS',
      `${message}: the application behind the TLS endpoint fails. As far as can be told, neither TLS nor the identity is the reason.`,
      cureOf('APPLICATION_FAILS'),
    );
  const decide = outcome.decide === null ? null : `Decide it in the registry: ${outcome.decide}.`;
  return unsure(WHY_CODE[outcome.why], decide === null ? `${message}.` : `${message}. ${decide}`, decide);
};

/** Inconclusive where the served chain is not trusted, so that the server may not be the endpoint; null where it is. `what` begins the sentence. */
export const spoiled = (attempt: Attempt, { trustOf }: JudgeContext, what: string): Judgement | null => {
  const problem = trustOf(attempt.observation);
  return problem === null
    ? null
    : unsure(problem.code, `${what}, but ${problem.message}: we may be talking to somebody else.`);
};
