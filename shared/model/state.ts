/**
 * State between runs: one item per endpoint, vantage and suite; one per identity; one per schedule and suite for the runs themselves. The standings
 * of all endpoints of one vantage, schedule and suite are an item of their own (`endpoint-standing.ts`).
 */
import type { About, ClosedBecause, IncidentMark, Incidents } from './incident.ts';
import type { Cause, Code, NotificationKind, Severity, Suite, Verdict } from './names.ts';
import type { CheckResult } from './report.ts';
import type { StoredSilence } from './silence.ts';
import type { Instant } from './time.ts';

/** The state of a check that its notifications have announced. `blind`: the monitor cannot judge the check. */
export type Level = 'ok' | 'failing' | 'blind';

export type CheckState = {
  /** The last verdict other than `inconclusive`. */
  readonly baseline: 'pass' | 'fail' | 'waived' | null;
  readonly candidate: Verdict;
  /** Number of equal candidates in a row, this run's included, at most `settleAfter`; each run id once. */
  readonly streak: number;
  /** Start of the run in which the candidate, or the code that was announced last, first appeared. */
  readonly since: Instant;
  /** The last run whose result was written. A run that changes nothing else is not written. */
  readonly lastRunId: string;
  readonly lastRunStartedAt: Instant;
  /** The transition that was last put into `due`. Null: believed ok, because the check never failed or is waived. */
  readonly announced: {
    readonly level: Level;
    readonly kind: NotificationKind;
    readonly code: Code;
    readonly severity: Severity;
    readonly at: Instant;
    /** Of a run: the endpoints that were not checked then. Absent for checks, and in state of an older version. */
    readonly extent?: number;
    /** Absent in state of an older version. */
    readonly about?: About;
  } | null;
  /** Absent if the last runs were all ok, and in state of an older version. */
  readonly recent?: Recent;
};

export type Recent = {
  /** One letter per run, oldest first: `o` for ok, `f` for failing, `b` for blind. At most one window, and possibly fewer runs than there were. */
  readonly levels: string;
  /** When the first trouble after a window without trouble began. */
  readonly since: Instant;
  readonly flapping: boolean;
};

/** A change that must be announced: stored in the state item of its check, removed once it is published. */
export type Transition = {
  /** Stable: `<run id>/<check id>/<kind>`; for a change of the acceptable CAs, `…/change/acceptable-cas`. */
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
  /** When that run started. Due transitions are announced in this order. */
  readonly runStartedAt: Instant;
  readonly message: string;
  readonly advice: string | null;
  readonly reproduce: string | null;
  readonly evidence: CheckResult['evidence'];
  /** Of a finding about a date. */
  readonly ends?: CheckResult['ends'];
  /** Of a finding about a trust bundle, a CA of one, or a CRL. */
  readonly thing?: CheckResult['thing'];
  /** Of a finding at some of the endpoint's addresses. */
  readonly share?: CheckResult['share'];
  /** What the finding is about, or was: of a recovery, what is over. Absent from a transition of an older version. */
  readonly about?: About;
  /** What the check's last announcement was about, if it was not right then. */
  readonly was?: About;
  /** What was announced of the check before. Absent from ends and changes, and from a transition of an older version. */
  readonly before?: CheckState['announced'];
  /** Of a change: it waits for the end of a silence. */
  readonly silenced?: true;
  /** Of a recovery: why the finding is over. Absent: the check is right. */
  readonly ended?: ClosedBecause;
  /** Of an incident's closing: its endpoints, and their number where that is more than those named. */
  readonly endpoints?: readonly string[];
  /** The endpoint’s own runbook. Absent: it has none, or an older version made the transition. */
  readonly runbook?: string;
  readonly endpointCount?: number;
  /** The incident that announces it. Absent until a report has decided that it is told. */
  readonly incident?: IncidentMark;
};

/** Facts that distinguish kinds of leaf changes: digests of its key and of its issuer, and whether it is short-lived. */
export type LeafFacts = {
  readonly key: string;
  readonly issuer: string;
  readonly shortLived: boolean;
  /** Whether signatures led from its chain to the trust bundle when it was last seen; absent if that was not known. */
  readonly trusted?: boolean;
};
/** A served leaf: its fingerprint, and the facts that are known. */
export type Leaf = { readonly sha256: string } & Partial<LeafFacts>;

/** A list of acceptable CAs: the digest of its names, and how many there are. */
export type CaList = { readonly sha256: string; readonly total: number };

export type StateItem = {
  /** `endpoint/<name>/<vantage>/<suite>`, `identity/<name>`, `run/<schedule>/<suite>`, `incidents`, `silences`. */
  readonly key: string;
  readonly suite: Suite | null;
  readonly checks: Readonly<Record<string, CheckState>>;
  /** SHA-256 of the leaves served lately, by check id, the newest last. */
  readonly chains: Readonly<Record<string, readonly string[]>>;
  /** Facts of these leaves, by check id and SHA-256. Absent for leaves that an older version stored. */
  readonly leaves?: Readonly<Record<string, Readonly<Record<string, LeafFacts>>>>;
  /** The lists of acceptable CAs that the endpoint named lately, by check id, the newest last. Absent if it named none, and in state of an older version. */
  readonly acceptableCas?: Readonly<Record<string, readonly CaList[]>>;
  /** The owner of what is open. Absent if nothing is open, if it has no owner, and in state of an older version. */
  readonly owner?: string;
  /** Start of the run that last closed checks which had left the registry: results of runs before it change nothing. */
  readonly closedAt?: Instant;
  /** Due transitions, oldest first. They are announced in this order. */
  readonly due: readonly DueTransition[];
  /** Of the item `incidents` only. */
  readonly incidents?: Incidents;
  /** Of the item `silences` only. Each is read by itself (`silence.ts`): what is damaged silences nothing. */
  readonly silences?: readonly StoredSilence[];
};

export type DueTransition = {
  readonly transition: Transition;
  /** The message that will announce it (`pipeline/announce/claims.ts`). Another report may look for the message after `until`. */
  readonly claim: {
    readonly message: string;
    readonly until: Instant;
    /** The run whose report claimed it. Absent from a claim of an older version. */
    readonly run?: string;
  } | null;
};
