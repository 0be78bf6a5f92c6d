/** Observation → outcome: by the endpoint's own rules, with the control's answer as the yardstick (DESIGN rule 5). */
import { compilePattern } from '../model/pattern.ts';
import type { Answer, Ended, IndeterminateReason, Observation, Outcome } from '../model/probe.ts';
import type { Endpoint, StatusRange } from '../model/registry.ts';

const accepted: Outcome = { kind: 'accepted' };
const rejected = (by: Extract<Outcome, { kind: 'rejected' }>['by']): Outcome => ({ kind: 'rejected', by });
const indeterminate = (why: IndeterminateReason, decide: string | null = null): Outcome => ({
  kind: 'indeterminate',
  why,
  decide,
});

const within = (status: number, ranges: readonly StatusRange[]): boolean =>
  ranges.some(({ from, to }) => status >= from && status <= to);
const matches = (pattern: string | null, text: string): boolean =>
  pattern !== null && compilePattern(pattern).matches(text);

/** The control: must be accepted as the registry words it. */
export const classifyControl = (observation: Observation, endpoint: Endpoint): Outcome =>
  unlessWithheld(controlOutcome(observation, endpoint), observation);

/** Without its secret header a request may be refused for that alone; only TLS alerts come before it. */
const unlessWithheld = (outcome: Outcome, { withheld }: Observation): Outcome =>
  outcome.kind === 'rejected' && outcome.by !== 'tls-alert' && withheld.length > 0
    ? indeterminate('unverified')
    : outcome;

/** What `rejects` says decides nothing about who must be accepted. */
const withoutDecision = (outcome: Outcome): Outcome =>
  outcome.kind === 'indeterminate' ? { ...outcome, decide: null } : outcome;

const controlOutcome = (observation: Observation, endpoint: Endpoint): Outcome => {
  const { answer } = observation;
  if (answer === null) return withoutDecision(classifyEnding(observation.ended, false));
  // An answer that carries the pattern is a refusal, whatever its status.
  if (matches(endpoint.rejects.body, answer.body)) return rejected('body');
  const wanted = endpoint.accepts.body;
  if (within(answer.status, endpoint.accepts.status) && (wanted === null || matches(wanted, answer.body)))
    return accepted;
  if (within(answer.status, endpoint.rejects.status)) return rejected('http-status');
  return indeterminate('ambiguous', `accepts.status or accepts.body (the control got ${answer.status})`);
};

/** Everything but the control. `control` is the answer of one that was accepted, or null. */
export const classifyProbe = (observation: Observation, endpoint: Endpoint, control: Answer | null): Outcome => {
  const { answer, ended, presented, certificateSent } = observation;
  const outcome =
    answer === null ? classifyEnding(ended, endpoint.rejects.silence) : classifyAnswer(answer, endpoint, control);
  if (outcome.kind !== 'rejected') return outcome;
  // Before keys are derived no client has presented anything: whatever the server objects to, it is not the certificate.
  if (ended.kind === 'alerted' && ended.phase === 'handshake' && observation.tls === null)
    return indeterminate('ambiguous');
  // RFC 8446 §6.2, certificate_required: for a client that sent none. One that was to be presented was left out for want of a signature algorithm.
  const missed = ended.kind === 'alerted' && ended.number === 116 && presented !== null;
  if (missed || certificateSent === false) return indeterminate('not-sent');
  return unlessWithheld(outcome, observation);
};

/** Plaintext: the refusals that only it has, then as any other. */
export const classifyPlaintext = (observation: Observation, endpoint: Endpoint, control: Answer | null): Outcome => {
  const { ended, answer } = observation;
  if (ended.kind === 'closed' && ended.phase !== 'answer') return rejected('close');
  if (ended.kind === 'timed-out' && ended.phase !== 'answer') return rejected('silence');
  // What the control got too is no refusal by itself.
  const refuses = (status: number) => [400, 421, 426].includes(status) && status !== control?.status;
  if (answer !== null && (refuses(answer.status) || redirectsToHttps(answer))) return rejected('http-status');
  return classifyProbe(observation, endpoint, control);
};

const redirectsToHttps = ({ status, location }: Answer): boolean =>
  status >= 300 && status < 400 && /^https:/i.test(location ?? '');

const classifyAnswer = (answer: Answer, endpoint: Endpoint, control: Answer | null): Outcome => {
  const { status } = answer;
  if (matches(endpoint.rejects.body, answer.body)) return rejected('body');
  if (control !== null && isSameAnswer(answer, control)) return accepted;
  if (status >= 500 || status === 408 || status === 429)
    return indeterminate('ambiguous', 'rejects.status or rejects.body, if that is how it refuses');
  if (within(status, endpoint.rejects.status)) {
    return control?.status === status
      ? indeterminate('ambiguous', `rejects.body or accepts.body (the control got ${status} too)`)
      : rejected('http-status');
  }
  if (status >= 200 && status < 300) return accepted;
  return indeterminate('ambiguous', `rejects.status (add ${status} if that is how it refuses)`);
};

/** What changes from one answer to the next of the same kind: numbers, dates, request ids. */
const withoutNumbers = (text: string): string => text.replace(/\b[0-9a-f]{8,}\b|[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '');

export const isSameAnswer = (one: Answer, other: Answer): boolean =>
  one.status === other.status &&
  withoutNumbers(one.location ?? '') === withoutNumbers(other.location ?? '') &&
  withoutNumbers(one.body) === withoutNumbers(other.body);

/** Connections without an HTTP answer. */
const classifyEnding = (ended: Ended, silenceRefuses: boolean): Outcome => {
  switch (ended.kind) {
    case 'alerted':
      return rejected('tls-alert');
    case 'closed':
      // Before its first handshake byte a server has judged nothing; half an answer may be an acceptance.
      if (ended.phase === 'connect') return indeterminate('unreachable');
      return ended.phase === 'answer' ? indeterminate('ambiguous') : rejected('close');
    case 'timed-out':
      return silenceRefuses && (ended.phase === 'handshake' || ended.phase === 'request')
        ? rejected('silence')
        : indeterminate('timed-out', 'rejects.silence: true, if it drops what it refuses');
    case 'unreachable':
      return indeterminate('unreachable');
    case 'answered':
      return indeterminate('ambiguous');
    case 'not-tls':
      return indeterminate('not-tls');
    case 'unusable':
      return indeterminate('unusable');
    case 'unverified':
      return indeterminate('unverified');
    default:
      return ended satisfies never;
  }
};
