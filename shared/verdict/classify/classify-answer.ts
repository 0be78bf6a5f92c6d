/** An answer → outcome. HTTP is read by the endpoint's own lists; the record of every other protocol gives the meaning of its answers. */
import { compilePattern } from '../../model/pattern.ts';
import type { Answer, HttpAnswer, IndeterminateReason, Outcome, ProtocolAnswer } from '../../model/probe.ts';
import type { Endpoint, StatusRange } from '../../model/registry.ts';
import { leadIn } from '../../protocol/unknown-words.ts';
import { isSameAnswer } from './same-answer.ts';

export const accepted: Outcome = { kind: 'accepted' };
export const rejected = (by: Extract<Outcome, { kind: 'rejected' }>['by']): Outcome => ({ kind: 'rejected', by });
export const indeterminate = (why: IndeterminateReason, decide: string | null = null): Outcome => ({
  kind: 'indeterminate',
  why,
  decide,
});

export const isOneOf = (status: number, statuses: readonly number[]): boolean => statuses.includes(status);
const within = (status: number, ranges: readonly StatusRange[]): boolean =>
  ranges.some(({ from, to }) => status >= from && status <= to);
/** By the endpoint’s own list. */
export const refusesBy = ({ status }: HttpAnswer, { rejects }: Endpoint): boolean => within(status, rejects.status);
export const matches = (pattern: string | null, text: string): boolean =>
  pattern !== null && compilePattern(pattern).matches(text);

const PACE = 'limits.perSecond, or limits.perAddress: 1, so that its limit is not reached';

/** HTTP 5xx (RFC 9110 §15.6), of a gRPC server's proxy too, and what other protocols say of overload and faults. */
export const isFailure = (answer: Answer, { protocol }: Endpoint): boolean =>
  answer.kind === 'http'
    ? answer.status >= 500 && (protocol.kind === 'http' || protocol.kind === 'grpc')
    : answer.meaning === 'fails';

/**
 * The outcome of a control. An application that fails has judged no client, even if `accepts` names its status: otherwise an outage would pass for
 * health. Else an answer that carries `rejects.body` is a refusal, whatever its status.
 */
export const controlAnswer = (answer: Answer, endpoint: Endpoint): Outcome => {
  if (isFailure(answer, endpoint)) return indeterminate('failing');
  if (matches(endpoint.rejects.body, answer.body)) return rejected('body');
  return answer.kind === 'http' ? controlHttp(answer, endpoint) : controlProtocol(answer, endpoint);
};

const controlHttp = (answer: HttpAnswer, { protocol, accepts, rejects }: Endpoint): Outcome => {
  const spoken = protocol.kind === 'http';
  if (spoken && within(answer.status, accepts.status) && (accepts.body === null || matches(accepts.body, answer.body)))
    return accepted;
  if (answer.status === 429) return indeterminate('limited', PACE);
  if (within(answer.status, rejects.status)) return rejected('http-status');
  if (!spoken) return indeterminate('ambiguous', 'the URL (plain HTTP answered)');
  return indeterminate('ambiguous', `accepts.status or accepts.body (the control got ${answer.status})`);
};

const controlProtocol = ({ meaning, body, detail, protocol }: ProtocolAnswer, { accepts }: Endpoint): Outcome => {
  if (protocol === 'tls' && meaning === 'refuses') return rejected('protocol');
  if (accepts.body !== null)
    return matches(accepts.body, body)
      ? accepted
      : meaning === 'refuses' || meaning === 'doubts'
        ? rejected('protocol')
        : indeterminate('ambiguous', `accepts.body (the control got ${detail})`);
  switch (meaning) {
    case 'serves':
    case 'asks':
    case 'withholds':
      return accepted;
    case 'refuses':
      return rejected('protocol');
    case 'doubts':
      return indeterminate(
        'ambiguous',
        `accepts.body: "${detail.slice(0, 9)}", if it wants a password besides the certificate`,
      );
    // Caught before: `isFailure`.
    case 'fails':
      return indeterminate('failing');
    case 'unclear':
      return indeterminate('ambiguous', `accepts.body, if it is a normal answer (the control got ${detail})`);
    default:
      return meaning satisfies never;
  }
};

