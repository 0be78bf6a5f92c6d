/** What the judge is given: the observations of one run, classified, and nothing that could be asked for more. */
import type { Check } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { Observation, Outcome } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';

export type Attempt = { readonly observation: Observation; readonly outcome: Outcome };

/** A check with its attempts, oldest first; none where the run had no time left for it. */
export type Trial = {
  readonly check: Check;
  readonly attempts: readonly Attempt[];
  /** What else a scenario found out on its way. */
  readonly aside?: Aside;
};
export type Aside = ForgedAside | SessionAside;
/** Whose session was offered: the one that was resumed, else the last. `by` is null for a client without a certificate. */
export type SessionAside = { readonly kind: 'session'; readonly at: string; readonly by: string | null };
/** `bare`: the same client without forged headers; `alone`: each family by itself, where that was tried; `worked`: the families that opened it so. */
export type ForgedAside = {
  readonly kind: 'forged-headers';
  readonly bare: Attempt;
  readonly alone: readonly Attempt[];
  readonly worked: readonly string[];
};

/** All that was tried at one address in one TLS version. */
export type Lane = {
  readonly tls: TlsVersion | null;
  readonly controls: readonly Trial[];
  /** The first accepted control, or null. */
  readonly control: Attempt | null;
  /** The same control, asked again after the others; null where nobody had to ask. */
  readonly after: Attempt | null;
  /** The control that found no TCP connection, or no address to connect to: nothing else was asked. Null where one was possible. */
  readonly down: Attempt | null;
  readonly others: readonly Trial[];
  /** Checks of this lane that read what the others saw. */
  readonly derived: readonly Check[];
};

/** Why a served chain leads nowhere: the problem that spoils a would-be pass. */
export type TrustOf = (
  observation: Observation,
) => { readonly code: CheckResult['code']; readonly message: string } | null;

export type JudgeContext = {
  readonly endpoint: Endpoint;
  readonly vantage: string;
  readonly now: Instant;
  /** What was left out of the endpoint's addresses, as a sentence; null for nothing. */
  readonly note: string | null;
  readonly trustOf: TrustOf;
  /** Whether an identity bears a name of one that the endpoint admits: where not, it may be refused for its name. */
  readonly sharesName: (identity: string) => boolean;
};
