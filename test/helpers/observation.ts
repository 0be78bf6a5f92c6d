import type { Answer, Ended, Observation, Phase } from '../../shared/model/probe.ts';

/** An observation that ended so, and what a test cares about. */
export const anObservation = (ended: Ended, own: Partial<Observation> = {}): Observation => ({
  presented: null,
  address: '127.0.0.1:443',
  tls: '1.3',
  startedAt: 0,
  durationMs: 5,
  certificateRequested: true,
  certificateSent: null,
  ended,
  answer: null,
  servedChain: [],
  withheld: [],
  ...own,
});

export const answered = (status: number, body = '', location: string | null = null): Observation => {
  const answer: Answer = { kind: 'http', status, body, location, retryAfter: null };
  return anObservation({ kind: 'answered', phase: 'answer', status }, { answer });
};

export const alerted = (number = 48, phase: Phase = 'request'): Observation =>
  anObservation({ kind: 'alerted', phase, alert: 'unknown_ca', number });
export const closed = (phase: Phase = 'request', how: 'fin' | 'reset' = 'fin'): Observation =>
  anObservation({ kind: 'closed', phase, how });
export const timedOut = (phase: Phase = 'request'): Observation => anObservation({ kind: 'timed-out', phase });
export const refusedTcp = (): Observation =>
  anObservation(
    { kind: 'unreachable', phase: 'connect', at: 'tcp', reason: 'ECONNREFUSED' },
    { tls: null, certificateRequested: null },
  );
export const addressRefused = (): Observation =>
  anObservation(
    { kind: 'address-refused', phase: 'connect', reason: '169.254.169.254 is link-local' },
    { address: '169.254.169.254:443', tls: null, certificateRequested: null },
  );
export const notTls = (): Observation =>
  anObservation(
    { kind: 'not-tls', phase: 'handshake', reason: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    { tls: null, certificateRequested: null },
  );
export const unread = (): Observation =>
  anObservation(
    { kind: 'unread', phase: 'connect', reason: 'checkout: the secret s: was throttled' },
    { address: null, tls: null },
  );
export const unusable = (): Observation =>
  anObservation(
    { kind: 'unusable', phase: 'connect', reason: 'the private key is damaged' },
    { address: null, tls: null },
  );
