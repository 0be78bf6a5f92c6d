import type { CertificateFacts } from './certificate.ts';
import type { Greeting, ScenarioName, TlsVersion } from './names.ts';
import type { NoValue } from './parsed.ts';
import type { Marks } from './platform.ts';
import type { ProtocolName } from './protocol.ts';
import type { Instant, Milliseconds } from './time.ts';

/** The scenarios whose certificate this process mints from the fields of the control's certificate. */
export type MintedScenario = Extract<
  ScenarioName,
  'untrusted-issuer' | 'self-signed' | 'lookalike-issuer' | 'leaf-as-issuer'
>;

/** Staging labels of a secret's versions (Secrets Manager): the pending and the previous version. */
export type SecretStage = 'AWSPENDING' | 'AWSPREVIOUS';

/** What a probe presents, by name; it never holds a key. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'plaintext' }
  /**
   * `stage`: the staging label of another version of its secret. Default: the current version. `alone`: its leaf only. Default: with the rest of its
   * chain.
   */
  | { readonly kind: 'identity'; readonly identity: string; readonly stage?: SecretStage; readonly alone?: true }
  /** `signer`: the identity whose own key signs a copy of the control; default: the control. Only `leaf-as-issuer` reads it. */
  | { readonly kind: 'minted'; readonly scenario: MintedScenario; readonly signer?: string };

/**
 * How far a connection got.
 * `connect`: no byte was received (a reset during accept and one just after it look alike and mean the same).
 * `handshake`: the server's first handshake byte was received. `request`: the handshake is finished on the client's side, and no byte of an answer
 * was received. `answer`: bytes of an answer were received.
 */
export type Phase = 'connect' | 'handshake' | 'request' | 'answer';

/** How one connection ended. Each probe ends in exactly one of these ways. */
export type Ended =
  | { readonly kind: 'answered'; readonly phase: 'answer'; readonly status: number }
  /** An answer in another protocol than HTTP or in an unexpected one: `protocol` names it, `detail` has its first bytes, escaped. */
  | { readonly kind: 'answered'; readonly phase: 'answer'; readonly protocol: string; readonly detail: string }
  /** A TLS alert (RFC 8446 §6.2); `alert` is `unassigned` for a number without a name. */
  | { readonly kind: 'alerted'; readonly phase: Phase; readonly alert: string; readonly number: number }
  | { readonly kind: 'closed'; readonly phase: Phase; readonly how: 'fin' | 'close-notify' | 'reset' }
  /** Nothing was sent, because the server's chain is not trusted. */
  | { readonly kind: 'unverified'; readonly phase: Phase; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly phase: 'connect'; readonly at: 'dns' | 'tcp'; readonly reason: string }
  | { readonly kind: 'timed-out'; readonly phase: Phase }
  /** Bytes that are not TLS. `greeting`: the protocol whose first words they are, if it is known. */
  | {
      readonly kind: 'not-tls';
      readonly phase: Phase;
      readonly reason: string;
      readonly greeting?: Greeting | undefined;
    }
  /** TLS that the monitor's TLS library does not support: `reason` is its name for the cause. */
  | { readonly kind: 'incompatible'; readonly phase: Phase; readonly reason: string }
  /** A fault of the monitor's own setup; no packet was sent. `identity`: the one that cannot be used, where it is one. */
  | { readonly kind: 'unusable'; readonly phase: 'connect'; readonly reason: string; readonly identity?: string }
  /** No packet was sent: a secret that it needs could not be read now. Whether the secret is right is not known. */
  | { readonly kind: 'unread'; readonly phase: 'connect'; readonly reason: string; readonly identity?: string }
  /** No connection was tried: the monitor never connects to this address. */
  | { readonly kind: 'address-refused'; readonly phase: 'connect'; readonly reason: string };

/** An HTTP answer, up to the limits of the reader. */
export type HttpAnswer = {
  readonly kind: 'http';
  readonly status: number;
  readonly location: string | null;
  /** Seconds (RFC 9110 §10.2.3); null without such a header field. */
  readonly retryAfter: number | null;
  /** What it says of the program that made it. Absent: nothing. */
  readonly marks?: Marks;
  /** At most `MAX_BODY` bytes, as UTF-8; never shown unescaped. */
  readonly body: string;
};

/**
 * The meaning of an answer by its protocol's own standard. `serves`: the client is accepted. `refuses`: the client is refused.
 * `doubts`: the client is refused, either for its identity or because it gave no further proof (such as a password). `asks`: the server demands a
 * further proof; it has accepted the certificate or never verified it. `withholds`: the same as `asks`, expressed by an error.
 * `fails`: overload or a fault of the server. `unclear`: any other error, or not an answer of that protocol.
 */
export type Meaning = 'serves' | 'asks' | 'withholds' | 'doubts' | 'refuses' | 'fails' | 'unclear';

