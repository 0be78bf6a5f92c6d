import type { CheckResult, NotCovered, Report, ServedChain } from '../model/report.ts';

const count = (checks: readonly CheckResult[], verdict: CheckResult['verdict']): number =>
  checks.filter((check) => check.verdict === verdict).length;

/** The report of a run, schema `mtls-monitor/report/v1`, with the number of checks of each verdict. */
export const makeReport = (
  run: Report['run'],
  endpoints: number,
  parts: {
    readonly checks: readonly CheckResult[];
    readonly servedChains: readonly ServedChain[];
    readonly notCovered: readonly NotCovered[];
  },
): Report => ({
  schema: 'mtls-monitor/report/v1',
  run,
  summary: {
    endpoints,
    checks: parts.checks.length,
    pass: count(parts.checks, 'pass'),
    fail: count(parts.checks, 'fail'),
    inconclusive: count(parts.checks, 'inconclusive'),
    waived: count(parts.checks, 'waived'),
    notCovered: [...parts.notCovered],
  },
  checks: [...parts.checks],
  servedChains: [...parts.servedChains],
});
