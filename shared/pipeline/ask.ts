import type { TlsVersion } from '../model/names.ts';
import type { Observation, Presented } from '../model/probe.ts';

export type AskOptions = {
  /** Listens for a TLS alert before it writes. */
  readonly listenFirst: boolean;
  /** The identity that was accepted as the control: what is minted is minted like it. Null before one was. */
  readonly control: string | null;
};

/** One connection, one observation; null once the run has no time left for another. Never rejects. */
export type Ask = (presented: Presented, tls: TlsVersion | null, options: AskOptions) => Promise<Observation | null>;
