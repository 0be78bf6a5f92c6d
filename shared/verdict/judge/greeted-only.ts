/** `tls://` where `tls.expect` or `accepts.body` names a greeting: the server sent it before the client spoke, and may refuse the client later. */
import type { ProtocolAnswer } from '../../model/probe.ts';
import { matches } from '../classify/classify-answer.ts';
import { endingOf } from '../explain/words.ts';
import { presentedText, unsure } from './judgements.ts';
import type { Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';

type Endpoint = JudgeContext['endpoint'];

/** Whether the registry names these words as an acceptance. */
export const isNamed = ({ like, body }: ProtocolAnswer, { accepts }: Endpoint): boolean =>
  like.startsWith('expected') || matches(accepts.body, body);

const isUnasked = ({ unasked }: ProtocolAnswer, { protocol }: Endpoint): boolean =>
  unasked === true || (protocol.kind === 'tls' && protocol.send === null);

/** Whether the named words came unasked. */
export const isExpectedGreeting = (answer: ProtocolAnswer, endpoint: Endpoint): boolean =>
  isNamed(answer, endpoint) && isUnasked(answer, endpoint);

const isClosed = ({ observation: { answer } }: Attempt): boolean =>
  answer?.kind === 'protocol' && answer.closed === true;

/**
 * Whether the server can refuse the client no more. It closed behind the greeting, for this client or for the control: that is its whole service.
 * Or its handshake asked for no certificate: in TLS 1.3 it cannot ask later, since the monitor offers no post-handshake authentication.
 */
export const isOver = (attempt: Attempt, control: Attempt | null): boolean => {
  const { certificateRequested, resumed = false, tls } = attempt.observation;
  if (isClosed(attempt) || (control !== null && isClosed(control))) return true;
  return certificateRequested === false && !resumed && tls === '1.3';
};

/** If one connection shows that the words come unasked, they do in each. */
export const withUnasked = (open: readonly Attempt[]): readonly Attempt[] => {
  const isKnown = open.some(({ observation: { answer } }) => answer?.kind === 'protocol' && answer.unasked === true);
  if (!isKnown) return open;
  return open.map((attempt) => {
    const { answer } = attempt.observation;
    return answer?.kind === 'protocol'
      ? { ...attempt, observation: { ...attempt.observation, answer: { ...answer, unasked: true } } }
      : attempt;
  });
};

/** Clients that a server must have refused before its greeting. One kind alone shows no policy: TLS libraries refuse a wrong signature by themselves. */
const SEVERAL = 2;

/** Whether the server judges its clients before it greets them: several others were refused without a greeting, or this one was in another connection. */
const judgesFirst = ({ attempts, check }: Trial, { others }: Pick<Lane, 'others'>): boolean => {
  const isRefused = ({ outcome, observation: { answer } }: Attempt) =>
    outcome.kind === 'rejected' && (answer?.kind !== 'protocol' || answer.meaning === 'refuses');
  const refused = others.filter((other) => other.check.id !== check.id && other.attempts.every(isRefused));
  return attempts.some(isRefused) || refused.filter((other) => other.attempts.length > 0).length >= SEVERAL;
};

const SPEAK =
  'Name in tls.send a command that only an admitted client may give, and in tls.expect its answer (IMAP: `a LOGIN user password`, `^a OK`).';

/** What a client got that was greeted by a server that asks for a certificate: inconclusive. */
export const onlyGreeted = (how: string): Judgement =>
  unsure(
    'AMBIGUOUS_ANSWER',
    `${how}. The server says that before the client speaks, and stays open: it may judge the certificate that it asked for at the first command. ${SPEAK}`,
    SPEAK,
  );

/** Whether nothing but a greeting speaks for an acceptance, of a server that asked for a certificate or knows one from a resumed session. */
export const mayRefuseLater = (attempt: Attempt, endpoint: Endpoint, control: Attempt | null): boolean => {
  const { answer, certificateRequested, resumed = false } = attempt.observation;
  return (
    answer?.kind === 'protocol' &&
    answer.protocol === 'tls' &&
    isExpectedGreeting(answer, endpoint) &&
    !isOver(attempt, control) &&
    (certificateRequested === true || resumed)
  );
};

/** Inconclusive where all of `open` were greeted only, as the control was, and nothing shows that the server judges before it greets; else null. */
export const greetedOnly = (
  trial: Trial,
  open: readonly Attempt[],
  lane: Pick<Lane, 'control' | 'others'>,
  { endpoint }: JudgeContext,
): Judgement | null => {
  const [first] = open;
  const isGreeted = open.every((attempt) => mayRefuseLater(attempt, endpoint, lane.control));
  if (first === undefined || !isGreeted || judgesFirst(trial, lane)) return null;
  return onlyGreeted(`${endpoint.name}, asked with ${presentedText(trial)}, answered ${endingOf(first.observation)}`);
};
