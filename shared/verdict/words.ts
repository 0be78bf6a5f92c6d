/** How an ending reads in a sentence. Everything here comes from closed sets or was escaped where it was read. */
import type { Ended, Phase } from '../model/probe.ts';

const WHEN: Readonly<Record<Phase, string>> = {
  connect: 'before the server’s first byte',
  handshake: 'during the handshake',
  request: 'after the handshake, without an answer',
  answer: 'in the middle of an answer',
};

/** Completes «was …» or stands alone: `TLS alert unknown_ca (48)`, `HTTP 403`, `a close (fin) during the handshake`. */
export const endingText = (ended: Ended): string => {
  switch (ended.kind) {
    case 'answered':
      return 'status' in ended ? `HTTP ${ended.status}` : `an answer that is not HTTP ("${ended.detail}")`;
    case 'alerted':
      return `TLS alert ${ended.alert} (${ended.number})`;
    case 'closed':
      return `a ${ended.how === 'reset' ? 'reset' : 'close without a TLS alert'} ${WHEN[ended.phase]}`;
    case 'timed-out':
      return `silence ${WHEN[ended.phase]} until the timeout`;
    case 'unreachable':
      return ended.at === 'dns'
        ? `a name that does not resolve (${ended.reason})`
        : `no TCP connection (${ended.reason})`;
    case 'not-tls':
      return ended.phase === 'handshake' || ended.phase === 'connect'
        ? `an answer that is not TLS (${ended.reason})`
        : `broken TLS (${ended.reason})`;
    case 'unusable':
      return `a fault of ours (${ended.reason})`;
    case 'unverified':
      return `nothing written to an unverified server (${ended.reason})`;
    default:
      return ended satisfies never;
  }
};
