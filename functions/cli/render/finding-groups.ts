/** Findings in groups, as every picture of a report shows them: one group for each endpoint and cause, with one cure. */
import type { Cause } from '../../../shared/model/names.ts';
import type { CheckResult, Report } from '../../../shared/model/report.ts';
import { CAUSE_TEXTS } from '../../../shared/verdict/explain/cause-texts.ts';
import { WORST } from './grid.ts';

const RANK = { critical: 0, warning: 1, info: 2, none: 3 } as const;

export type Group = {
  /** The endpoint, or the identity where it is one of ours. */
  readonly owner: string;
  /** What they have in common, in words; null where it is no more than the code. */
  readonly cause: { readonly title: string; readonly meaning: string } | null;
  /** Of all of them. */
  readonly cure: string | null;
  readonly checks: readonly [CheckResult, ...CheckResult[]];
};

const rankOf = ({ checks: [first] }: Group): number => WORST.indexOf(first.verdict) * 10 + RANK[first.severity];

/** What helps depends on how it was refused, or on what of ours is broken. */
const OWN_ADVICE: readonly Cause[] = ['CONTROL_REFUSED', 'IDENTITY_UNUSABLE'];

const groupOf = (checks: Group['checks']): Group => {
  const [{ endpoint, subject, id, cause, advice }] = checks;
  const text = cause === null ? null : CAUSE_TEXTS[cause];
  const cure = cause !== null && OWN_ADVICE.includes(cause) ? (advice ?? text?.cure ?? null) : (text?.cure ?? advice);
  return { owner: endpoint ?? subject ?? id, cause: text, cure, checks };
};

/** What has no cause stands alone by code; a fail and what nobody can tell are never one group. Worst first. */
export const groupsOf = ({ checks }: Report): readonly Group[] => {
  const groups = new Map<string, [CheckResult, ...CheckResult[]]>();
  for (const check of checks) {
    if (check.verdict === 'pass') continue;
    const key = JSON.stringify([check.endpoint ?? check.id, check.verdict, check.cause ?? check.code]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [check]);
    else group.push(check);
  }
  return [...groups.values()].map(groupOf).toSorted((one, other) => rankOf(one) - rankOf(other));
};

/** The id without the endpoint's name, which stands above; a subject that only repeats the scenario is left out. */
export const checkName = ({ id, endpoint, scenario, subject }: CheckResult): string => {
  const own = endpoint === null ? id : id.slice(endpoint.length + 1);
  return subject === scenario ? own.replace(`/${subject}`, '') : own;
};
