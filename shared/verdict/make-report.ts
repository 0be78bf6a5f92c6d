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
  };
};