/** An answer in another protocol than HTTP. */
export type ProtocolAnswer = {
  readonly kind: 'protocol';
  readonly protocol: Exclude<ProtocolName, 'http'>;
  readonly meaning: Meaning;
  /** Short and escaped, to be part of a sentence. */
  readonly detail: string;
  /** Equal for answers of the same kind. */
  readonly like: string;
  /** The text that the registry's patterns are matched with; at most `MAX_BODY` bytes, never shown unescaped. */
  readonly body: string;
  /** The server closed the connection behind it, where that was watched (`tls://`). */
  readonly closed?: boolean;
  /** `tls.expect` matched bytes that came before the client wrote any. Absent: it did not match, or it may have matched an answer to the client. */
  readonly unasked?: boolean;
};

export type Answer = HttpAnswer | ProtocolAnswer;

/**
 * OpenSSL's result for the served chain of a handshake: true, or its error. `reason`: OpenSSL's text (X509_verify_cert_error_string). `code`: Node's
 * name for the error, `UNSPECIFIED` if it has none. `at`: the time of the machine's clock, with which OpenSSL compares dates.
 */
export type ChainVerified = true | { readonly code: string; readonly reason: string; readonly at: Instant };

/** The facts of one connection, without a judgement. */
export type Observation = {
  /** The identity's name; the scenario's name for a minted certificate; null without a certificate. */
  readonly presented: string | null;
  /** `ip:port`, `[ip6]:port`; null if the host's name could not be resolved. */
  readonly address: string | null;
  readonly tls: TlsVersion | null;
  readonly startedAt: Instant;
  readonly durationMs: Milliseconds;
  /** Whether the server sent a CertificateRequest; null if the handshake did not get that far. */
  readonly certificateRequested: boolean | null;
  /** Whether the client sent its certificate; null if it had none, or if the handshake did not get that far. */
  readonly certificateSent: boolean | null;
  /** The kind of the key of the presented certificate, as node:crypto names it (`ml-dsa-65`); absent if none was presented. */
  readonly presentedKey?: string;
  /** The SNI sent in place of the endpoint's own; null: no SNI. Absent: the endpoint's own. */
  readonly sni?: string | null;
  /** Names of the headers sent besides the endpoint's own. */
  readonly headers?: readonly string[];
  /** Whether an offered session was resumed (RFC 8446 §2.2, RFC 5077). */
  readonly resumed?: boolean;
  readonly ended: Ended;
  readonly answer: Answer | null;
  /** From the end of the client's handshake to the end of the observation, where an open connection is an answer (`tls.window`). */
  readonly watchedMs?: Milliseconds;
  /** The certificates that the server presented, leaf first; empty if the handshake did not show them. */
  readonly servedChain: readonly CertificateFacts[];
  /** Absent if OpenSSL did not verify the chain: with an identity, in a resumed session, or without a usable trust bundle. */
  readonly chainVerified?: ChainVerified;
  /**
   * The names of acceptable CAs in the CertificateRequest, DER, 2,000 at most (RFC 8446 §4.2.4, RFC 5246 §7.4.4); empty where it names none. Absent
   * if none was received, or if it could not be read.
   */
  readonly acceptableCas?: readonly Uint8Array[];
  /** The stapled OCSP response (RFC 6066 §8), DER; null if the server sent none; absent if the client requested none. */
  readonly ocspStaple?: Uint8Array | null;
  /** Names of the headers that were not sent because the served chain was not verified. */
  readonly withheld: readonly string[];
  /** Why the value of such a header could not be read: a fault of the monitor's setup, not of the server; or, if it is transient, no fault that is known. */
  readonly withheldFor?: NoValue;
  /**
   * The endpoint whose connection this was, where it was made once for several attempts: its handshake was the same, and the server refused it before it
   * could read a request. Absent: it was made for this attempt.
   */
  readonly sharedFrom?: string;
  /** Whether more connections than `limits.perAddress` were open at the address meanwhile. Default: false. */
  readonly crowded?: true;
  /** Why another address of the same name was left out; absent if none was. */
  readonly leftOut?: string;
};

/** The OCSP staples of one leaf in all handshakes that requested one. */
export type Staples = {
  /** OCSP responses, DER. */
  readonly responses: readonly Uint8Array[];
  /** Number of these handshakes without a staple. */
  readonly missed: number;
};

/** An observation classified by the endpoint's own rules, independent of the scenario. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly by: 'tls-alert' | 'http-status' | 'body' | 'close' | 'silence' | 'protocol' }
  /** `decide`: the registry line that would make the answer unambiguous; null if there is none. */
  | { readonly kind: 'indeterminate'; readonly why: IndeterminateReason; readonly decide: string | null };

/**
 * `not-sent`: the relying party did not receive the certificate. `post-handshake`: the server requests the certificate only after the handshake, which
 * the monitor's TLS library does not support in TLS 1.3 (RFC 8446 §4.6.2). `limited`: a rate limiter answered.
 * `http2-only`: the server closed on the control's request in HTTP/1.1, and answered it in HTTP/2.
 * `failing`: the control's answer is that of a failing application (HTTP 5xx and similar), even if the registry lists its status.
 */
export type IndeterminateReason =
  | 'not-sent'
  | 'post-handshake'
  | 'http2-only'
  | 'limited'
  | 'failing'
  | 'unreachable'
  | 'address-refused'
  | 'timed-out'
  | 'not-tls'
  | 'incompatible'
  | 'ambiguous'
  | 'unusable'
  | 'unread'
  | 'unverified';
