/** What is kept between runs. One item per endpoint, vantage and suite; one per identity; one per schedule and suite for the runs themselves. */
import type { Cause, Code, NotificationKind, Severity, Suite, Verdict } from './names.ts';
import type { CheckResult } from './report.ts';
import type { Instant } from './time.ts';

/** What somebody who reads every notification believes of a check. */
export type Level = 'ok' | 'failing' | 'blind';

export type CheckState = {
  /** The last verdict that said something: an inconclusive one never moves it. */
  readonly baseline: 'pass' | 'fail' | 'waived' | null;
  readonly candidate: Verdict;
  /** Equal candidates in a row, this run's included, counted up to `settleAfter`; a run id counts once. */
  readonly streak: number;
  /** When the candidate began, or the code that was announced last. */
  readonly since: Instant;
  /** Of the last run that was written: one that changed nothing else is not. */
  readonly lastRunId: string;
  readonly lastRunStartedAt: Instant;
  /** What was last put into `due`; null means believed ok: nothing was ever wrong, or what was is waived. */
  readonly announced: {
    readonly level: Level;
    readonly kind: NotificationKind;
    readonly code: Code;
    readonly severity: Severity;
    readonly at: Instant;
  } | null;
  /** Absent where the last runs were all right, and in what an older version stored. */
  readonly recent?: Recent;
};

export type Recent = {
  /** A letter a run, oldest first: `o` for ok, `f` for failing, `b` for blind. At most one window; a suffix of what really was. */
  readonly levels: string;
  /** When the first trouble began after a window without any. */
  readonly since: Instant;
  readonly flapping: boolean;
};

/** Something that must be told: stored with the state that made it due, removed once it has been published. */
export type Transition = {
  /** Stable: `<run id>/<check id>/<kind>`. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly check: string;
  readonly endpoint: string | null;
  readonly vantage: string;
  readonly owner: string | null;
  /** Null for a run's own outcome. */
  readonly scenario: CheckResult['scenario'] | null;
  readonly subject: string | null;
  readonly code: Code;
  readonly cause: Cause | null;
  readonly severity: Severity;
  readonly since: Instant;
  readonly runId: string;
  /** When that run started: what is due is announced in this order. */
  readonly runStartedAt: Instant;
  readonly message: string;
  readonly advice: string | null;
  readonly reproduce: string | null;
  readonly evidence: CheckResult['evidence'];
};

/** What a change of leaf is told by: digests of its key and of who issued it, and whether it is renewed all the time. */
export type LeafFacts = {
  readonly key: string;
  readonly issuer: string;
  readonly shortLived: boolean;
  /** Whether signatures led from its chain to the trust bundle when it was last learnt; absent where that was not known. */
  readonly trusted?: boolean;
};
/** A served leaf by its fingerprint, and as much as is known of it. */
export type Leaf = { readonly sha256: string } & Partial<LeafFacts>;

export type StateItem = {
  /** `endpoint/<name>/<vantage>/<suite>`, `identity/<name>`, `run/<schedule>/<suite>`. */
  readonly key: string;
  readonly suite: Suite | null;
  readonly checks: Readonly<Record<string, CheckState>>;
  /** SHA-256 of the leaves seen lately by check id, the newest last. */
  readonly chains: Readonly<Record<string, readonly string[]>>;
  /** What is known of those, by check id and SHA-256. Not of leaves that were stored before this was. */
  readonly leaves?: Readonly<Record<string, Readonly<Record<string, LeafFacts>>>>;
  /** Oldest first: they are announced in this order. */
  readonly due: readonly DueTransition[];
};

export type DueTransition = {
  readonly transition: Transition;
  /** The message that will carry it; another report may take it over once `until` is past. */
  readonly claim: { readonly message: string; readonly until: Instant } | null;
};
