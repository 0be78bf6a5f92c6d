import type { NotCovered } from '../model/not-covered.ts';
import type { CheckResult, Report, ReportInParts, ReportPart, WaiverNote } from '../model/report.ts';
import type { EndpointFacts } from '../model/report-facts.ts';

export const REPORT_SCHEMA: Report['schema'] = 'mtls-monitor/report/v1';

/** Sums up a run's checks as they come, in any order. */
export const reportTally = () => {
  const count: Record<CheckResult['verdict'], number> = { pass: 0, fail: 0, inconclusive: 0, waived: 0 };
  const gaps: (readonly NotCovered[])[] = [];
  const notes: (readonly WaiverNote[])[] = [];
  let complete = true;
  return {
    /** `index`: the part's place in the report. */
    add: (
      index: number,
      checks: readonly CheckResult[],
      notCovered: readonly NotCovered[],
      waivers: readonly WaiverNote[] = [],
    ): void => {
      gaps[index] = notCovered;
      notes[index] = waivers;
      for (const { verdict, code } of checks) {
        count[verdict] += 1;
        if (code === 'NOT_RUN') complete = false;
      }
    },
    /** Whether no check was left out for want of time. */
    complete: (): boolean => complete,
    summary: (endpoints: number): Report['summary'] => ({
      endpoints,
      checks: count.pass + count.fail + count.inconclusive + count.waived,
      ...count,
      notCovered: gaps.flat(),
      ...(notes.flat().length > 0 && { waivers: notes.flat() }),
    }),
  };
};

export function* partsOf({ count, part }: ReportInParts): Generator<ReportPart> {
  for (let index = 0; index < count; index += 1) yield part(index);
}

/** Of each endpoint once: one that is asked from several vantages has several parts. */
export const factsOnce = () => {
  const seen = new Set<string>();
  return ({ about }: ReportPart): readonly EndpointFacts[] => {
    if (about === undefined || seen.has(about.name)) return [];
    seen.add(about.name);
    return [about];
  };
};

/** Reads every part: for reports that are known to be small. */
export const wholeReport = (report: ReportInParts): Report => {
  const { schema, run, summary } = report;
  const parts = [...partsOf(report)];
  return {
    ...{ schema, run, summary },
    checks: parts.flatMap(({ checks }) => checks),
    servedChains: parts.flatMap(({ servedChains }) => servedChains),
    endpoints: parts.flatMap(factsOnce()),
    dates: parts.flatMap(({ dates = [] }) => dates),
  };
};

/** A report as it was written, in parts again: one for each endpoint and vantage, and last the identities’. What an endpoint serves stands in its first. */
export const inParts = ({ checks, servedChains, endpoints = [], dates, ...head }: Report): ReportInParts => {
  const byEndpoint = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const chains = Map.groupBy(servedChains, ({ endpoint }) => endpoint);
  const facts = new Map(endpoints.map((each) => [each.name, each]));
  const names = new Set([...facts.keys(), ...[...byEndpoint.keys()].flatMap((name) => name ?? [])]);
  const parts: readonly ReportPart[] = [
    ...[...names].flatMap((name) => {
      const vantages = Map.groupBy(byEndpoint.get(name) ?? [], ({ vantage }) => vantage);
      const groups = vantages.size === 0 ? [[]] : [...vantages.values()];
      return groups.map((own, at) => ({
        ...{ checks: own, servedChains: at === 0 ? (chains.get(name) ?? []) : [], about: facts.get(name) },
      }));
    }),
    { checks: byEndpoint.get(null) ?? [], servedChains: [], dates },
  ];
  return { ...head, count: parts.length, part: (index) => parts[index] ?? { checks: [], servedChains: [] } };
};
