/** Incidents: what people are told of. A cause and the thing it is about, across suites, runs and endpoints, from an opening to a closing. */
import type { Cause, Code, NotificationKind, Severity } from './names.ts';
import type { Instant } from './time.ts';

/** The key of the state item that holds the incidents, and their closings that are due. */
export const INCIDENTS = 'incidents';

/** What an incident is about. The name of a certificate, and of a trust bundle's CA, is its SHA-256; that of a CRL its file or URL. */
export const THING_KINDS = [
  'endpoint',
  'identity',
  'run',
  'certificate',
  'trust-bundle',
  'ca',
  'crl',
  'source',
  'configuration',
] as const;
export type ThingKind = (typeof THING_KINDS)[number];
export type Thing = {
  readonly kind: ThingKind;
  readonly name: string;
  /** What people call it, where that is not its name. */
  readonly label?: string;
};
/** Things of one endpoint, or of one schedule. Every other thing is the same wherever it is used. */
const OF_ONE_PLACE: readonly ThingKind[] = ['endpoint', 'run'];
export const isShared = ({ kind }: Pick<Thing, 'kind'>): boolean => !OF_ONE_PLACE.includes(kind);

/** Why an incident is over. `right`: every check that was told is right again. `waived`: its last check was waived. `replaced`: another incident has taken its checks over. `not-applicable`: there is nothing to present for its last check. */
export const CLOSINGS = ['right', 'waived', 'removed', 'replaced', 'not-applicable'] as const;
export type ClosedBecause = (typeof CLOSINGS)[number];

/** The subject of a finding, the same in every run: `<cause or code>/<kind of thing>/<its name>`, with the check's subject where another subject is another fault. */
export type About = string;

export type Incident = {
  /** The same from the opening to the closing; no later incident has it. */
  readonly key: string;
  readonly cause: Cause | null;
  readonly code: Code;
  readonly thing: Thing;
  readonly abouts: readonly About[];
  /** Of the opening: the kind, and the severity, which rises if a worse finding joins. */
  readonly kind: NotificationKind;
  readonly severity: Severity;
  /** The worst check at the opening, and its vantage. */
  readonly check: string;
  readonly vantage: string;
  readonly openedAt: Instant;
  /** Runs, each with the kind, whose findings are told: the one that opened it, and the last in which it got worse. */
  readonly tellings: readonly string[];
  /** The run whose reminder is told, and when its last message was due. */
  readonly remindingRun: string | null;
  readonly toldAt: Instant;
  readonly owners: readonly (string | null)[];
  /** For each owner, the first of its endpoints that was told. Absent from an incident of an older version. */
  readonly firsts?: readonly (string | null)[];
  /** Names of endpoints: of those that were told. */
  readonly endpoints: readonly string[];
  /** Keys of state items. Of those with told checks that are still open; of those whose told checks are right again; of those that it explains. */
  readonly own: readonly string[];
  /** Why checks have left it, each reason once. */
  readonly ends: readonly ClosedBecause[];
  readonly left: readonly string[];
  readonly echoes: readonly string[];
  /** At how many of its addresses the endpoint showed it. Absent where all did, and in a record of an older version. */
  readonly share?: { readonly alike: number; readonly addresses: number };
  /** The id of the silence for which nobody is told of it. Absent from an incident that was told. */
  readonly silence?: string;
};

/** A closed incident, kept until the checks that it explained are judged on their own again, and until nobody can meet its last recoveries once more. */
export type Closed = { readonly incident: Incident; readonly at: Instant; readonly released: boolean };

export type Incidents = { readonly open: readonly Incident[]; readonly closed: readonly Closed[] };

/** What a transition and its message say of the incident. */
export type IncidentMark = {
  readonly key: string;
  readonly cause: Cause | null;
  readonly thing: Thing;
  readonly openedAt: Instant;
  readonly closedBecause: ClosedBecause | null;
};
