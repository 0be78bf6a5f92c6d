/** Judgements that checks of every scenario share. */
import type { Code } from '../../model/names.ts';
import type { IndeterminateReason, Observation, Outcome } from '../../model/probe.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { cureOf } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import { HTTP2_ONLY, neverJudged, speaksOtherVersion } from './never-judged.ts';
import type { Judgement } from './result.ts';
import type { Attempt, Cut, JudgeContext, Trial } from './trial.ts';
import { partingText } from './unlike-control.ts';

const WHY_CODE: Readonly<Record<IndeterminateReason, Code>> = {
  'not-sent': 'IDENTITY_UNUSABLE',
  'post-handshake': 'IDENTITY_UNUSABLE',
  'http2-only': 'AMBIGUOUS_ANSWER',
  limited: 'AMBIGUOUS_ANSWER',
  failing: 'APPLICATION_FAILS',
  unreachable: 'UNREACHABLE',
  'address-refused': 'ADDRESS_REFUSED',
  'timed-out': 'TIMED_OUT',
  'not-tls': 'NOT_TLS',
  incompatible: 'TLS_INCOMPATIBLE',
  ambiguous: 'AMBIGUOUS_ANSWER',
  unusable: 'IDENTITY_UNUSABLE',
  unread: 'IDENTITY_NOT_READ',
  unverified: 'SERVED_CHAIN_UNTRUSTED',
};

/** An inconclusive judgement, severity `warning`. `advice` defaults to null: the code’s first cure is printed. */
export const unsure = (code: Code, message: string, advice: string | null = null): Judgement => ({
  verdict: 'inconclusive',
  code,
  severity: 'warning',
  message,
  advice,
});

/** The client of a check, as a noun phrase that follows "refused" or "asked with". */
export const presentedText = ({ check, aside }: Trial): string => {
  if (aside?.kind === 'resumption')
    return `a session that ${aside.by ?? 'a client without a certificate'} earned at ${aside.at}`;
  if (aside?.kind === 'resumed-identity') return 'the control’s own session';
  const to = scenarioNamed(check.scenario).acceptance?.to ?? 'its identity';
  if (check.presented?.kind === 'minted' && check.subject !== null) return `${to} (${check.subject} signed it)`;
  return check.subject === null ? to : `${check.subject}${familyOf(check.scenario) === 'control' ? '' : ` (${to})`}`;
};

/** Why an attempt was not made, as a clause, and the code of a check that is undecided for it. */
const CUT: Readonly<Record<Cut, { readonly code: Code; readonly why: string }>> = {
  run: { code: 'NOT_RUN', why: 'the run had no time left, or was interrupted' },
  sweep: { code: 'TIMED_OUT', why: 'it answered so slowly that the time of its sweep was spent' },
  silence: {
    code: 'TIMED_OUT',
    why: 'it answered no control, and the same client without such headers got no answer either',
  },
};

/** Inconclusive: there was no time for the first attempt. */
export const notRun = ({ check, cut = 'run' }: Trial): Judgement =>
  unsure(CUT[cut].code, `${check.endpoint ?? check.subject} was not asked: ${CUT[cut].why}.`);

/** Inconclusive: there was no time for a further attempt, without which the others prove nothing. `what`: a sentence without its full stop. */
export const unfinished = (cut: Cut, what: string): Judgement =>
  unsure(CUT[cut].code, `${what}. It was to be asked again, since one connection may mislead, but ${CUT[cut].why}.`);

type Indeterminate = Extract<Outcome, { kind: 'indeterminate' }>;

