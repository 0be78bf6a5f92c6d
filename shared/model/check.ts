import type { ScenarioName, Suite, TlsVersion } from './names.ts';
import type { Presented } from './probe.ts';
import type { Bypass } from './registry.ts';

/** `Name` must be a scenario's name. */
type DetourOf<Name extends ScenarioName, Own = unknown> = { readonly kind: Name } & Own;

/** How a check's request differs from its control's, as planned. `kind` is the scenario whose checks have this detour. */
export type Detour =
  | DetourOf<'forged-header'>
  /** SNI and Host differ; `serverName` null: no SNI. */
  | DetourOf<'sni-bypass', { readonly serverName: string | null }>
  | DetourOf<'resumption'>
  | DetourOf<'resumed-identity'>
  | DetourOf<'missing-intermediate'>
  | DetourOf<'bypass-address', { readonly bypass: Bypass }>
  | DetourOf<'rotation'>;

/** The detour of a scenario; `never` if it has none. */
export type DetourNamed<Name extends ScenarioName> = Name extends keyof Detours ? Detours[Name] : never;
type Detours = { readonly [Kind in Detour['kind']]: Extract<Detour, { kind: Kind }> };

/**
 * Detours with what a later stage adds to each: `unknown` adds nothing, `never` leaves the kind out. `Added` must name every kind, so a new
 * detour does not compile until each stage has said what it adds.
 */
export type DetourWith<Added extends { readonly [Kind in Detour['kind']]: unknown }> = {
  [Kind in Detour['kind']]: DetourNamed<Kind> & Added[Kind];
}[Detour['kind']];

/** Method and path of a route. */
export type RouteRef = { readonly method: string; readonly path: string };

/** A planned check: endpoint × scenario × subject × route × TLS version. Its id is stable across runs. */
export type Check = {
  /** `<endpoint>/<scenario>[/<subject>][@<METHOD> <path>][#<tls>]`; `identity-health/<identity>`. */
  readonly id: string;
  readonly endpoint: string | null;
  readonly scenario: ScenarioName;
  /** The suite in which its verdict moves state. */
  readonly suite: Suite;
  readonly subject: string | null;
  readonly route: RouteRef | null;
  /** The version that `tlsVersions` forces; null: client and server negotiate it. */
  readonly tls: TlsVersion | null;
  /** Null if the check needs no connection of its own. */
  readonly presented: Presented | null;
  /** Null: its request differs from the control's in the presented certificate only. */
  readonly detour: Detour | null;
};
