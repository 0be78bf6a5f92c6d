/** Findings of a report for a reader: incidents, and what is waived, worst first; those of many endpoints that are alike are one. */
import { cureText } from '../model/cure.ts';
import { type Cause, type Code, SEVERITIES, type Severity } from '../model/names.ts';
import type { CheckResult, ReportInParts, ReportPart } from '../model/report.ts';
import type { ShownSilence } from '../model/silence.ts';
import { HOUR, type Instant, instantOf, iso } from '../model/time.ts';
import { itemTitle, type Titled } from '../publish/headline.ts';
import { topicOf } from '../regression/about.ts';
import { CAUSE_TEXTS } from '../verdict/explain/cause-texts.ts';
import { incidentCollector, type Places, placesOf, type ReportIncident } from './incidents.ts';
import { silenceOver } from './silenced.ts';

export const LEVELS = ['open', 'blind', 'waived'] as const;
/** `open`: something is not as it must be. `blind`: nobody can tell. `waived`: known, and exempted. */
export type FindingLevel = (typeof LEVELS)[number];

export type Finding = {
  readonly level: FindingLevel;
  readonly severity: Severity;
  readonly cause: Cause | null;
  readonly code: Code;
  /** As the title of its notification. */
  readonly title: string;
  /** Incidents that it stands for. */
  readonly count: number;
  /** The names of its endpoints, and their owners. */
  readonly endpoints: readonly string[];
  readonly owners: readonly string[];
  readonly worst: CheckResult;
  /** The silence for which nobody is told; null without one. */
  readonly silenced: ShownSilence | null;
  /** Texts of the cause; null without one. */
  readonly what: { readonly title: string; readonly meaning: string } | null;
  /** The cure of the worst check; null if there is none. `sameCure`: it is the cure of all incidents. */
  readonly cure: string | null;
  readonly sameCure: boolean;
  /** The checks that show it, and those that have no result, or the same fault, because of it. */
  readonly members: Places;
  readonly echoes: Places;
};

/** Incidents that are alike and are all listed. More of them are one finding. */
const ALL_LISTED = 3;

/** Causes whose cure depends on the single finding: how the control was refused, how far a connection got, or what is wrong with the identity. */
const OWN_ADVICE: readonly Cause[] = ['CONTROL_REFUSED', 'IDENTITY_UNUSABLE', 'ENDPOINT_DOWN'];

/** For the server that was recognised; null where there is none. */
export const cureOf = ({ cause, advice, platform }: CheckResult): string | null => {
  if (cause === null) return advice;
  const shared = cureText(CAUSE_TEXTS[cause].cure, platform ?? null, cause);
  return OWN_ADVICE.includes(cause) ? (advice ?? shared) : shared;
};

type Raw = Pick<Finding, 'level' | 'members' | 'echoes'> &
  Pick<ReportIncident, 'worst'> & {
    readonly kind: 'regression' | 'blind' | 'expiry';
    readonly incident: ReportIncident['incident'] | null;
    readonly check: CheckResult;
    readonly count: number;
    readonly sameCure: boolean;
  };

export type FindingOptions = {
  /** What is left until a date counts from it. */
  readonly now: Instant;
  /** Each incident by itself, however many are alike. */
  readonly apart: boolean;
};

type Named = { readonly endpoint: string | null; readonly owner: string | null };

/** Takes a report's parts, and reads again those that have the worst check of a finding. */
export const findingCollector = (report: ReportInParts, { now, apart }: FindingOptions) => {
  const incidents = incidentCollector({ id: report.run.id, startedAt: instantOf(report.run.startedAt) });
  const waived: Raw[] = [];
  const names: Named[] = [];
  const silencedBy = (each: Omit<Finding, 'silenced'>): Finding => ({
    ...each,
    silenced: each.level === 'waived' ? null : silenceOver(report.summary.silences ?? [], each),
  });
  const raw = (each: ReportIncident): readonly Raw[] => {
    const check = report.part(each.worst.part).checks[each.worst.check];
    const kind = each.level === 'blind' ? 'blind' : 'regression';
    return check === undefined ? [] : [{ ...each, kind, check, count: 1, sameCure: true }];
  };
  return {
    add: (part: ReportPart, index: number): void => {
      names[index] = { endpoint: part.checks[0]?.endpoint ?? null, owner: part.about?.owner ?? null };
      incidents.add(part, index);
      waived.push(...waivedIn(part, index));
    },
    done: (): readonly Finding[] => {
      const all = [...incidents.done().flatMap(raw), ...waived].toSorted(worstFirst);
      return (apart ? all : folded(all)).map((each) => finding(each, names, now)).map(silencedBy);
    },
  };
};

