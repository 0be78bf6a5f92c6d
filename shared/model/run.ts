/** The documents that the functions exchange through S3: one plan, one batch per map item, one result per batch. */

import { z } from 'zod';
import type { AddressRules } from './address-rules.ts';
import type { HeldSources, SourceState } from './configured.ts';
import type { EndpointStanding } from './endpoint-standing.ts';
import { SUITE_REQUESTS, type Suite, type SuiteRequest } from './names.ts';
import type { NotCovered } from './not-covered.ts';
import type { CrlSource, Endpoint, Identity, Registry } from './registry.ts';
import type { CheckResult, ServedChain, WaiverNote } from './report.ts';
import type { Dated, EndpointFacts } from './report-facts.ts';
import type { Instant, Milliseconds } from './time.ts';

/** The state machine's input. Everything is optional: `{}` runs every suite of every schedule. */
export const runRequest = z.object({
  suite: z.enum(SUITE_REQUESTS).default('all'),
  schedule: z.string().nullable().default(null),
});
export type RunRequest = z.infer<typeof runRequest>;

/** The output of plan, the input of the map and of report. */
export const runPlan = runRequest.extend({
  batches: z.number().int().nonnegative(),
  items: z.string().meta({ description: 'The S3 key of the map’s items.' }),
  from: z.number().int().nonnegative().optional().meta({
    description: 'The number of this round’s first batch; `batches` counts those of all rounds. Default: 0.',
  }),
  round: z.number().int().nonnegative().optional().meta({ description: 'The round of follow-up batches. Default: 0.' }),
});
export type RunPlan = z.infer<typeof runPlan>;

/** What the plan found to have left the registry. */
export type Gone = {
  /** The deployed registry that the run was planned from. */
  readonly registry: string;
  /** Keys of state items that had an open check. */
  readonly keys: readonly string[];
};

export type RunIdentity = {
  readonly id: string;
  readonly startedAt: Instant;
  readonly suite: SuiteRequest;
  readonly schedule: string | null;
  /** The deployed registry that the run was planned from. Absent from a plan of an older version. */
  readonly registry?: string;
  /** The number of endpoints in that registry. Absent from a plan of an older version. */
  readonly registered?: number;
};

/** One item of the map: a reference, small enough for any payload limit. */
export type BatchRef = {
  readonly batch: number;
  readonly key: string;
  /** The batch's: the state machine chooses the function by it. Absent from a plan of an older version, which knows the default one only. */
  readonly vantage?: string;
  /** When the map began with this item, ISO 8601: the same for a second attempt. Absent from a state machine of an older version. */
  readonly enteredAt?: string;
  /** Whether the state machine maps follow-up batches. Absent from a state machine of an older version, which does not. */
  readonly carries?: boolean;
};

/** The endpoints that one probe Lambda checks, with everything they need except the secrets' values. */
export type Batch = {
  readonly run: RunIdentity;
  readonly vantage: string;
  readonly suites: readonly Suite[];
  readonly endpoints: readonly Endpoint[];
  /** Identities that these endpoints use, by name. */
  readonly identities: Readonly<Record<string, Identity>>;
  /** Identities whose `identity-health` this batch reports; set for the identity batch only. */
  readonly health: readonly string[];
  readonly trustBundles: Readonly<Record<string, TrustBundle>>;
  /** By identity of `health`: the trust bundles that its chain may lead to. Absent from a plan of an older version. */
  readonly healthBundles?: Readonly<Record<string, readonly string[]>>;
  readonly defaults: Pick<Registry, 'expiry' | 'settleAfter' | 'remindAfter'>;
  /** The registry's. Absent: private addresses are reached as any other. */
  readonly addresses?: AddressRules;
  /** The registry's file, for the lines that reproduce its checks. Absent: `registry.yaml`. */
  readonly registryFile?: string;
  /** By endpoint: what the registry’s sources say of it. Absent where none does. */
  readonly covered?: HeldSources['covered'];
  /** Names of the sources that could be read: what they do not say, they do not say. Absent: none. */
  readonly read?: readonly string[];
  /** Sources whose `source-health` this batch reports. Absent: none. */
  readonly sources?: readonly SourceState[];
  /** 0 for a batch of the plan, which is the default; from 1 for what an earlier round carried over. */
  readonly round?: number;
};

/** A trust bundle whose files have been read: the plan holds their text. */
export type TrustBundle = { readonly crls?: readonly Crl[] } & (
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'system' }
  /**
   * Certificates, PEM. `unread`: what of its file could not be read, by its place. `file`: its file, where that holds the same as PEM; absent from a
   * plan of an older version.
   */
  | { readonly kind: 'pem'; readonly pem: string; readonly unread?: readonly string[]; readonly file?: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
);

/** `name`: the file's name, for messages. */
export type Crl =
  | Extract<CrlSource, { kind: 'url' }>
  | { readonly kind: 'pem'; readonly name: string; readonly pem: string }
  | { readonly kind: 'unreadable'; readonly name: string; readonly reason: string };

/** What the registry says of an endpoint that was swept. `runbook`: its own page, or its defaults’. */
export type EndpointNotes = {
  readonly about: EndpointFacts;
  readonly waivers: readonly WaiverNote[];
  readonly runbook?: string;
};

/** What a batch adds to the run's report beside its checks. */
export type BatchFacts = {
  readonly endpoints: readonly EndpointNotes[];
  readonly dates: readonly Dated[];
  /** The number of endpoints in the registry. Absent: not known. */
  readonly registered?: number;
};

export type BatchResult = {
  /** The batch's. Absent from a result of an older version: the default one. */
  readonly vantage?: string;
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
  readonly complete: boolean;
  /** One for each endpoint and suite. Absent from a result of an older version. */
  readonly standings?: readonly EndpointStanding[];
  /** State keys with due transitions; empty while `state` is `pending`. */
  readonly due: readonly string[];
  /**
   * `pending`: the results are stored, and the state is not written yet. Absent from a result of an older version, which was stored after its
   * state.
   */
  readonly state?: 'pending' | 'written';
  /** By endpoint: how long its sweep took. Absent from a result of an older version. */
  readonly durations?: Readonly<Record<string, Milliseconds>>;
  /** Absent from a result of an older version. */
  readonly facts?: BatchFacts;
  /** Names of the endpoints that a follow-up batch sweeps: `checks` has none of theirs. Absent if there are none. */
  readonly rest?: readonly string[];
};

/** The deployed registry: its text, and its trust bundles with their files' texts. It holds no private key and no secret's value. */
export type RegistryDeployment = {
  /** The file's name, for error messages. */
  readonly file: string;
  readonly text: string;
  readonly bundles: Readonly<Record<string, TrustBundle>>;
};
