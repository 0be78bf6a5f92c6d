import type { ReportInParts } from '../../shared/model/report.ts';
import { partsOf } from '../../shared/verdict/make-report.ts';
import { EXIT } from './exit.ts';

/** What makes the exit code other than 0, from the least to the most: each includes those before it. */
export const FAIL_ON = ['critical', 'fail', 'inconclusive'] as const;
export type FailOn = (typeof FAIL_ON)[number];

const hasCritical = (report: ReportInParts): boolean => {
  for (const { checks } of partsOf(report))
    if (checks.some(({ verdict, severity }) => verdict === 'fail' && severity === 'critical')) return true;
  return false;
};

/** A run that was not finished is never 0: what it left out may be the worst. */
export const exitCodeOf = (report: ReportInParts, failOn: FailOn): number => {
  const { summary, run } = report;
  if (summary.fail > 0 && (failOn !== 'critical' || hasCritical(report))) return EXIT.fail;
  if (!run.complete) return EXIT.inconclusive;
  return failOn === 'inconclusive' && summary.inconclusive > 0 ? EXIT.inconclusive : EXIT.pass;
};
