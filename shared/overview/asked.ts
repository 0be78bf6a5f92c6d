/** What a run asked, and what it did not: only where everything was asked may anybody say that everything is as it must be. */
import { SUITES, type Suite } from '../model/names.ts';
import type { ReportInParts } from '../model/report.ts';

export type Asked = {
  /** Whether the run came to its end. */
  readonly complete: boolean;
  readonly checks: number;
  /** Suites that were not run, and the number of endpoints that were left out; null if the report does not say. */
  readonly suites: readonly Suite[] | null;
  readonly leftOut: number | null;
  /** Questions for which the registry has nothing to present, and those that it skips: pairs of endpoint and scenario. */
  readonly gaps: number;
  readonly skipped: number;
};

/** `skipped`: of all endpoints. */
export const askedOf = ({ run, summary }: Pick<ReportInParts, 'run' | 'summary'>, skipped: number): Asked => ({
  complete: run.complete,
  checks: summary.checks,
  suites: run.suites === undefined ? null : SUITES.filter((suite) => !run.suites?.includes(suite)),
  leftOut: run.leftOut ?? null,
  gaps: summary.notCovered.length,
  skipped,
});

export const isWhole = ({ complete, checks, suites, leftOut, gaps, skipped }: Asked): boolean =>
  complete && checks > 0 && suites?.length === 0 && leftOut === 0 && gaps === 0 && skipped === 0;
