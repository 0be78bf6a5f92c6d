import type { ScenarioName, Suite, TlsVersion } from './names.ts';
import type { Presented } from './probe.ts';
import type { Bypass } from './registry.ts';

/** `Name` is a scenario's: a kind that no scenario has does not compile. */
type DetourOf<Name extends ScenarioName, Own = unknown> = { readonly kind: Name } & Own;

/** How a check's request differs from its control's, as far as a plan knows it. Its kind is the scenario whose checks take it. */
export type Detour =
  | DetourOf<'forged-header'>
  /** Another SNI than Host; null for none. */
  | DetourOf<'sni-bypass', { readonly serverName: string | null }>
  | DetourOf<'resumption'>
  | DetourOf<'resumed-identity'>
  | DetourOf<'missing-intermediate'>
  | DetourOf<'bypass-address', { readonly bypass: Bypass }>
  | DetourOf<'rotation'>;

/** The detour of a scenario; `never` where it has none. */
export type DetourNamed<Name extends ScenarioName> = Name extends keyof Detours ? Detours[Name] : never;
type Detours = { readonly [Kind in Detour['kind']]: Extract<Detour, { kind: Kind }> };

/**
 * Detours with what a later stage adds to each: `unknown` adds nothing, `never` leaves the kind out. `Added` must name every kind, so a new
 * detour does not compile until each stage has said what it adds.
 */
export type DetourWith<Added extends { readonly [Kind in Detour['kind']]: unknown }> = {
  [Kind in Detour['kind']]: DetourNamed<Kind> & Added[Kind];
}[Detour['kind']];

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
  /** Null: its request differs from the control's in what is presented only. */
  readonly detour: Detour | null;
};
