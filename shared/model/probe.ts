import type { CertificateFacts } from './certificate.ts';
import type { ScenarioName, TlsVersion } from './names.ts';
import type { ProtocolName } from './protocol.ts';
import type { Instant, Milliseconds } from './time.ts';

/** The scenarios whose certificate is minted in this process from the control's own fields. */
export type MintedScenario = Extract<
  ScenarioName,
  'untrusted-issuer' | 'self-signed' | 'lookalike-issuer' | 'leaf-as-issuer'
>;

/** Staging labels of a secret's versions (Secrets Manager): what comes next, and what was before. */
export type SecretStage = 'AWSPENDING' | 'AWSPREVIOUS';

/** What a probe presents: a name, never a key. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'plaintext' }
  /** `stage`: another version of its secret than the current one. `alone`: its leaf only; default: with the rest of its chain. */
  | { readonly kind: 'identity'; readonly identity: string; readonly stage?: SecretStage; readonly alone?: true }
  /** `signer`: the identity whose own key signs a copy of the control; default: the control. Only `leaf-as-issuer` reads it. */
  | { readonly kind: 'minted'; readonly scenario: MintedScenario; readonly signer?: string };

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
  | { readonly kind: 'unusable'; readonly phase: 'connect'; readonly reason: string }
  /** No connection was tried: the address is one that the monitor never connects to. */
  | { readonly kind: 'address-refused'; readonly phase: 'connect'; readonly reason: string };

/** An HTTP answer, as far as it was read. */
export type HttpAnswer = {
  readonly kind: 'http';
  readonly status: number;
  readonly location: string | null;
  /** Seconds (RFC 9110 §10.2.3); null where it names none. */
  readonly retryAfter: number | null;
  /** At most `MAX_BODY` bytes, as UTF-8; never shown unescaped. */
  readonly body: string;
};

/**
 * What another protocol's own standard says of an answer. `serves`: who asked is let in. `refuses`: is not.
 * `doubts`: is not, for who it is or for want of another proof. `asks`: wants another proof besides, and has let the certificate in or never looked at it; `withholds`: the same, by an error.
 * `fails`: overload or a fault of the server's own. `unclear`: any other error, or no answer of that protocol.
 */
export type Meaning = 'serves' | 'asks' | 'withholds' | 'doubts' | 'refuses' | 'fails' | 'unclear';

/** An answer in another protocol than HTTP. */
export type ProtocolAnswer = {
  readonly kind: 'protocol';
  readonly protocol: Exclude<ProtocolName, 'http'>;
  readonly meaning: Meaning;
  /** Short and escaped: fit for a sentence. */
  readonly detail: string;
  /** Equal for answers of the same kind. */
  readonly like: string;
  /** What patterns are matched with; at most `MAX_BODY` bytes, never shown unescaped. */
  readonly body: string;
};

export type Answer = HttpAnswer | ProtocolAnswer;

/**
 * What OpenSSL's verification of a handshake said of the served chain: true, or its error. `reason`: OpenSSL's words (X509_verify_cert_error_string),
 * `code` Node's name for it, `UNSPECIFIED` where it has none. `at`: the machine's clock, which OpenSSL compares dates with.
 */
export type ChainVerified = true | { readonly code: string; readonly reason: string; readonly at: Instant };

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
  /** The SNI that was sent in place of the endpoint's own; null for none. */
  readonly sni?: string | null;
  /** Names of the headers that were sent beside the endpoint's own. */
  readonly headers?: readonly string[];
  /** Whether an offered session was resumed (RFC 8446 §2.2, RFC 5077). */
  readonly resumed?: boolean;
  readonly ended: Ended;
  readonly answer: Answer | null;
  /** The certificates the server presented, leaf first; empty where the handshake did not show them. */
  readonly servedChain: readonly CertificateFacts[];
  /** Absent where the handshake did not verify: with an identity, resumed, or without a usable trust bundle. */
  readonly chainVerified?: ChainVerified;
  /** The OCSP response stapled to the handshake (RFC 6066 §8), DER; null where none was, absent where none was asked for. */
  readonly ocspStaple?: Uint8Array | null;
  /** Names of the headers that were left out because the served chain was not verified. */
  readonly withheld: readonly string[];
  /** Why the value of one could not be had at all, whatever the server: a fault of ours. */
  readonly withheldFor?: string;
  /** Why no connection went to another address of the same name, where one was left out. */
  readonly leftOut?: string;
};

/** What one leaf had stapled to it, over the handshakes that asked. */
export type Staples = {
  /** OCSP responses, DER. */
  readonly responses: readonly Uint8Array[];
  /** Handshakes that asked and were given none. */
  readonly missed: number;
};

/** An observation classified by the endpoint's own rules; the scenario is still unknown. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly by: 'tls-alert' | 'http-status' | 'body' | 'close' | 'silence' | 'protocol' }
  /** `decide` names the registry line that would settle it, where one would. */
  | { readonly kind: 'indeterminate'; readonly why: IndeterminateReason; readonly decide: string | null };

/**
 * `not-sent`: the certificate never reached the relying party. `post-handshake`: it would have been asked for only after the handshake,
 * which our TLS library does not follow under TLS 1.3 (RFC 8446 §4.6.2). `limited`: a limiter of rates answered.
 * `failing`: the control's answer is that of an application that fails (HTTP 5xx and its like), whatever the registry names.
 */
export type IndeterminateReason =
  | 'not-sent'
  | 'post-handshake'
  | 'limited'
  | 'failing'
  | 'unreachable'
  | 'address-refused'
  | 'timed-out'
  | 'not-tls'
  | 'ambiguous'
  | 'unusable'
  | 'unverified';
