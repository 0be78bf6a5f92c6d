/** A server of HTTP/2 alone (grpcio, grpc-go) closes on a request in HTTP/1.1, whatever certificate comes: the control is then asked in HTTP/2 too. */
import type { Check } from '../../model/check.ts';
import { indeterminate } from '../../verdict/classify/classify-answer.ts';
import type { Attempt } from '../../verdict/judge/trial.ts';
import type { Prober } from './types.ts';

/** Whether it was closed after the handshake, without an answer, on a request in HTTP/1.1. */
const isClosedOn = ({ observation: { ended, answer } }: Attempt, { endpoint: { protocol } }: Prober): boolean =>
  protocol.kind === 'http' &&
  protocol.version === 1 &&
  answer === null &&
  ended.kind === 'closed' &&
  ended.phase === 'request';

/** Whether it chose `h2` and answered in it. A stream or a connection that is closed on the client is a refusal in HTTP/2 as it is in HTTP/1.1. */
const answersIn = ({ observation: { ended }, outcome }: Attempt): boolean =>
  ended.kind === 'answered' &&
  !('detail' in ended && ended.detail === 'ALPN chose no h2') &&
  !(outcome.kind === 'rejected' && outcome.by === 'close');

/** The control's attempt in HTTP/2 where that shows why it was closed on in HTTP/1.1; null otherwise. Makes no connection unless `last` was closed. */
export const askInHttp2 = async (check: Check, last: Attempt, prober: Prober): Promise<Attempt | null> => {
  if (last.outcome.kind !== 'rejected' || !isClosedOn(last, prober)) return null;
  const attempt = await prober.attempt(check, { priorKnowledge: true });
  return attempt !== null && answersIn(attempt) ? { ...attempt, outcome: indeterminate('http2-only') } : null;
};
