/** A run's own outcome: an incomplete run is announced like a check, and so is its recovery. */
import type { SuiteRequest } from '../model/names.ts';
import type { ItemResult } from './level.ts';

const NAMED = 20;

/** Returns the state key and check id of the runs of one schedule and suite. Runs over all schedules share the key of `all`. */
export const runKey = (run: { readonly schedule: string | null; readonly suite: SuiteRequest }): string =>
  `run/${run.schedule ?? 'all'}/${run.suite}`;

/** Returns `RUN_COMPLETED` without problems, else `RUN_INCOMPLETE`. `problems` are sentences; `notChecked`: endpoints, undefined where that is not known. */
export const runOutcome = (
  run: { readonly id: string; readonly schedule: string | null; readonly suite: SuiteRequest },
  problems: readonly string[],
  notChecked?: number,
): ItemResult => {
  const common = {
    id: runKey(run),
    endpoint: null,
    scenario: null,
    subject: null,
    vantage: 'default',
    reproduce: null,
    evidence: [] as ItemResult['evidence'],
  };
  if (problems.length === 0) {
    const message = `Run ${run.id} was completed.`;
    return {
      ...common,
      verdict: 'pass',
      code: 'RUN_COMPLETED',
      severity: 'none',
      cause: null,
      message,
      advice: null,
    };
  }
  const more = problems.length > NAMED ? ` And ${problems.length - NAMED} more.` : '';
  return {
    ...common,
    ...(notChecked !== undefined && { extent: notChecked }),
    verdict: 'inconclusive',
    code: 'RUN_INCOMPLETE',
    severity: 'warning',
    cause: 'RUN_INCOMPLETE',
    message: `Run ${run.id} was not completed: ${problems.slice(0, NAMED).join(' ')}${more}`,
    advice: 'Look at the execution in Step Functions and at the functions’ logs.',
  };
};
