/** What a report has from the registry beside the verdicts: the endpoint's facts, notes on its waivers, and links to the runbook. */
import type { Suite } from '../../model/names.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import type { EndpointNotes } from '../../model/run.ts';
import { runbookLink } from '../../model/runbook.ts';
import type { Instant } from '../../model/time.ts';
import { waiverNotes } from '../../verdict/judge/waiver-notes.ts';

export const notesOf = (
  endpoint: Endpoint,
  results: readonly CheckResult[],
  { suites, startedAt }: { readonly suites: readonly Suite[]; readonly startedAt: Instant },
): EndpointNotes => {
  const { name, url, owner, skip, runbook } = endpoint;
  return {
    about: { name, url, owner, skipped: skip.map(({ scenario }) => scenario) },
    waivers: waiverNotes(endpoint, results, suites, startedAt),
    ...(runbook !== undefined && { runbook }),
  };
};

/** `base`: the URL of the page; without one nothing is linked. */
export const linked = (checks: readonly CheckResult[], base: string | null | undefined): readonly CheckResult[] =>
  base === null || base === undefined
    ? checks
    : checks.map((check) =>
        check.verdict === 'pass' ? check : { ...check, runbook: runbookLink(base, check.cause ?? check.code) },
      );
