/** One line for a person whose run needs no action: what to do next. */
import { FAULTS } from '../../shared/model/names.ts';
import type { ReportInParts } from '../../shared/model/report.ts';
import { exitCodeOf, type FailOn } from './exit-code.ts';

type Asked = { readonly failOn: FailOn; readonly state?: string };

/** Null where the report's findings say what to do. `file`: the registry, as it was given; null without one. */
export const nextStep = (report: ReportInParts, file: string | null, { failOn, state }: Asked): string | null => {
  const { fail, inconclusive, notCovered } = report.summary;
  if (exitCodeOf(report, failOn) !== 0) return null;
  if (fail + inconclusive > 0)
    return `Exit code 0 for all that: --fail-on ${failOn} lets ${fail} fail and ${inconclusive} inconclusive pass.`;
  if (notCovered.some(({ scenario }) => FAULTS.some((fault) => fault === scenario)))
    return 'Next: mtls-monitor forge --help makes the identities that "Not covered" asks for.';
  if (file === null) return 'Next: mtls-monitor init writes a registry, for more endpoints and for a schedule in AWS.';
  if (state === undefined)
    return `Next: mtls-monitor plan ${file} prices it on a schedule in AWS; --state FILE tells what changes from run to run.`;
  return `Next: mtls-monitor plan ${file} prices it on a schedule in AWS.`;
};
