import type { CheckResult, NotCovered, Report, ReportInParts, ReportPart, WaiverNote } from '../model/report.ts';

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

/** Reads every part: for reports that are known to be small. */
export const wholeReport = (report: ReportInParts): Report => {
  const { schema, run, summary } = report;
  const parts = [...partsOf(report)];
  return {
    ...{ schema, run, summary },
    checks: parts.flatMap(({ checks }) => checks),
    servedChains: parts.flatMap(({ servedChains }) => servedChains),
    endpoints: parts.flatMap(({ about }) => about ?? []),
    dates: parts.flatMap(({ dates = [] }) => dates),
  };
};

/** A report as it was written, in parts again: one for each endpoint, in their order, and last the identities’. */
export const inParts = ({ checks, servedChains, endpoints = [], dates, ...head }: Report): ReportInParts => {
  const byEndpoint = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const chains = Map.groupBy(servedChains, ({ endpoint }) => endpoint);
  const facts = new Map(endpoints.map((each) => [each.name, each]));
  const names = new Set([...facts.keys(), ...[...byEndpoint.keys()].flatMap((name) => name ?? [])]);
  const parts: readonly ReportPart[] = [
    ...[...names].map((name) => ({
      ...{ checks: byEndpoint.get(name) ?? [], servedChains: chains.get(name) ?? [], about: facts.get(name) },
    })),
    { checks: byEndpoint.get(null) ?? [], servedChains: [], dates },
  ];
  return { ...head, count: parts.length, part: (index) => parts[index] ?? { checks: [], servedChains: [] } };
};