/** Whether an answer is the control's: by `accepts.body` if that matches the control's answer, else by comparison with it. False without a control. */
export const isTheControls = (answer: Answer, { accepts }: Endpoint, control: Answer | null): boolean => {
  if (control === null) return false;
  if (accepts.body === null || !matches(accepts.body, control.body)) return isSameAnswer(answer, control);
  const sameStatus = answer.kind !== 'http' || (control.kind === 'http' && control.status === answer.status);
  return matches(accepts.body, answer.body) && (sameStatus || isSameAnswer(answer, control));
};

/**
 * For `tls://`: the outcome where the server's other words contradict `tls.expect`. They come before it and did not for the control, or the server
 * closes after it and did not for the control. A close behind the control's own greeting, where the control got an answer, is a refusal. Null where
 * nothing contradicts it.
 */
export const saidOtherwise = (answer: Answer, control: Answer | null): Outcome | null => {
  if (answer.kind !== 'protocol' || answer.protocol !== 'tls') return null;
  if (answer.meaning === 'refuses') return rejected('protocol');
  if (isClosedAtGreeting(answer, control)) return rejected('close');
  if (control?.kind !== 'protocol' || answer.meaning !== 'serves' || control.meaning !== 'serves')
    return isClosedUnlike(answer, control) ? indeterminate('ambiguous', UNLIKE) : null;
  const isLedInUnlike = answer.like.startsWith('expected') && !isSameAnswer(answer, control);
  return isLedInUnlike || isClosedUnlike(answer, control) ? indeterminate('ambiguous', UNLIKE) : null;
};
/** Closed behind the lines that the control got before its answer, so without an answer: as a close behind the handshake. */
const isClosedAtGreeting = ({ meaning, closed, body }: ProtocolAnswer, control: Answer | null): boolean =>
  meaning === 'unclear' &&
  closed === true &&
  control?.kind === 'protocol' &&
  control.closed !== true &&
  control.like.startsWith('expected behind ') &&
  control.like.startsWith(`expected${leadIn(body)}`);
const UNLIKE = 'tls.expect, from the first byte on (^), or rejects.body, if that is how it refuses';
const isClosedUnlike = (answer: ProtocolAnswer, control: Answer | null): boolean =>
  answer.closed === true && control?.kind === 'protocol' && control.closed !== true;

/** The outcome of a client that must be refused. `control`: the answer of an accepted control, or null. */
export const classifyAnswer = (answer: Answer, endpoint: Endpoint, control: Answer | null): Outcome => {
  if (matches(endpoint.rejects.body, answer.body)) return rejected('body');
  const otherwise = saidOtherwise(answer, control);
  if (otherwise !== null) return otherwise;
  if (isTheControls(answer, endpoint, control)) return accepted;
  return answer.kind === 'http' ? classifyHttp(answer, endpoint, control) : classifyProtocol(answer);
};

const classifyHttp = ({ status }: HttpAnswer, { rejects }: Endpoint, control: Answer | null): Outcome => {
  if (status === 429) return indeterminate('limited', PACE);
  if (status >= 500 || status === 408) return indeterminate('ambiguous', 'rejects.body, if that is how it refuses');
  if (within(status, rejects.status)) {
    return control?.kind === 'http' && control.status === status
      ? indeterminate('ambiguous', `rejects.body or accepts.body (the control got ${status} too)`)
      : rejected('http-status');
  }
  if (status >= 200 && status < 300) return accepted;
  return indeterminate('ambiguous', `rejects.status (add ${status} if that is how it refuses)`);
};

const classifyProtocol = ({ meaning }: ProtocolAnswer): Outcome => {
  switch (meaning) {
    case 'serves':
      return accepted;
    case 'refuses':
    case 'doubts':
    case 'withholds':
      return rejected('protocol');
    case 'asks':
    case 'fails':
    case 'unclear':
      return indeterminate('ambiguous', 'rejects.body, if that is how it refuses');
    default:
      return meaning satisfies never;
  }
};

export const redirectsToHttps = ({ status, location }: HttpAnswer): boolean =>
  status >= 300 && status < 400 && /^https:/i.test(location ?? '');

export const isStatusOf = ({ status }: Pick<HttpAnswer, 'status'>, control: Answer | null): boolean =>
  control?.kind === 'http' && control.status === status;
