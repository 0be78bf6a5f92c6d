/**
 * The incidents of one report: which findings are one fault, and which only follow from it. The rules are those by which people are told (`regression/absorb.ts`),
 * as if nothing had been told before.
 */
import type { Incident } from '../model/incident.ts';
import type { CheckResult, ReportPart } from '../model/report.ts';
import type { Instant } from '../model/time.ts';
import { aboutOf } from '../regression/about.ts';
import { absorb, NO_INCIDENTS } from '../regression/absorb.ts';
import type { AbsorbSettings } from '../regression/absorb-settings.ts';
import type { Arrival } from '../regression/arrival.ts';
import { impliedLevel, kindOf } from '../regression/level.ts';
import { transitionOf } from '../regression/transition.ts';

/** Checks of a report: the number of a part, and the places of checks in it. */
export type Places = ReadonlyMap<number, readonly number[]>;

export type ReportIncident = {
  readonly incident: Incident;
  /** `blind`: none of its checks has a result. */
  readonly level: 'open' | 'blind';
  readonly worst: { readonly part: number; readonly check: number };
  readonly members: Places;
  /** Checks without a result, or with the same fault, because of it. */
  readonly echoes: Places;
};

/** Checks of one part that the incidents cannot tell apart. */
type Alike = { readonly part: number; readonly checks: number[]; readonly arrival: Arrival };

const SETTINGS: Omit<AbsorbSettings, 'now'> = {
  remindAfter: 0,
  keyOf: JSON.stringify,
  share: Number.POSITIVE_INFINITY,
};

type Run = { readonly id: string; readonly startedAt: Instant };

/** Takes a report's parts one after the other. */
export const incidentCollector = (run: Run) => {
  const all = new Map<string, Alike>();
  return {
    /** `part`: the number of the part. */
    add: ({ checks }: ReportPart, part: number): void => {
      for (const alike of alikeIn(checks, part, run)) all.set(alike.arrival.key, alike);
    },
    done: (): readonly ReportIncident[] => {
      const arrivals = [...all.values()].map(({ arrival }) => arrival);
      const { incidents } = absorb(NO_INCIDENTS, arrivals, { ...SETTINGS, now: run.startedAt });
      return incidents.open.flatMap((incident) => drawn(incident, all) ?? []);
    },
  };
};

const alikeIn = (checks: readonly CheckResult[], part: number, run: Run): Iterable<Alike> => {
  const found = new Map<string, Alike>();
  for (const [at, check] of checks.entries()) {
    const level = impliedLevel(check);
    if (level === 'ok') continue;
    const kind = kindOf(level, check.code);
    const same = JSON.stringify([aboutOf(check), kind, check.severity, check.code]);
    const there = found.get(same);
    if (there !== undefined) {
      there.checks.push(at);
      continue;
    }
    const key = check.endpoint === null ? `identity/${part}:${found.size}` : `endpoint/${part}/${found.size}`;
    const state = { state: { since: run.startedAt }, note: null } as const;
    const transition = transitionOf(bare(check), kind, state, null, run);
    found.set(same, { part, checks: [at], arrival: { key, transition, open: [] } });
  }
  return found.values();
};

/** What the incidents look at. A report of ten thousand endpoints is not kept twice. */
const bare = (check: CheckResult): CheckResult => ({
  ...check,
  ...{ message: '', advice: null, reproduce: null, evidence: [] },
});

const drawn = (incident: Incident, all: ReadonlyMap<string, Alike>): ReportIncident | null => {
  const of = (keys: readonly string[]) => keys.flatMap((key) => all.get(key) ?? []);
  const own = of(incident.own);
  const worst = own.find(({ arrival }) => arrival.transition.check === incident.check) ?? own[0];
  const check = worst?.checks[0];
  if (worst === undefined || check === undefined) return null;
  return {
    incident,
    level: own.some(({ arrival }) => arrival.transition.kind !== 'blind') ? 'open' : 'blind',
    worst: { part: worst.part, check },
    members: placesOf(own),
    echoes: placesOf(of(incident.echoes)),
  };
};

export const placesOf = (all: Iterable<{ readonly part: number; readonly checks: readonly number[] }>): Places => {
  const places = new Map<number, number[]>();
  for (const { part, checks } of all) {
    const there = places.get(part);
    if (there === undefined) places.set(part, [...checks]);
    else there.push(...checks);
  }
  return places;
};
