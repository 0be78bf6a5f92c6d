import type { CertificateFacts } from './certificate.ts';
import type { ScenarioName, TlsVersion } from './names.ts';
import type { Instant, Milliseconds } from './time.ts';

/** The scenarios whose certificate is minted in this process from the control's own fields. */
export type MintedScenario = Extract<ScenarioName, 'untrusted-issuer' | 'self-signed' | 'lookalike-issuer'>;

/** What a probe presents: a name, never a key. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'plaintext' }
  | { readonly kind: 'identity'; readonly identity: string }
  | { readonly kind: 'minted'; readonly scenario: MintedScenario };

/**
 * How far a connection came.
 * `connect`: the server has not sent a byte (a reset at accept and one just after it look alike and mean the same).
 * `handshake`: the server's first handshake byte has come. `request`: the handshake is over for us, no byte of an answer yet.
 * `answer`: bytes of an answer have come.
 */
export type Phase = 'connect' | 'handshake' | 'request' | 'answer';

/** How one connection ended. Every probe ends in exactly one of these. */
export type Ended =
  | { readonly kind: 'answered'; readonly phase: 'answer'; readonly status: number }
  /** An answer in another protocol than the endpoint's: `protocol` names it, `detail` has its first bytes, escaped. */
  | { readonly kind: 'answered'; readonly phase: 'answer'; readonly protocol: string; readonly detail: string }
  /** A TLS alert (RFC 8446 §6.2); `alert` is `unassigned` for a number without a name. */
  | { readonly kind: 'alerted'; readonly phase: Phase; readonly alert: string; readonly number: number }
  | { readonly kind: 'closed'; readonly phase: Phase; readonly how: 'fin' | 'close-notify' | 'reset' }
  /** Nothing could be written to a server we do not trust. */
  | { readonly kind: 'unverified'; readonly phase: Phase; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly phase: 'connect'; readonly at: 'dns' | 'tcp'; readonly reason: string }
  | { readonly kind: 'timed-out'; readonly phase: Phase }
  /** Bytes that are not TLS, or a handshake our TLS library cannot follow. */
  | { readonly kind: 'not-tls'; readonly phase: Phase; readonly reason: string }
  /** A fault of our own, before any packet. */
  | { readonly kind: 'unusable'; readonly phase: 'connect'; readonly reason: string };

/** An HTTP answer, as far as it was read. */
export type Answer = {
  readonly status: number;
  readonly location: string | null;
  /** At most `MAX_BODY` bytes, as UTF-8; never shown unescaped. */
  readonly body: string;
};

/** The facts one connection saw; no opinion. */
export type Observation = {
  /** The identity's name, the scenario's for minted ones, null for none. */
  readonly presented: string | null;
  /** `ip:port`, `[ip6]:port`; null where no name could be resolved. */
  readonly address: string | null;
  readonly tls: TlsVersion | null;
  readonly startedAt: Instant;
  readonly durationMs: Milliseconds;
  /** From the CertificateRequest; null where no handshake came that far. */
  readonly certificateRequested: boolean | null;
  /** Whether the certificate that was to be presented went out; null where none was, or where the handshake did not come that far. */
  readonly certificateSent: boolean | null;
  readonly ended: Ended;
  readonly answer: Answer | null;
  /** The certificates the server presented, leaf first; empty where the handshake did not show them. */
  readonly servedChain: readonly CertificateFacts[];
  /** Names of the headers that were left out because the served chain was not verified. */
  readonly withheld: readonly string[];
};

/** An observation classified by the endpoint's own rules; the scenario is still unknown. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly by: 'tls-alert' | 'http-status' | 'body' | 'close' | 'silence' | 'protocol' }
  /** `decide` names the registry line that would settle it, where one would. */
  | { readonly kind: 'indeterminate'; readonly why: IndeterminateReason; readonly decide: string | null };

/** `not-sent`: the certificate never reached the relying party. */
export type IndeterminateReason =
  | 'not-sent'
  | 'unreachable'
  | 'timed-out'
  | 'not-tls'
  | 'ambiguous'
  | 'unusable'
  | 'unverified';
