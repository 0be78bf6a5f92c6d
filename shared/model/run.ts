/** What the functions hand each other through S3: one plan, one batch per map item, one result per batch. */
import { z } from 'zod';
import { SUITE_REQUESTS, type Suite, type SuiteRequest } from './names.ts';
import type { CrlSource, Endpoint, Identity, Registry } from './registry.ts';
import type { CheckResult, NotCovered, ServedChain } from './report.ts';
import type { Instant } from './time.ts';

/** The state machine's input. Everything is optional: `{}` runs every suite of every schedule. */
export const runRequest = z.object({
  suite: z.enum(SUITE_REQUESTS).default('all'),
  schedule: z.string().nullable().default(null),
});
export type RunRequest = z.infer<typeof runRequest>;

/** What plan hands to the map and to report. */
export const runPlan = runRequest.extend({
  batches: z.number().int().nonnegative(),
  items: z.string().meta({ description: 'The S3 key of the map’s items.' }),
});
export type RunPlan = z.infer<typeof runPlan>;

export type RunIdentity = {
  readonly id: string;
  readonly startedAt: Instant;
  readonly suite: SuiteRequest;
  readonly schedule: string | null;
};

/** One item of the map: small enough for any payload limit. */
export type BatchRef = {
  readonly batch: number;
  readonly key: string;
  /** When the map began with this item, ISO 8601: the same for a second try. A state machine of the version before does not say. */
  readonly enteredAt?: string;
};

/** Endpoints that one probe Lambda checks, with all that they need but the secrets' values. */
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
  /** By identity of `health`: the trust bundles that its chain may lead to. A plan of the version before has none. */
  readonly healthBundles?: Readonly<Record<string, readonly string[]>>;
  readonly defaults: Pick<Registry, 'expiry' | 'settleAfter' | 'remindAfter'>;
};

/** A trust bundle whose files, if it had any, have been read: their text travels with the plan. */
export type TrustBundle = { readonly crls?: readonly Crl[] } & (
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'system' }
  /** Certificates, PEM. `unread`: what of its file could not be read, by its place. */
  | { readonly kind: 'pem'; readonly pem: string; readonly unread?: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: string }
);

/** `name`: what the registry calls the file. */
export type Crl =
  | Extract<CrlSource, { kind: 'url' }>
  | { readonly kind: 'pem'; readonly name: string; readonly pem: string }
  | { readonly kind: 'unreadable'; readonly name: string; readonly reason: string };

export type BatchResult = {
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
  readonly complete: boolean;
  /** State keys that now hold something due; none while the state is pending. */
  readonly due: readonly string[];
  /**
   * `pending`: what was seen is stored, what it means for the state is not; such a batch is not done. A result of the version before has none: it was
   * stored after its state.
   */
  readonly state?: 'pending' | 'written';
};

/** The registry as it is deployed: its text, and its trust bundles with their files read. No key and no secret's value is in it. */
export type RegistryDeployment = {
  /** The file's name, for error messages. */
  readonly file: string;
  readonly text: string;
  readonly bundles: Readonly<Record<string, TrustBundle>>;
};