const rank = ({ severity }: CheckResult): number => -SEVERITIES.indexOf(severity);
const worstFirst = (one: Raw, other: Raw): number =>
  LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
  rank(one.check) - rank(other.check) ||
  other.members.size - one.members.size;

const folded = (all: readonly Raw[]): readonly Raw[] => {
  const alike = Map.groupBy(all, ({ level, check }) =>
    JSON.stringify([level, topicOf(check), check.cause, check.severity, check.endpoint === null, check.waiver]),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length <= ALL_LISTED) return same;
    const joined = (of: (raw: Raw) => Places) =>
      placesOf(same.flatMap((raw) => [...of(raw)].map(([part, checks]) => ({ part, checks }))));
    return [
      {
        ...first,
        count: same.length,
        sameCure: new Set(same.map(({ check }) => cureOf(check))).size === 1,
        members: joined(({ members }) => members),
        echoes: joined(({ echoes }) => echoes),
      },
    ];
  });
};

/** One for each cause and waiver at an endpoint. */
function* waivedIn({ checks }: ReportPart, part: number): Generator<Raw> {
  const places = checks.flatMap(({ verdict }, at) => (verdict === 'waived' ? [at] : []));
  const same = Map.groupBy(places, (at) => JSON.stringify([checks[at] && topicOf(checks[at]), checks[at]?.waiver]));
  for (const own of same.values()) {
    const [first] = own;
    const check = first === undefined ? undefined : checks[first];
    if (first === undefined || check === undefined) continue;
    yield {
      ...{ level: 'waived', kind: 'regression', incident: null, check, worst: { part, check: first } },
      ...{ count: 1, sameCure: true },
      ...{ members: new Map([[part, own]]), echoes: new Map() },
    };
  }
}

const finding = (raw: Raw, names: readonly Named[], now: Instant): Omit<Finding, 'silenced'> => {
  const { level, check, count, sameCure, members, echoes } = raw;
  const { cause, code, severity } = check;
  const where = [...members.keys()].flatMap((part) => names[part] ?? []);
  const endpoints = where.flatMap(({ endpoint }) => endpoint ?? []);
  const owners = [...new Set(where.flatMap(({ owner }) => owner ?? []))];
  const others = endpoints.length === 0 && count > 1 ? ` (+${count - 1})` : '';
  return {
    ...{ level, severity, cause, code, count, endpoints, owners, worst: check, members, echoes },
    title: `${itemTitle(raw.kind, titled(raw, endpoints, now))}${others}`,
    what: cause === null ? null : CAUSE_TEXTS[cause],
    ...{ cure: cureOf(check), sameCure },
  };
};

const titled = ({ check, incident }: Raw, endpoints: readonly string[], now: Instant): Titled => ({
  ...{ check: check.id, endpoint: check.endpoint, endpoints: [...endpoints], vantage: check.vantage },
  ...{ cause: check.cause, code: check.code },
  ...(check.share !== undefined && endpoints.length === 1 && { share: check.share }),
  ...(check.ends !== undefined && {
    ends: { at: check.ends.at, hoursLeft: (instantOf(check.ends.at) - now) / HOUR },
  }),
  incident:
    incident === null
      ? null
      : {
          ...{ key: incident.key, cause: incident.cause, thing: incident.thing, openedAt: iso(incident.openedAt) },
          ...{ lastRightAt: null, members: endpoints.length, endpoints: endpoints.length, closedBecause: null },
        },
});
