import type { TlsVersion } from '../../model/names.ts';
import type { Observation, Presented } from '../../model/probe.ts';
import type { Bypass, Sibling } from '../../model/registry.ts';
import type { Milliseconds } from '../../model/time.ts';

/** What is asked otherwise than the control is asked. */
export type Detour =
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Another SNI than Host; null for none. */
  | { readonly kind: 'sni'; readonly serverName: string | null }
  | { readonly kind: 'session'; readonly offered: Buffer }
  /** HTTP/2 without TLS, where plaintext is asked. */
  | { readonly kind: 'prior-knowledge' }
  /** At another address, under its own name or the endpoint's. */
  | { readonly kind: 'bypass'; readonly bypass: Bypass; readonly named: 'itself' | 'endpoint' };

export type AskOptions = {
  /** Listens for a TLS alert before it writes. */
  readonly listenFirst: boolean;
  /** The identity that was accepted as the control: what is minted is minted like it. Null before one was. */
  readonly control: string | null;
  readonly detour?: Detour;
  /** Times as long a wait for an open connection to be closed; default: 1. */
  readonly patience?: number;
  /** Waits so long before it connects: a limiter of rates was met. */
  readonly pause?: Milliseconds;
};

/** One connection, one observation; null once the run has no time left for another. Never rejects. */
export type Ask = (presented: Presented, tls: TlsVersion | null, options: AskOptions) => Promise<Observation | null>;

/** How another endpoint at the same address and port is used to try this one. */
export type Neighbour = {
  readonly isHere: (sibling: Sibling) => Promise<boolean>;
  /** A TLS session that `presented` earns there; null where none was given. */
  readonly earn: (sibling: Sibling, presented: Presented, tls: TlsVersion | null) => Promise<Earned | null>;
};
export type Earned = { readonly offered: Buffer; readonly observation: Observation };

export type Asker = Neighbour & {
  readonly ask: Ask;
  /** Whether an identity, or another version of its secret, was found in this run; it may still be unusable. */
  readonly isLoaded: (identity: string) => boolean;
  /** The certificate that an identity presents, PEM, leaf first; null where it cannot be used. */
  readonly certificateOf: (identity: string) => string | null;
};
