/** Groups the findings of a report: one group per endpoint and cause, with one cure. All renderings use these groups. */
import { cureText } from '../../../shared/model/cure.ts';
import type { Cause } from '../../../shared/model/names.ts';
import type { CheckResult, ReportPart } from '../../../shared/model/report.ts';
import { CAUSE_TEXTS } from '../../../shared/verdict/explain/cause-texts.ts';
import { WORST } from './grid.ts';

const RANK = { critical: 0, warning: 1, info: 2, none: 3 } as const;

export type Group = {
  /** The endpoint's name, or the identity's for `identity-health`. */
  readonly owner: string;
  /** Texts of the common cause; null if the findings share only their code. */
  readonly cause: { readonly title: string; readonly meaning: string } | null;
  /** The cure of all findings of the group. */
  readonly cure: string | null;
  readonly checks: readonly [CheckResult, ...CheckResult[]];
};

/** The smaller, the worse: by verdict, then by severity. */
export const rankOf = ({ checks: [first] }: Group): number => WORST.indexOf(first.verdict) * 10 + RANK[first.severity];

/** Causes whose cure depends on the single finding: how the control was refused, how far a connection got, or what is wrong with the identity. */
const OWN_ADVICE: readonly Cause[] = ['CONTROL_REFUSED', 'IDENTITY_UNUSABLE', 'ENDPOINT_DOWN'];

const groupOf = (checks: Group['checks']): Group => {
  const [{ endpoint, subject, id, cause, advice, platform = null }] = checks;
  const text = cause === null ? null : CAUSE_TEXTS[cause];
  const shared = text === null || cause === null ? null : cureText(text.cure, platform, cause);
  const cure = cause !== null && OWN_ADVICE.includes(cause) ? (advice ?? shared) : (shared ?? advice);
  return { owner: endpoint ?? subject ?? id, cause: text, cure, checks };
};

/**
 * Returns the groups of a part, in the order of their first checks. Findings without a cause are grouped by code; verdicts are never mixed in a group.
 * No group has checks of two parts.
 */
export const groupsIn = ({ checks }: ReportPart): readonly Group[] => {
  const groups = new Map<string, [CheckResult, ...CheckResult[]]>();
  for (const check of checks) {
    if (check.verdict === 'pass') continue;
    const key = JSON.stringify([check.endpoint ?? check.id, check.verdict, check.cause ?? check.code]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [check]);
    else group.push(check);
  }
  return [...groups.values()].map(groupOf);
};

/** Returns a check's id without the endpoint's name, which is the group's title, and without a subject that repeats the scenario. */
export const checkName = ({ id, endpoint, scenario, subject }: CheckResult): string => {
  const own = endpoint === null ? id : id.slice(endpoint.length + 1);
  return subject === scenario ? own.replace(`/${subject}`, '') : own;
};
