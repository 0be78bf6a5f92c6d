/** Which facts of a handshake hold for every path behind it. Pure. docs/adr/0040 */
import type { Observation } from '../../model/probe.ts';
import { type Milliseconds, SECOND } from '../../model/time.ts';

/** A refusal is shared for so long after its connection ended. */
export const SHARED_FOR: Milliseconds = 10 * SECOND;
/** Attempts that one connection spares: where one of several backends is open, a quarter of the attempts still looks for it. */
export const SPARED = 3;

/**
 * RFC 8446 §6.2: alerts about the client's certificate, or its absence. Not 49 (access_denied) and not 47 (illegal_parameter): a server may send them for
 * what it read later.
 */
const ABOUT_CERTIFICATE: readonly number[] = [42, 43, 44, 45, 46, 48, 116];
/** In the handshake also handshake_failure, which TLS 1.2 sends where no certificate came (RFC 5246 §7.4.6), and unrecognized_name (RFC 6066 §3). */
const IN_HANDSHAKE: readonly number[] = [...ABOUT_CERTIFICATE, 40, 112];

/**
 * Whether the server refused this client in TLS and cannot have read a request. In the handshake none was written. In TLS 1.3 the request may have been
 * written, but a certificate comes in the handshake only: the monitor offers no post-handshake authentication (RFC 8446 §4.6.2). After a handshake of TLS 1.2
 * the server may have read the path, and asked again (renegotiation).
 */
export const isRefusedUnread = ({ ended, answer, tls, certificateRequested, resumed }: Observation): boolean => {
  if (ended.kind !== 'alerted' || answer !== null || resumed !== undefined) return false;
  if (ended.phase === 'handshake') return IN_HANDSHAKE.includes(ended.number);
  return (
    ended.phase === 'request' &&
    tls === '1.3' &&
    certificateRequested === true &&
    ABOUT_CERTIFICATE.includes(ended.number)
  );
};

/** Whether the server requested a certificate before it could know the path: not by renegotiation (TLS 1.2). */
export const requestsOfEveryPath = ({ ended, tls, certificateRequested }: Observation): boolean =>
  certificateRequested === true && (tls === '1.3' || (ended.kind === 'alerted' && ended.phase === 'handshake'));

/** Connections that must have been refused before the refusal is shared: of a few endpoints one alone would miss an open backend of two every second time. */
export const SEEN = 2;

/** A refusal that was seen: by which endpoint's connection, when that ended, and how many attempts it has spared. */
export type Refusal = {
  readonly observation: Observation;
  readonly by: string;
  readonly endedAt: number;
  readonly spared: number;
  /** Connections of this handshake that were refused in this run. */
  readonly times: number;
};

/** Whether an attempt at `now` may take a refusal for its own. */
export const isSharedAt = ({ endedAt, spared, times }: Refusal, now: number): boolean =>
  times >= SEEN && Math.abs(now - endedAt) <= SHARED_FOR && spared < SPARED;
