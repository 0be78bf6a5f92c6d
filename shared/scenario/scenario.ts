/**
 * A scenario is one record that holds all that the monitor knows of it. Every list of scenarios elsewhere derives from these records.
 * No field is optional: a record without one does not compile.
 */

import type { Detour, DetourNamed } from '../model/check.ts';
import type { Cure } from '../model/cure.ts';
import type { Cause, Fault, RejectedScenario, ScenarioName, Suite } from '../model/names.ts';
import type { MintedScenario, Presented } from '../model/probe.ts';
import type { ProtocolTraits } from '../model/protocol.ts';
import type { Endpoint, Identity } from '../model/registry.ts';
import type { Family, Proof } from './family.ts';

export type Case<Own extends Detour = Detour> = {
  readonly subject: string | null;
  readonly presented: Presented | null;
  /** Default: the request differs from the control's in the presented client only. */
  readonly detour?: Own;
};

export type Identities = Readonly<Record<string, Identity>>;

/** Connections of one check at most: two, and two more if those differ, to show how many of several backends accept the client. */
export const ATTEMPTS = 4;

export type Acceptance = {
  /** Completes «<endpoint> answered 200 to …». */
  readonly to: string;
  readonly meaning: string;
  readonly causes: readonly string[];
  readonly cure: Cure;
};

export type Scenario<Name extends ScenarioName = ScenarioName> = {
  readonly name: Name;
  /** Its column in the matrix; `head` has at most six characters. Null: it has no check at an endpoint, and so no place in the matrix. */
  readonly column: { readonly head: string; readonly meaning: string } | null;
  /** The kind of client: it decides under which wider fault an acceptance is grouped, and which waiver covers it. */
  readonly family: Family;
  /** The suite in which its verdict moves state. */
  readonly suite: Suite;
  /** Runs in every suite; in another suite than its own its verdict moves no state. */
  readonly always: boolean;
  /** The protocol trait that the scenario requires; null: it applies to any protocol. */
  readonly needs: keyof ProtocolTraits | null;
  /** Whether each of `routes` runs it too, with its own controls. */
  readonly onRoutes: boolean;
  readonly presents: string;
  /** `rejected`, but for the scenarios that `RejectedScenario` of the model leaves out. */
  readonly expects: Name extends RejectedScenario
    ? 'rejected'
    : 'accepted' | 'either' | 'sound-chain' | 'fit-identity' | 'sound-rotation' | 'agreement' | 'fit-source';
  /** The standard’s clause that requires `expects`. */
  readonly citation: string;
  /** The checks of one endpoint: one for each case; no cases, no checks. */
  readonly cases: (endpoint: Endpoint, identities: Identities) => readonly Case<DetourNamed<Name>>[];
  /**
   * What to add to the registry where there is nothing to present, or where a run finds nothing: the report lists it as not covered. Null where
   * an empty list is by design.
   */
  readonly add: string | null;
  /** What a run has to find for its checks to be made, as a clause after "only where". Absent: they are made in every run. */
  readonly onlyWhere?: string;
  /** The fault of the identities that it presents; null for a scenario that presents none with a fault. */
  readonly fault: Name extends Fault ? Name : null;
  /** Whether the monitor mints its certificate (`shared/pki/mint/mint.ts`). No identity of a registry may then bear its name. */
  readonly minted: Name extends MintedScenario ? true : false;
  /** Whether the server may serve another certificate than the endpoint's own. If not, a refusal by a server that is not trusted proves nothing. */
  readonly mayMeetAnotherCertificate: boolean;
  /**
   * Whether the same client is asked without what this scenario adds as well, and must be refused then. If it is accepted, this scenario is
   * inconclusive and has the cause of that acceptance.
   */
  readonly comparedWithout: boolean;
  /** Connections of one check at most. With a pace (`limits.perSecond`), the budget of a sweep grows by it. */
  readonly attempts: number;
  /** What an acceptance proves of the endpoint as a whole; null where it proves nothing more than itself. */
  readonly acceptanceProves: Proof | null;
  /** The cause of an acceptance that no wider fault explains; null: the finding has no cause beyond itself. */
  readonly cause: Cause | null;
  /** A forbidden acceptance, explained to the person on call. Null for a scenario that cannot be accepted wrongly. */
  readonly acceptance: Name extends RejectedScenario ? Acceptance : null;
};

/** One case without a subject. */
export const single = (presented: Presented): readonly Case<never>[] => [{ subject: null, presented }];

/** One case for each identity with this fault. */
export const withFault = (fault: Fault, identities: Identities): readonly Case<never>[] =>
  Object.values(identities)
    .filter((identity) => identity.fault === fault)
    .map(({ name }) => ({ subject: name, presented: { kind: 'identity', identity: name } }));
