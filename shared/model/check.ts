import type { ScenarioName, Suite, TlsVersion } from './names.ts';
import type { Presented } from './probe.ts';
import type { Bypass } from './registry.ts';

/** What a check asks otherwise than the control was asked, as far as a plan knows it. */
export type Twist =
  | { readonly kind: 'forged-headers' }
  /** Another SNI than Host; null for none. */
  | { readonly kind: 'sni'; readonly serverName: string | null }
  | { readonly kind: 'session' }
  | { readonly kind: 'bypass'; readonly bypass: Bypass }
  | { readonly kind: 'stages' };

/** A route's method and path, as a check carries them. */
export type RouteRef = { readonly method: string; readonly path: string };

/** endpoint × scenario × subject × route × TLS version, planned: its id is stable across runs. */
export type Check = {
  /** `<endpoint>/<scenario>[/<subject>][@<METHOD> <path>][#<tls>]`; `identity-health/<identity>`. */
  readonly id: string;
  readonly endpoint: string | null;
  readonly scenario: ScenarioName;
  /** The suite in which its verdict moves state. */
  readonly suite: Suite;
  readonly subject: string | null;
  readonly route: RouteRef | null;
  /** The version that `tlsVersions` forces; null for whatever is negotiated. */
  readonly tls: TlsVersion | null;
  /** Null where the check needs no connection of its own. */
  readonly presented: Presented | null;
  /** Null asks as the control is asked. */
  readonly twist: Twist | null;
};
