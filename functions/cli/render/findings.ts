/** Renders the groups of findings as text: message, related checks, cure, and a command that reproduces the finding. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { checkName, type Group } from './finding-groups.ts';
import { MARKS } from './grid.ts';
import { paint } from './matrix.ts';
import type { Survey } from './survey.ts';

const line = (label: string, text: string, colors: Colors): string =>
  `    ${colors.dim(label.padEnd(6))} ${printable(text)}`;

const sayGroup = ({ owner, cause, cure, checks }: Group, colors: Colors): string => {
  const [first, ...others] = checks;
  const title = cause === null ? first.code : `${cause.title}  ${colors.dim(first.cause ?? '')}`;
  const also = [...new Set(others.map(checkName))];
  return [
    `${paint(first.verdict, `${MARKS[first.verdict]} ${printable(owner)}`, colors)}  ${title}  ${colors.dim(first.severity)}`,
    line('what', first.message, colors),
    ...(also.length === 0 ? [] : [line('also', also.join(', '), colors)]),
    ...(cure === null ? [] : [line('cure', cure, colors)]),
    ...(first.waiver === null ? [] : [line('waived', `until ${first.waiver.until}: ${first.waiver.reason}`, colors)]),
    ...(first.reproduce === null ? [] : [line('try', first.reproduce, colors)]),
    ...(first.cause === null ? [] : [line('code', [...new Set(checks.map(({ code }) => code))].join(', '), colors)]),
  ].join('\n');
};

/** Nothing where all pass; else the groups, worst first, an empty line between them. */
export function* findings(report: ReportInParts, { groups }: Survey, colors: Colors): Generator<string> {
  let before = '';
  for (const { group } of groups(report)) {
    yield before + sayGroup(group, colors);
    before = '\n\n';
  }
}
