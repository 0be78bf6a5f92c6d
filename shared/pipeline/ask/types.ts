/** The words of probing: a prober makes attempts; a check with its attempts is a trial; the trials of one TLS version are a lane. */
import type { Check, DetourWith } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { Observation, Presented } from '../../model/probe.ts';
import type { Endpoint, Sibling } from '../../model/registry.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Pace } from '../../probe/limits.ts';
import type { Attempt, Lane, Trial } from '../../verdict/judge/trial.ts';

/** A check's detour in one connection, with the values that are known only at run time. */
export type TakenDetour = DetourWith<{
  /** Values by header name. */
  'forged-header': { readonly headers: Readonly<Record<string, string>> };
  'sni-bypass': unknown;
  /** The TLS session that is offered. */
  resumption: { readonly offered: Buffer };
  /** The control's own session. `trusted`: the handshake that gave it showed a chain that secret headers may be sent to. */
  'resumed-identity': { readonly offered: Buffer; readonly trusted: boolean };
  /** The name that the other address is given in SNI and Host: its own or the endpoint's. */
  'bypass-address': { readonly named: 'itself' | 'endpoint' };
  /** Nothing to add: `Presented` names the certificates that are left out. */
  'missing-intermediate': never;
  /** Nothing to add: `Presented` names the version of the secret. */
  rotation: never;
}>;

/** How one connection of a sweep takes its places, and until when. */
export type Turn = Required<Pick<Pace, 'order' | 'kind'>> & {
  /** Called when the connection begins. */
  readonly begin: () => void;
  /** When it must have ended. */
  readonly until: () => Instant;
  /** Called where there was no time until then, though the run has more. */
  readonly late: () => void;
  /** Milliseconds without an end after which it waits in silence. */
  readonly quiet: Milliseconds;
  /** Called once it does. `yields` gives its place at the address to another connection. */
  readonly met: (yields: () => void) => void;
};

export type AttemptOptions = {
  /** Default: it waits for its places as long as the run has time, and keeps them. */
  readonly turn?: Turn;
  /** Waits for a TLS alert before it writes. Default: false. */
  readonly listenFirst?: boolean;
  /** Default: the connection is made like the control's, whatever the check's detour. */
  readonly detour?: TakenDetour;
  /** Speaks HTTP/2 without TLS from the first byte (RFC 9113 §3.3). Default: the endpoint's protocol. */
  readonly priorKnowledge?: boolean;
  /** Factor of the time that an open connection is watched for a close. Default: 1. */
  readonly patience?: number;
  /** Called with each TLS session that the server gives, bare (`session.ts`). Default: no session is requested. */
  readonly onSession?: (session: Buffer) => void;
  /**
   * A refusal in TLS of the same handshake, seen in this run, may stand for this attempt. Default: a connection is made. Never for a control or a
   * second attempt.
   */
  readonly mayShare?: true;
  /** The refusal of another connection that was taken for this attempt. It is returned again unless the same handshake had another end since. */
  readonly standing?: Observation;
  /** Milliseconds to wait before connecting, after a rate limiter’s answer. Default: 0. */
  readonly pause?: Milliseconds;
};

export type ConnectOptions = AttemptOptions & {
  /** The identity that was accepted as the control: minted certificates copy its fields. Null where none was accepted. */
  readonly control: string | null;
};

/** Makes one connection. Null once the run has no time left for another. Never rejects. */
export type Connect = (
  presented: Presented,
  tls: TlsVersion | null,
  options: ConnectOptions,
) => Promise<Observation | null>;

/** All connections that a sweep may make at one endpoint, or one of its routes, at one address. */
export type Connections = {
  readonly connect: Connect;
  /** Whether another endpoint is served at the same address and port. */
  readonly isHere: (sibling: Sibling) => Promise<boolean>;
  /** A TLS session that `presented` gets at another endpoint of this address and port; null where it gets none. */
  readonly earn: (sibling: Sibling, presented: Presented, tls: TlsVersion | null) => Promise<EarnedSession | null>;
  /** Whether an identity, or another version of its secret, was found in this run; it may still be unusable. */
  readonly isLoaded: (identity: string) => boolean;
  /** The certificate that an identity presents, PEM, leaf first; null where it cannot be used. */
  readonly certificateOf: (identity: string) => string | null;
};
export type EarnedSession = { readonly offered: Buffer; readonly observation: Observation };

/** An accepted control that asked for sessions, and what it was given: none, or the newest last. */
export type Earned = { readonly attempt: Attempt; readonly sessions: readonly Buffer[] };

/** Bound to one endpoint at one address, and to the control that its attempts are compared with. */
export type Prober = Omit<Connections, 'connect'> & {
  readonly endpoint: Endpoint;
  /** The accepted control; null before one was accepted, or where none was. */
  readonly control: Attempt | null;
  /** Whether every control was met with silence. A client that is met with silence too is then not asked again. Default: false. */
  readonly isSilent?: boolean;
  /** The same prober with another control. */
  readonly beside: (control: Attempt | null) => Prober;
  /** One connection for a check, classified. Null where the check presents nothing, or once the run has no time left. Never rejects. */
  readonly attempt: (check: Check, options?: AttemptOptions) => Promise<Attempt | null>;
};

/** One more attempt at the same check by the same detour; null once the run has no time left. */
export type Retry = (options?: AttemptOptions) => Promise<Attempt | null>;

/** A trial that may need further attempts. */
export type OpenTrial = Trial & {
  readonly retry: Retry;
  /** Completes the same in another way once the trial is complete, and returns both. `crowded`: as in `retryAlone`. Default: there is no other way. */
  readonly otherWay?: (completed: Trial, crowded: boolean) => Promise<Trial>;
};

/** A lane whose controls have been attempted, and no other check. */
export type OpenLane = Pick<Lane, 'tls' | 'controls' | 'control' | 'unreachableControl' | 'derived'> & {
  /** The checks that are to be attempted beside the control. */
  readonly checks: readonly Check[];
  /** Beside the lane's control. */
  readonly prober: Prober;
  /** Milliseconds after which a connection beside this control waits in silence. */
  readonly quiet: Milliseconds;
};
