/** What a scenario is: an expectation with a citation, and what to present at which endpoint. Data, one file each. */
import type { Twist } from '../model/check.ts';
import type { ScenarioName, Suite } from '../model/names.ts';
import type { Presented } from '../model/probe.ts';
import type { ProtocolTraits } from '../model/protocol.ts';
import type { Endpoint, Identity } from '../model/registry.ts';

export type Case = {
  readonly subject: string | null;
  readonly presented: Presented | null;
  /** Default: asked as the control is asked. */
  readonly twist?: Twist;
};

export type Identities = Readonly<Record<string, Identity>>;

export type Scenario = {
  readonly name: ScenarioName;
  /** The suite in which its verdict moves state. */
  readonly suite: Suite;
  /** Runs in every suite; elsewhere than in its own it is measured only. */
  readonly always: boolean;
  readonly presents: string;
  readonly expects: 'accepted' | 'rejected' | 'sound-chain' | 'fit-identity' | 'sound-rotation';
  /** What a protocol must have for it to be about anything. Default: nothing, any protocol. */
  readonly needs?: keyof ProtocolTraits;
  /** Whether each of `routes` runs it too, with its own controls. */
  readonly onRoutes?: true;
  /** The clause that says so. */
  readonly citation: string;
  /** Nothing to present means no check. */
  readonly cases: (endpoint: Endpoint, identities: Identities) => readonly Case[];
  /** What to add to the registry where there is nothing to present; null where an empty list is by design. */
  readonly add: string | null;
  /** A forbidden acceptance, explained: what somebody at 3 a.m. needs. Null where none is possible. */
  readonly acceptance: {
    /** Completes «<endpoint> answered 200 to …». */
    readonly to: string;
    readonly meaning: string;
    readonly causes: readonly string[];
    readonly cure: string;
  } | null;
};

/** One case with nothing else to tell apart. */
export const single = (presented: Presented): readonly Case[] => [{ subject: null, presented }];

/** One case for each identity with this fault. */
export const withFault = (fault: Identity['fault'], identities: Identities): readonly Case[] =>
  Object.values(identities)
    .filter((identity) => identity.fault === fault)
    .map(({ name }) => ({ subject: name, presented: { kind: 'identity', identity: name } }));
