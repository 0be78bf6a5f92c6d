/** The input of the judges: the classified observations of one run. Data only: no judge can open a connection. */
import type { Check, DetourWith } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { KnownPlatform } from '../../model/platforms.ts';
import type { Observation, Outcome } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { AcceptableCas, CheckResult } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import type { Whereabouts } from '../../model/whereabouts.ts';

export type Attempt = { readonly observation: Observation; readonly outcome: Outcome };

/**
 * `sweep`: the sweep's budget was spent. `run`: the run had no time left. `silence`: no control was answered, and neither was the client that this one
 * would have been compared with.
 */
export type Cut = 'sweep' | 'run' | 'silence';

/** A check with its attempts, oldest first; none where the run had no time left for it, or no control got a TCP connection. */
export type Trial = {
  readonly check: Check;
  readonly attempts: readonly Attempt[];
  /** Why an attempt that was due was not made. Absent if none was left out. */
  readonly cut?: Cut;
  /** Facts about the attempts that the attempts themselves do not show. */
  readonly aside?: Aside;
};

/** By the kind of the check’s detour. */
export type Aside = DetourWith<{
  'forged-header': {
    /** The same client without forged headers. */
    readonly bare: Attempt;
    /** The last attempt with each family of headers by itself; empty where no family was tried by itself. */
    readonly alone: readonly Attempt[];
    /** The families that were accepted by themselves. */
    readonly worked: readonly string[];
  };
  /** The session that was resumed, else the one that was offered last. */
  resumption: {
    /** The endpoint that gave the session. */
    readonly at: string;
    /** The identity that it was given to; null for a client without a certificate. */
    readonly by: string | null;
  };
  /** Whether the server handed out a session. */
  'resumed-identity': { readonly given: boolean };
  'missing-intermediate': never;
  'sni-bypass': never;
  'bypass-address': never;
  rotation: never;
}>;

/** The trials of one TLS version at one address, with the controls that bracket them. */
export type Lane = {
  readonly tls: TlsVersion | null;
  readonly controls: readonly Trial[];
  /** The first accepted control, or null. */
  readonly control: Attempt | null;
  /** The same control, attempted once more after the others; null where no other was refused, or no control was accepted. */
  readonly closingControl: Attempt | null;
  /** The same control, attempted among the first attempts of the others; null or absent where it was not. */
  readonly controlAmong?: Attempt | null;
  /** The same control, watched for as long as another client was that was closed late; null or absent where none was. */
  readonly patientControl?: Attempt | null;
  /** The first attempt at the closing control, where it was neither accepted nor refused and another was made. Default: null. */
  readonly closingFailure?: Attempt | null;
  /** Whether there was no time for a closing control that was due. Default: false. */
  readonly closingMissed?: boolean;
  /** Controls that were accepted while other connections waited in silence. Default: none. */
  readonly witnesses?: readonly Attempt[];
  /** A control that got no TCP connection, where none got one: no other check was attempted at this address. Null where one got a connection. */
  readonly unreachableControl: Attempt | null;
  readonly others: readonly Trial[];
  /** Checks of this lane that open no connection: they are judged by what the others observed. */
  readonly derived: readonly Check[];
};

/** The problem of a served chain that turns a pass into inconclusive; null for none. */
export type TrustOf = (
  observation: Observation,
) => { readonly code: CheckResult['code']; readonly message: string } | null;

/** The CAs that the relying party named in a handshake, beside the issuers of an identity (null: of none). Null where it asked for no certificate. */
export type AcceptableCasOf = (observation: Observation, identity: string | null) => AcceptableCas | null;

export type JudgeContext = {
  readonly endpoint: Endpoint;
  readonly vantage: string;
  readonly now: Instant;
  /** A sentence on addresses of the endpoint that were not probed; null where all were. */
  readonly note: string | null;
  /** Where what was presented is found, for the line that reproduces a check. Default: nowhere. */
  readonly where?: Whereabouts | undefined;
  /** Whether the chain that was served there is sound, for the same line. Default: it is. */
  readonly isSound?: (observation: Pick<Observation, 'servedChain'>) => boolean;
  readonly trustOf: TrustOf;
  /** The TLS versions in which a handshake with the endpoint came as far as its keys, in this run and at this address. */
  readonly spoken?: readonly TlsVersion[];
  /** Whether an identity has a name of one that the endpoint admits. If not, it may be refused for its name. */
  readonly sharesName: (identity: string) => boolean;
  /** The kind of server, whose cures are shown. Default: not known. */
  readonly platform?: KnownPlatform | null;
  /** Default: not known. */
  readonly acceptableCasOf?: AcceptableCasOf;
};
