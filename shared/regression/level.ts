/** What one result would have a reader believe, and whether one run is enough to say so. */
import type { Code, NotificationKind, ScenarioName } from '../model/names.ts';
import type { CheckResult } from '../model/report.ts';
import type { Level } from '../model/state.ts';

/** What moves state: a check's result, or a run's own outcome, which belongs to no scenario. */
export type ItemResult = Pick<
  CheckResult,
  | 'id'
  | 'endpoint'
  | 'subject'
  | 'vantage'
  | 'verdict'
  | 'code'
  | 'severity'
  | 'cause'
  | 'message'
  | 'advice'
  | 'reproduce'
  | 'evidence'
> & { readonly scenario: ScenarioName | null };

/** Faults of our own: they do not flap, and whatever their verdict is, they mean that nothing is known. */
const OWN_FAULTS: ReadonlySet<Code> = new Set(['IDENTITY_UNUSABLE', 'TRUST_BUNDLE_UNUSABLE', 'RUN_INCOMPLETE']);

export const impliedLevel = ({ verdict, code }: Pick<ItemResult, 'verdict' | 'code'>): Level => {
  switch (verdict) {
    case 'pass':
    case 'waived':
      return 'ok';
    case 'inconclusive':
      return 'blind';
    case 'fail':
      return OWN_FAULTS.has(code) ? 'blind' : 'failing';
    default:
      return verdict satisfies never;
  }
};

/** An outage, or a renewal that is under way at one address after the other. */
const MAY_PASS: ReadonlySet<Code> = new Set(['CONTROL_REJECTED', 'SERVED_CHAINS_DIFFER']);

/** False for what may be over soon: it waits for `settleAfter` runs, and so does everything inconclusive. */
export const settlesAtOnce = ({ verdict, code }: Pick<ItemResult, 'verdict' | 'code'>): boolean =>
  OWN_FAULTS.has(code) || (verdict !== 'inconclusive' && !MAY_PASS.has(code));

export const kindOf = (level: Level, code: Code): Exclude<NotificationKind, 'reminder' | 'change'> => {
  switch (level) {
    case 'ok':
      return 'recovery';
    case 'blind':
      return 'blind';
    case 'failing':
      return code.endsWith('_EXPIRES_SOON') ? 'expiry' : 'regression';
    default:
      return level satisfies never;
  }
};
