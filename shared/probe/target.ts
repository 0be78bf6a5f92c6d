/** The input of one probe, and the facts that it collects beside the connection’s ending. */
import type { SecureContext } from 'node:tls';
import type { CertificateFacts } from '../model/certificate.ts';
import type { TlsVersion } from '../model/names.ts';
import type { Answer, ChainVerified, Ended } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Speaker } from '../protocol/speaker.ts';
import type { Address, Guard } from './refused-addresses.ts';
import type { Trace } from './trace.ts';

export type ProbeTarget = {
  readonly presented: string | null;
  readonly address: Address;
  /** Called before any packet; default: refuses link-local addresses and the metadata services of AWS. */
  readonly guard?: Guard;
  /** SNI; null sends none. */
  readonly serverName: string | null;
  /** Null speaks the application protocol without TLS. */
  readonly context: SecureContext | null;
  /** Bytes of the certificates that are presented; 0 for none. */
  readonly presentedBytes: number;
  readonly speaker: Speaker;
  /** ALPN protocols in place of the speaker's own; null for those. */
  readonly alpn: readonly string[] | null;
  /** Headers whose values are secret: written only where `trusts` says yes to the served chain. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly trusts: (chain: readonly CertificateFacts[], verified?: ChainVerified) => boolean;
  /** Whether the context holds the trust bundle: only then is OpenSSL's verdict of the handshake used. Default: false. */
  readonly verifies?: boolean;
  readonly timeout: Milliseconds;
  readonly listenFirst: boolean;
  /** Asks for an OCSP staple (RFC 6066 §8): not everywhere, a server may fetch one first. */
  readonly askStaple?: boolean;
  /** A session of another handshake, bare (`session.ts`). */
  readonly offered?: Buffer;
  /** Whether a server that resumes the offered session may get secret headers: the handshake that gave the session was trusted. Default: false. */
  readonly trustsResumed?: boolean;
  /** Times as long a window as the protocol’s own; default: 1. */
  readonly patience?: number;
  /** Sees what goes over the connection. */
  readonly trace?: Trace;
  /** Called with each session that the server gives. */
  readonly onSession?: (session: Buffer) => void;
};

export type Facts = {
  tls: TlsVersion | null;
  certificateRequested: boolean | null;
  certificateSent: boolean | null;
  resumed: boolean;
  chain: readonly CertificateFacts[];
  withheld: readonly string[];
  /** Undefined until OpenSSL has verified a chain. */
  chainVerified?: ChainVerified;
  /** Undefined until a CertificateRequest was read. */
  acceptableCas?: readonly Uint8Array[];
  /** Undefined until the server could have stapled one. */
  ocspStaple?: Uint8Array | null;
  /** Undefined where an open connection is no answer. */
  watchedMs?: Milliseconds;
};

export type Settle = (ended: Ended, answer?: Answer | null) => void;
