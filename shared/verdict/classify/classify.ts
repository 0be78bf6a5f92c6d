/** Observation → outcome: by the endpoint's own rules, with the control's answer as the yardstick (docs/adr/0005, docs/adr/0011). */
import type { Answer, Ended, HttpAnswer, Observation, Outcome } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import { recordOf } from '../../protocol/protocols.ts';
import {
  accepted,
  classifyAnswer,
  controlAnswer,
  indeterminate,
  isOneOf,
  isStatusOf,
  isTheControls,
  matches,
  redirectsToHttps,
  refusesBy,
  rejected,
  saidOtherwise,
} from './classify-answer.ts';

/** The outcome of a control: accepted as the registry’s `accepts` says. Never throws. */
export const classifyControl = (observation: Observation, endpoint: Endpoint): Outcome => {
  const { answer } = observation;
  const outcome =
    answer === null ? withoutDecision(classifyEnding(observation.ended, false)) : controlAnswer(answer, endpoint);
  return unlessOurs(unlessUnheard(unlessWithheld(outcome, observation), observation), observation, endpoint);
};

/** The control with its own session, which stands for the certificate: a server that resumes it asks for none. */
export const classifyReturning = (observation: Observation, endpoint: Endpoint): Outcome =>
  classifyControl(observation.resumed === true ? { ...observation, certificateSent: true } : observation, endpoint);

/** In this protocol a server may close because of the probe’s own words, and not because of the certificate (`closesFor`). */
const unlessOurs = (outcome: Outcome, { ended }: Observation, { protocol }: Endpoint): Outcome => {
  const { closesFor } = recordOf(protocol.kind);
  return outcome.kind === 'rejected' && closesFor !== null && ended.kind === 'closed' && ended.phase === 'request'
    ? indeterminate('ambiguous', closesFor)
    : outcome;
};

/** A request without its secret header may be refused for the missing header. Only a TLS alert and a refused name (421) come before that check. */
const unlessWithheld = (outcome: Outcome, { withheld, answer }: Observation): Outcome => {
  const misdirected = answer?.kind === 'http' && answer.status === MISDIRECTED;
  return outcome.kind === 'rejected' && outcome.by !== 'tls-alert' && withheld.length > 0 && !misdirected
    ? indeterminate('unverified')
    : outcome;
};
/** RFC 9110 §15.5.20: refused for its host name. */
const MISDIRECTED = 421;

/** A server that never received the certificate did not refuse it. */
const unlessUnheard = (outcome: Outcome, observation: Observation): Outcome => {
  const { presented, certificateSent, certificateRequested, ended, tls } = observation;
  if (outcome.kind !== 'rejected') return outcome;
  if (beforeKeys(observation)) return indeterminate('ambiguous', ofVersion(ended));
  // RFC 8446 §6.2, certificate_required: the client sent none. OpenSSL left the certificate out for want of a signature algorithm.
  const missed = ended.kind === 'alerted' && ended.number === 116 && certificateSent !== true;
  if (presented === null || (certificateSent !== false && !missed)) return outcome;
  // Node offers no post-handshake authentication: a server that asks for certificates by path never gets one under TLS 1.3.
  const later = certificateRequested === false && tls === '1.3' && 'status' in ended;
  return indeterminate(later ? 'post-handshake' : 'not-sent');
};

/** Whether the TLS alert came before any client certificate could be sent: the server then objects to something else. */
const beforeKeys = ({ ended, tls, resumed }: Observation): boolean =>
  ended.kind === 'alerted' &&
  ended.phase === 'handshake' &&
  // In TLS 1.3 the server judges the client after the client’s handshake is over (RFC 8446 §4.4.2.4); in 1.2 before.
  (tls === null || tls === '1.3') &&
  (resumed === undefined || ended.number === PROTOCOL_VERSION);
const PROTOCOL_VERSION = 70;
const ofVersion = (ended: Ended): string | null =>
  ended.kind === 'alerted' && ended.number === PROTOCOL_VERSION
    ? 'tlsVersions (leave out the version that it does not speak; a server that speaks TLS 1.1 or older alone cannot be probed)'
    : null;

