/** The level that one result implies, and whether one run is enough to announce it. */
import type { Code, NotificationKind, ScenarioName } from '../model/names.ts';
import type { CheckResult } from '../model/report.ts';
import type { Level } from '../model/state.ts';

/** A result that moves state: a check's, or a run's own outcome, which has no scenario. */
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
  | 'ends'
  | 'thing'
  | 'share'
> & {
  readonly scenario: ScenarioName | null;
  /** Of a run's own outcome: endpoints that it did not check. */
  readonly extent?: number;
};

/** Faults of the monitor's own setup. They settle at once, and imply `blind` whatever their verdict is. */
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

/** Codes of an outage, or of a renewal that reaches one address after the other. */
const MAY_PASS: ReadonlySet<Code> = new Set(['CONTROL_REJECTED', 'SERVED_CHAINS_DIFFER']);

/** Whether a failure with this code waits for `settleAfter` runs. */
export const mayPass = (code: Code): boolean => MAY_PASS.has(code);

/** Whether one run is enough to announce a result. Inconclusive results and the codes above wait for `settleAfter` runs. */
export const settlesAtOnce = ({ verdict, code }: Pick<ItemResult, 'verdict' | 'code'>): boolean =>
  OWN_FAULTS.has(code) || (verdict !== 'inconclusive' && !mayPass(code));

export const kindOf = (level: Level, code: Code): Exclude<NotificationKind, 'reminder' | 'change' | 'closing'> => {
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
