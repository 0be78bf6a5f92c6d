/** What the dashboard shows: the open incidents of the state, and what the last run of each schedule and suite has seen, as one. */
import { type Access, ANSWERS, type Answer } from '../model/access.ts';
import type { Incident, Incidents } from '../model/incident.ts';
import { type ScenarioName, SEVERITIES, type Verdict } from '../model/names.ts';
import { isAck, type Silence } from '../model/silence.ts';
import type { DashboardEnding, Reason, Snapshot } from '../model/snapshot.ts';
import { HOUR, type Instant, instantOf } from '../model/time.ts';
import { silencesHolding } from '../regression/silenced-incidents.ts';
import { WORST, worse, worstFirst } from './run-snapshot.ts';

/** `silence`: why nobody is told of it any more. `known`: somebody has acknowledged it. */
export type BoardIncident = {
  readonly incident: Incident;
  readonly silence: Silence | null;
  readonly known: boolean;
};

export type BoardRow = {
  readonly endpoint: string;
  readonly worst: Verdict;
  readonly verdicts: ReadonlyMap<ScenarioName, Verdict>;
};

export type Board = {
  /** Worst first, those that are silenced or acknowledged last; null where the state cannot be read. */
  readonly incidents: readonly BoardIncident[] | null;
  readonly runs: readonly Snapshot['run'][];
  /** Worst first. */
  readonly rows: readonly BoardRow[];
  readonly access: Access;
  /** The first to end first. */
  readonly endings: readonly DashboardEnding[];
  /** Whether more dates were seen than are kept. */
  readonly cut: boolean;
  readonly undated: number;
  readonly reasons: readonly Reason[];
};

export type Stored = {
  /** Null where they cannot be read. */
  readonly incidents: Pick<Incidents, 'open'> | null;
  readonly silences: unknown;
  readonly snapshots: readonly Snapshot[];
};

export const boardOf = ({ incidents, silences, snapshots }: Stored, now: Instant): Board => {
  const newestLast = snapshots.toSorted((one, other) => instantOf(one.run.startedAt) - instantOf(other.run.startedAt));
  const seen = seenBy(newestLast);
  return {
    incidents: incidents === null ? null : incidentsOf(incidents, silences, now),
    runs: newestLast.map(({ run }) => run).toReversed(),
    rows: rowsOf(seen),
    access: accessOf(newestLast),
    endings: endingsOf(newestLast, now),
    cut: newestLast.some(({ dates, endings }) => dates > endings.length),
    undated: Math.max(0, ...newestLast.map(({ undated }) => undated)),
    reasons: reasonsOf(newestLast, seen),
  };
};

const incidentsOf = (incidents: Pick<Incidents, 'open'>, silences: unknown, now: Instant): readonly BoardIncident[] => {
  const holding = silencesHolding(silences, incidents, now);
  const why = new Map(holding.flatMap(({ silence, incidents: under }) => under.map(({ key }) => [key, silence])));
  return incidents.open
    .map((incident) => {
      const silence = why.get(incident.key) ?? null;
      return { incident, silence, known: silence !== null && isAck(silence) };
    })
    .toSorted(
      (one, other) =>
        Number(one.silence !== null) - Number(other.silence !== null) ||
        SEVERITIES.indexOf(other.incident.severity) - SEVERITIES.indexOf(one.incident.severity) ||
        other.incident.endpoints.length - one.incident.endpoints.length ||
        one.incident.openedAt - other.incident.openedAt,
    );
};

type Seen = { readonly verdict: Verdict; readonly run: string };
type SeenAt = ReadonlyMap<string, ReadonlyMap<ScenarioName, Seen>>;

/** Of a scenario the newest run that asked it counts. */
const seenBy = (newestLast: readonly Snapshot[]): SeenAt => {
  const found = new Map<string, Map<ScenarioName, Seen>>();
  for (const { rows, run } of newestLast) {
    for (const { endpoint, verdicts } of rows) {
      const there = found.get(endpoint) ?? new Map<ScenarioName, Seen>();
      for (const [scenario, verdict] of Object.entries(verdicts))
        there.set(scenario as ScenarioName, { verdict, run: run.id });
      found.set(endpoint, there);
    }
  }
  return found;
};

const rowsOf = (seen: SeenAt): readonly BoardRow[] =>
  [...seen]
    .map(([endpoint, own]) => {
      const verdicts = new Map([...own].map(([scenario, { verdict }]) => [scenario, verdict]));
      return { endpoint, verdicts, worst: [...verdicts.values()].reduce<Verdict>(worse, 'pass') };
    })
    .toSorted((one, other) => WORST.indexOf(one.worst) - WORST.indexOf(other.worst));

const keyOf = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);

/** Of a client at a place the newest run that asked counts. */
const accessOf = (newestLast: readonly Snapshot[]): Access => {
  const clients = new Map(
    newestLast.flatMap(({ access }) => access.clients.map((client) => [keyOf(client.kind, client.name), client])),
  );
  const rank = ['identity', 'nobody', 'stranger'];
  const columns = [...clients].toSorted(([, one], [, other]) => rank.indexOf(one.kind) - rank.indexOf(other.kind));
  const said = new Map<string, { endpoint: string; route: string | null; answers: Map<string, Answer> }>();
  for (const { access } of newestLast) {
    const keys = access.clients.map(({ kind, name }) => keyOf(kind, name));
    for (const { endpoint, route, answers } of access.rows) {
      const there = said.get(keyOf(endpoint, route)) ?? { endpoint, route, answers: new Map<string, Answer>() };
      for (const [at, answer] of answers.entries())
        if (answer !== 'not-asked') there.answers.set(keys[at] ?? '', answer);
      said.set(keyOf(endpoint, route), there);
    }
  }
  const rows = [...said.values()].map(({ answers, ...where }) => ({
    ...where,
    answers: columns.map(([key]) => answers.get(key) ?? ('not-asked' as const)),
  }));
  const counts = Object.fromEntries(ANSWERS.map((answer) => [answer, 0])) as Record<Answer, number>;
  for (const { answers } of rows) for (const answer of answers) counts[answer] += 1;
  return { clients: columns.map(([, client]) => client), rows, counts };
};

/** A certificate that several runs saw is one. */
const endingsOf = (newestLast: readonly Snapshot[], now: Instant): readonly DashboardEnding[] => {
  const found = new Map<string, DashboardEnding>();
  for (const { endings } of newestLast)
    for (const each of endings)
      found.set(keyOf(each.kind, each.name, each.of, each.at, each.endpoints[0] ?? null), {
        ...each,
        hoursLeft: (instantOf(each.at) - now) / HOUR,
      });
  return [...found.values()].toSorted((one, other) => one.hoursLeft - other.hoursLeft);
};

/** Those of the runs that count; of an identity the newest. */
const reasonsOf = (newestLast: readonly Snapshot[], seen: SeenAt): readonly Reason[] => {
  const found = new Map<string, Reason>();
  for (const { reasons, run } of newestLast)
    for (const each of reasons)
      if (each.endpoint === null || seen.get(each.endpoint)?.get(each.scenario)?.run === run.id)
        found.set(keyOf(each.check, each.code), each);
  return [...found.values()].toSorted(worstFirst);
};
