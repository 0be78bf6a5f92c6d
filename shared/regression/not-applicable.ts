/**
 * Checks that had no result because their endpoint could not be judged, and that do not apply now that it can: a session of another endpoint that must
 * not be resumed there is only looked for while the endpoint answers. Nothing else would ever say that they are over.
 */
import type { ScenarioName } from '../model/names.ts';
import type { CheckState, Transition } from '../model/state.ts';
import { isStale, type Run } from './check-state.ts';
import { openAbout, transitionOf } from './transition.ts';

/** A planned check for which a run, that had results of its endpoint, had nothing to present. */
export type NotApplicable = {
  readonly id: string;
  readonly endpoint: string;
  readonly scenario: ScenarioName;
  readonly subject: string | null;
  readonly vantage: string;
};

/** Takes those that were announced as blind out of `checks`. What fails stays: that nothing could be presented proves nothing. */
export const notApplicable = (
  checks: Map<string, CheckState>,
  {
    run,
    owner,
    without = [],
  }: { readonly run: Run; readonly owner: string | null; readonly without?: readonly NotApplicable[] },
): readonly Transition[] =>
  without.flatMap((check) => {
    const state = checks.get(check.id);
    if (state?.announced?.level !== 'blind' || isStale(state, run)) return [];
    checks.delete(check.id);
    const was = openAbout(state);
    const over = {
      ...check,
      ...({ verdict: 'pass', code: state.announced.code, severity: 'info', cause: null } as const),
      message: `${check.endpoint} is judged again, and ${check.scenario} does not apply to it: this run had nothing to present for it.`,
      ...{ advice: null, reproduce: null, evidence: [] },
    };
    const next = { state, note: null, ...(was !== undefined && { was }) };
    return [{ ...transitionOf(over, 'recovery', next, owner, run), ended: 'not-applicable' as const }];
  });
