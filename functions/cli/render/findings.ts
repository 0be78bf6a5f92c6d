/** Findings in words, one group a cause: what, why, the cure, and how to see it oneself. */

import type { CheckResult, Report } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import { CAUSE_TEXTS } from '../../../shared/verdict/causes.ts';
import type { Colors } from './colors.ts';
import { paint } from './matrix.ts';

const RANK = { critical: 0, warning: 1, info: 2, none: 3 } as const;

type Group = { readonly owner: string; readonly checks: readonly [CheckResult, ...CheckResult[]] };

/** One group for each endpoint and cause; what has no cause stands alone by code. Worst first. */
const groupsOf = ({ checks }: Report): readonly Group[] => {
  const groups = new Map<string, [CheckResult, ...CheckResult[]]>();
  for (const check of checks.filter(({ verdict }) => verdict !== 'pass')) {
    const owner = check.endpoint ?? check.id;
    const key = JSON.stringify([owner, check.verdict, check.cause ?? check.code]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [check]);
    else group.push(check);
  }
  return [...groups.values()]
    .map((group) => ({ owner: group[0].endpoint ?? group[0].subject ?? group[0].id, checks: group }))
    .toSorted(
      (one, other) =>
        verdictRank(one) - verdictRank(other) || RANK[one.checks[0].severity] - RANK[other.checks[0].severity],
    );
};

const verdictRank = ({ checks: [first] }: Group): number =>
  ['fail', 'inconclusive', 'waived', 'pass'].indexOf(first.verdict);

const line = (label: string, text: string, colors: Colors): string =>
  `    ${colors.dim(label.padEnd(6))} ${printable(text)}`;

/** The id without the endpoint's name, which stands above; a subject that only repeats the scenario is left out. */
const checkName = ({ id, endpoint, scenario, subject }: CheckResult): string => {
  const own = endpoint === null ? id : id.slice(endpoint.length + 1);
  return subject === scenario ? own.replace(`/${subject}`, '') : own;
};

const sayGroup = ({ owner, checks }: Group, colors: Colors): string => {
  const [first, ...others] = checks;
  const cause = first.cause === null ? null : CAUSE_TEXTS[first.cause];
  const mark = { pass: '✔', fail: '✘', inconclusive: '?', waived: '~' }[first.verdict];
  const title = cause === null ? first.code : `${cause.title}  ${colors.dim(first.cause ?? '')}`;
  const advice = cause?.cure ?? first.advice;
  const also = [...new Set(others.map(checkName))];
  return [
    `${paint(first.verdict, `${mark} ${printable(owner)}`, colors)}  ${title}  ${colors.dim(first.severity)}`,
    line('what', first.message, colors),
    ...(also.length === 0 ? [] : [line('also', also.join(', '), colors)]),
    ...(advice === null ? [] : [line('cure', advice, colors)]),
    ...(first.waiver === null ? [] : [line('waived', `until ${first.waiver.until}: ${first.waiver.reason}`, colors)]),
    ...(first.reproduce === null ? [] : [line('try', first.reproduce, colors)]),
    ...(first.cause === null ? [] : [line('code', [...new Set(checks.map(({ code }) => code))].join(', '), colors)]),
  ].join('\n');
};

export const findings = (report: Report, colors: Colors): string =>
  groupsOf(report)
    .map((group) => sayGroup(group, colors))
    .join('\n\n');
