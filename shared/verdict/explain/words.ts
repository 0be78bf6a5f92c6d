/** How an ending reads in a sentence. Everything here comes from closed sets or was escaped where it was read. */
import type { Ended, Observation, Phase } from '../../model/probe.ts';
import { GREETERS } from '../../protocol/greeting.ts';
import { isSpoken } from '../../protocol/protocols.ts';
import { incompatibility } from './incompatible.ts';

const WHEN: Readonly<Record<Phase, string>> = {
  connect: 'before the server’s first byte',
  handshake: 'during the handshake',
  request: 'after the handshake, without an answer',
  answer: 'in the middle of an answer',
};

/** Completes «was …» or stands alone: `TLS alert unknown_ca (48)`, `HTTP 403`, `a close (fin) during the handshake`. */
const endingText = (ended: Ended, when = WHEN): string => {
  switch (ended.kind) {
    case 'answered':
      if ('status' in ended) return `HTTP ${ended.status}`;
      if (ended.protocol === 'h2') return `HTTP/2 ${ended.detail}`;
      return isSpoken(ended.protocol) ? ended.detail : `an answer in another protocol ("${ended.detail}")`;
    case 'alerted':
      return `TLS alert ${ended.alert} (${ended.number})`;
    case 'closed':
      return `a ${ended.how === 'reset' ? 'reset' : 'close without a TLS alert'} ${when[ended.phase]}`;
    case 'timed-out':
      return `silence ${when[ended.phase]} until the timeout`;
    case 'unreachable':
      return ended.at === 'dns'
        ? `a name that does not resolve (${ended.reason})`
        : `no TCP connection (${ended.reason})`;
    case 'not-tls':
    case 'incompatible':
      return unreadText(ended);
    case 'address-refused':
      return `an address to which the monitor never connects (${ended.reason})`;
    case 'unusable':
      return `a fault of the monitor’s setup (${ended.reason})`;
    case 'unread':
      return `a secret that the monitor could not read now (${ended.reason})`;
    case 'unverified':
      return `nothing written to an unverified server (${ended.reason})`;
    default:
      return ended satisfies never;
  }
};

const unreadText = (ended: Extract<Ended, { kind: 'not-tls' | 'incompatible' }>): string => {
  if (ended.phase === 'request' || ended.phase === 'answer') return `broken TLS (${ended.reason})`;
  if (ended.kind === 'incompatible')
    return `a handshake that the monitor’s TLS library does not follow (${ended.reason}: ${incompatibility(ended.reason).fault})`;
  return `an answer that is not TLS (${ended.greeting === undefined ? ended.reason : `the first words of ${GREETERS[ended.greeting].named}`})`;
};

/** Without TLS there is no handshake that an ending could come after. */
const WHEN_PLAIN: typeof WHEN = { ...WHEN, handshake: 'without an answer', request: 'without an answer' };

/** An observation’s ending as a noun phrase. Never throws; its text is escaped and holds no secret. */
export const endingOf = ({ ended, tls, sharedFrom }: Pick<Observation, 'ended' | 'tls' | 'sharedFrom'>): string => {
  const text = endingText(ended, ended.phase === 'request' && tls === null ? WHEN_PLAIN : WHEN);
  return sharedFrom === undefined
    ? text
    : `${text} (in a connection of ${sharedFrom} with the same handshake, refused before any request was read)`;
};
