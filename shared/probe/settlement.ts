/** The result of a connection once it is over, and how long a silence must last to be a result. Pure. */
import type { Answer, Ended } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Reading, SecretHeaderValues } from '../protocol/speaker.ts';
import type { ProbeTarget } from './target.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Times a whole handshake. */
const SLOWEST_CLOSE = 8;
const SHARE_LEFT = 0.9;

/** Milliseconds to wait for a close. A server with a slow handshake closes slowly: it gets a longer wait, up to most of the time that is left. */
export const windowOf = (
  { timeout, patience = 1 }: Pick<ProbeTarget, 'timeout' | 'patience'>,
  own: Milliseconds,
  taken: Milliseconds,
): Milliseconds => Math.min(Math.max(own * patience, taken * SLOWEST_CLOSE), (timeout - taken) * SHARE_LEFT);

export type Settlement = { readonly ended: Ended; readonly answer: Answer | null };

/** Null where nothing was read that is an answer or a foreign protocol: the connection's own end is then all there is. */
export const settlementOf = (
  { answer, foreign }: Pick<Reading, 'answer' | 'foreign'>,
  written: SecretHeaderValues,
): Settlement | null => {
  if (foreign !== null) {
    // A server that was sent a secret may repeat it, or a part of it.
    const detail = Object.keys(written).length > 0 ? '…' : foreign.detail;
    return { ended: { kind: 'answered', phase: 'answer', ...foreign, detail }, answer: null };
  }
  const shown = withoutSecrets(answer, written);
  return shown === null ? null : { ended: answered(shown), answer: shown };
};

const answered = (answer: Answer): Ended =>
  answer.kind === 'http'
    ? { kind: 'answered', phase: 'answer', status: answer.status }
    : { kind: 'answered', phase: 'answer', protocol: answer.protocol, detail: answer.detail };