/** Inconclusive, with the code of the outcome’s reason. `control`: the accepted control, whose answer the message compares; default null. */
export const indeterminate = (
  trial: Trial,
  attempt: Attempt,
  outcome: Indeterminate,
  context: JudgeContext,
  control: Attempt | null = null,
): Judgement => {
  const { observation } = attempt;
  const unlike =
    outcome.why === 'ambiguous' ? partingText(observation.answer, control?.observation.answer ?? null) : '';
  const message = `${context.endpoint.name}, asked with ${presentedText(trial)}, ended in ${endingOf(observation)}${unlike}`;
  const { why } = outcome;
  if (why === 'not-sent' || why === 'post-handshake') return neverSent(message, why, observation);
  if (why === 'http2-only') return http2Only(context.endpoint.name, trial, observation);
  if (why === 'unverified') return unverified(message, trial, observation);
  if (why === 'failing')
    return unsure(
      'APPLICATION_FAILS',
      `${message}: the application behind the TLS endpoint fails. As far as the answer shows, neither TLS nor the identity is the reason.`,
      cureOf('APPLICATION_FAILS'),
    );
  const code = speaksOtherVersion(trial.check, observation, context) ? 'AMBIGUOUS_ANSWER' : WHY_CODE[why];
  const known = neverJudged(trial.check, observation, context, outcome.decide);
  if (known !== null)
    return unsure(code, known.fact === null ? `${message}.` : `${message}. ${known.fact}`, known.cure);
  const decide = outcome.decide === null ? null : `Decide it in the registry: ${outcome.decide}.`;
  return unsure(code, decide === null ? `${message}.` : `${message}. ${decide}`, decide);
};

const http2Only = (name: string, trial: Trial, observation: Observation): Judgement =>
  unsure(
    'AMBIGUOUS_ANSWER',
    `${name} closed on ${presentedText(trial)} in HTTP/1.1, and answered it in HTTP/2 with ${endingOf(observation)}: it speaks HTTP/2 only. The close says nothing of the certificate.`,
    HTTP2_ONLY,
  );

const neverSent = (message: string, why: 'not-sent' | 'post-handshake', observation: Observation): Judgement => {
  if (why === 'post-handshake')
    return unsure(
      'IDENTITY_UNUSABLE',
      `${message}: its certificate was never sent, since the handshake did not ask for one. A relying party that asks later, for this path only (TLS 1.3 post-handshake authentication), cannot be tested over TLS 1.3. The refusal proves nothing.`,
      'Set `tlsVersions: ["1.2"]`, where such a relying party asks by renegotiation, or require the certificate in the handshake.',
    );
  const { reason, cure } = leftOut(observation);
  return unsure(
    'IDENTITY_UNUSABLE',
    `${message}: its certificate was never sent, since the relying party ${reason}. The refusal proves nothing.`,
    cure,
  );
};

const unverified = (message: string, { check }: Trial, { withheldFor, withheld }: Observation): Judgement =>
  withheldFor === undefined
    ? // A detour may meet another certificate by design: the trust bundle is not at fault.
      unsure(
        check.detour !== null && scenarioNamed(check.scenario).mayMeetAnotherCertificate
          ? 'AMBIGUOUS_ANSWER'
          : 'SERVED_CHAIN_UNTRUSTED',
        `${message}, but ${withheld.join(', ')} had been left out, since the served chain is not verified: the refusal proves nothing.`,
      )
    : unsure(
        withheldFor.transient ? 'IDENTITY_NOT_READ' : 'IDENTITY_UNUSABLE',
        `${message}, but ${withheldFor.reason}: the refusal proves nothing.`,
        withheldFor.transient ? null : 'Put the header’s value where the registry says (http.headers).',
      );

/** Why a certificate that was to be presented was not, in words that follow "the relying party". */
export const leftOut = ({
  certificateRequested,
  presentedKey = '',
}: Observation): { readonly reason: string; readonly cure: string } => {
  if (certificateRequested === false)
    return {
      reason: 'did not ask for one',
      cure: 'Turn client authentication on for this listener and server name; where it is asked for by path only, set `tlsVersions: ["1.2"]`.',
    };
  return presentedKey.startsWith('ml-dsa')
    ? {
        reason: `offers no signature algorithm for ML-DSA, and its key is of kind ${presentedKey}`,
        cure: 'Run the relying party on a TLS library that takes ML-DSA (OpenSSL 3.5 does; OpenSSL 3.0, Go 1.26 and Envoy 1.40 do not), or use an identity with an ECDSA or RSA key there.',
      }
    : {
        reason: 'offers no signature algorithm that its key can use',
        cure: 'Use an identity with a kind of key that the relying party takes (often ECDSA in place of RSA, or the other way round).',
      };
};

/** Inconclusive where the served chain is not trusted: the server may not be the endpoint. Null where it is trusted. `what` begins the sentence. */
export const spoiled = (attempt: Attempt, { trustOf }: JudgeContext, what: string): Judgement | null => {
  const problem = trustOf(attempt.observation);
  return problem === null
    ? null
    : unsure(problem.code, `${what}, but ${problem.message}: the monitor may be connected to another server.`);
};