/** `rejects.silence` does not apply to a control: the advice to set it goes. */
const withoutDecision = (outcome: Outcome): Outcome =>
  outcome.kind === 'indeterminate' && outcome.why === 'timed-out' ? { ...outcome, decide: null } : outcome;

/** The outcome of a client that must be refused. `control`: the answer of an accepted control, or null. Never throws. */
export const classifyProbe = (observation: Observation, endpoint: Endpoint, control: Answer | null): Outcome => {
  const { answer, ended } = observation;
  const outcome =
    answer === null ? classifyEnding(ended, endpoint.rejects.silence) : classifyAnswer(answer, endpoint, control);
  return unlessWithheld(unlessUnheard(outcome, observation), observation);
};

/**
 * The outcome under another SNI. Any answer that differs from the control's is a refusal, but for another 2xx, which may be the control's content in
 * other words. A server that knows no such name may send a TLS alert before any key is derived, or close without a byte, as Envoy does: that is a
 * refusal too, since the check is about the name.
 */
export const classifySni = (observation: Observation, endpoint: Endpoint, control: Answer | null): Outcome =>
  observation.ended.kind === 'closed' && observation.ended.phase === 'connect'
    ? rejected('close')
    : unlessWithheld(
        classifyElsewhere(observation, endpoint, control, () => rejected('http-status')),
        observation,
      );

/** The outcome at another address: refused as the endpoint refuses, or with a status that shows that nothing is served there (404, 421, 426). */
export const classifyBypass = (observation: Observation, endpoint: Endpoint, control: Answer | null): Outcome =>
  unlessWithheld(
    classifyElsewhere(observation, endpoint, control, (answer) => {
      const { status } = answer;
      if (isOneOf(status, [404, 421, 426]) || refusesBy(answer, endpoint) || redirectsToHttps(answer))
        return rejected('http-status');
      return indeterminate('ambiguous', `rejects.status (add ${status} if that is how it refuses)`);
    }),
    observation,
  );

const classifyElsewhere = (
  { answer, ended }: Observation,
  endpoint: Endpoint,
  control: Answer | null,
  other: (answer: HttpAnswer) => Outcome,
): Outcome => {
  if (answer === null) return classifyEnding(ended, endpoint.rejects.silence);
  if (matches(endpoint.rejects.body, answer.body)) return rejected('body');
  const otherwise = saidOtherwise(answer, control);
  if (otherwise !== null) return otherwise;
  if (isTheControls(answer, endpoint, control) || matches(endpoint.accepts.body, answer.body)) return accepted;
  if (answer.kind !== 'http' || isOneOf(answer.status, [408, 429])) return classifyAnswer(answer, endpoint, control);
  const maybe = (answer.status >= 200 && answer.status < 300) || isStatusOf(answer, control);
  return maybe
    ? indeterminate('ambiguous', 'accepts.body (a pattern of what only the endpoint itself answers)')
    : other(answer);
};

/** Connections without an answer. */
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
      return isStreamClosed(ended) ? rejected('close') : indeterminate('ambiguous', notSpoken(ended));
    case 'not-tls':
      return indeterminate('not-tls');
    case 'incompatible':
      return indeterminate('incompatible');
    case 'address-refused':
      return indeterminate('address-refused');
    case 'unusable':
      return indeterminate('unusable');
    case 'unread':
      return indeterminate('unread');
    case 'unverified':
      return indeterminate('unverified');
    default:
      return ended satisfies never;
  }
};

/** RFC 9113 §5.4.2: how a server closes one stream. Codes of overload and of its own faults are no refusal. */
const isStreamClosed = (ended: Extract<Ended, { kind: 'answered' }>): boolean =>
  'detail' in ended && /^RST_STREAM (NO_ERROR|PROTOCOL_ERROR|STREAM_CLOSED|CANCEL)$/.test(ended.detail);

/** The registry field to change where HTTP/2 was offered and the server chose another protocol; null otherwise. */
const notSpoken = (ended: Extract<Ended, { kind: 'answered' }>): string | null =>
  'detail' in ended && ended.detail === 'ALPN chose no h2' ? 'http.version: 1, if it speaks HTTP/1.1 only' : null;
