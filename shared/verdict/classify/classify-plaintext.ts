/** Observation → outcome of a client without TLS. */
import type { Answer, HttpAnswer, Observation, Outcome, ProtocolAnswer } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import { classifyProbe } from './classify.ts';
import { isStatusOf, matches, redirectsToHttps, rejected } from './classify-answer.ts';
import { isSameAnswer } from './same-answer.ts';

/** How OpenSSL writes an error of its TLS: vsftpd sends it in clear to a client that began without TLS. */
const TLS_ERROR = /\berror:[0-9A-F]{8}:SSL routines:/;

/** Never what the registry or the protocol's own standard takes for an acceptance. */
const isTlsError = ({ meaning, body }: ProtocolAnswer, { accepts }: Endpoint): boolean =>
  meaning !== 'serves' && !matches(accepts.body, body) && TLS_ERROR.test(body);

/**
 * The outcome without TLS. Some refusals exist in plaintext only: a close, silence, 400, 421, 426, a redirect to https, an error text of a TLS library.
 * Any other ending is classified as with TLS.
 */
export const classifyPlaintext = (observation: Observation, endpoint: Endpoint, control: Answer | null): Outcome => {
  const { ended, answer } = observation;
  if (ended.kind === 'closed' && ended.phase !== 'answer') return rejected('close');
  if (ended.kind === 'timed-out' && ended.phase !== 'answer') return rejected('silence');
  // A status that the control got too is no refusal by itself.
  const refuses = ({ status }: HttpAnswer) => [400, 421, 426].includes(status) && !isStatusOf({ status }, control);
  const isOwn = answer !== null && control !== null && isSameAnswer(answer, control);
  if (
    answer?.kind === 'http' &&
    !isOwn &&
    (refuses(answer) || (redirectsToHttps(answer) && !isStatusOf(answer, control)))
  )
    return rejected('http-status');
  if (answer?.kind === 'protocol' && !isOwn && isTlsError(answer, endpoint)) return rejected('protocol');
  return classifyProbe(observation, endpoint, control);
};
