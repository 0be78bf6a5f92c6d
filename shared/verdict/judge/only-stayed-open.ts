/** `tls://`: what an open connection, or words that the server sends before the client speaks, can prove. */
import { isExpectedGreeting, isNamed, isOver } from './greeted-only.ts';
import type { Attempt, JudgeContext, Lane } from './trial.ts';

type Endpoint = JudgeContext['endpoint'];

const CERTAIN = 'name tls.send and tls.expect, and it becomes certain.';

/**
 * Why an acceptance is a guess, as a sentence; null where it is certain. RFC 8446 §4.4.2.4 lets a server judge the certificate late: a connection
 * that stays open is no answer. A greeting is no answer either, whether the registry expects it or not: SMTP, IMAP, FTP and NATS send it to every
 * client, and refuse at the first command. `control`: the accepted control. Default: null.
 */
export const guessOf = (attempt: Attempt, endpoint: Endpoint, control: Attempt | null = null): string | null => {
  const { answer } = attempt.observation;
  if (answer?.kind !== 'protocol' || answer.protocol !== 'tls') return null;
  if (isNamed(answer, endpoint))
    return isExpectedGreeting(answer, endpoint) && !isOver(attempt, control)
      ? 'That rests only on what the server says before the client speaks: name in tls.send a command that only an admitted client may give, and in tls.expect its answer, and it becomes certain.'
      : null;
  const isSilent = endpoint.protocol.kind !== 'tls' || endpoint.protocol.send === null;
  if (answer.body === '') return `That rests only on a connection that stayed open: ${CERTAIN}`;
  if (isSilent) return `That rests only on what the server says before the client speaks: ${CERTAIN}`;
  return answer.meaning === 'serves'
    ? 'That rests only on a connection that stayed open, whatever was answered: name tls.expect, and it becomes certain.'
    : null;
};

export const stayedOpen = ({ outcome, observation: { answer } }: Attempt): boolean =>
  outcome.kind === 'accepted' && answer?.kind === 'protocol' && answer.protocol === 'tls' && answer.like === 'open';

const longestWatch = (controls: readonly (Attempt | null | undefined)[]): number =>
  Math.max(
    0,
    ...controls.map((each) => (each != null && stayedOpen(each) ? (each.observation.watchedMs ?? Infinity) : 0)),
  );

/**
 * Milliseconds after which the server closed on a client while no control was watched so long; null otherwise. A server that closes on every client
 * that is silent for a time (NATS: 3 s) would have closed on the control too.
 */
export const closedLaterThanControls = (
  { observation: { ended, watchedMs } }: Attempt,
  {
    control,
    closingControl,
    controlAmong,
    patientControl,
  }: Pick<Lane, 'control' | 'closingControl' | 'controlAmong' | 'patientControl'>,
): number | null => {
  if (control === null || !stayedOpen(control) || watchedMs === undefined || ended.kind !== 'closed') return null;
  return watchedMs > longestWatch([control, closingControl, controlAmong, patientControl]) ? watchedMs : null;
};
