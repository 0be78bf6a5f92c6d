/** Renders the groups of findings as text: message, related checks, cure, and a command that reproduces the finding. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { type Shown, shownFindings } from './equal-findings.ts';
import { checkName } from './finding-groups.ts';
import { MARKS } from './grid.ts';
import { paint } from './matrix.ts';
import { andMore, plural } from './summary.ts';
import type { Survey } from './survey.ts';

const line = (label: string, text: string, colors: Colors): string =>
  `    ${colors.dim(label.padEnd(6))} ${printable(text)}`;

/** Of all that are equal; the other lines are about the first of them. */
const whereLine = ({ like }: Shown, colors: Colors): readonly string[] =>
  like === null
    ? []
    : [line('where', `${andMore(like.owners, like.count)} (--verbose lists each; below is the first)`, colors)];

const ownersText = ({ like, group: { owner, checks } }: Shown): string =>
  like === null ? owner : plural(like.count, checks[0].endpoint === null ? 'finding' : 'endpoint');

const say = (shown: Shown, colors: Colors): string => {
  const { cause, cure, checks } = shown.group;
  const [first, ...others] = checks;
  const cureOfAll = shown.like?.sameCure === false ? `${cure} (of the first; others have another)` : cure;
  const title = cause === null ? first.code : `${cause.title}  ${colors.dim(first.cause ?? '')}`;
  const also = [...new Set(others.map(checkName))];
  return [
    `${paint(first.verdict, `${MARKS[first.verdict]} ${printable(ownersText(shown))}`, colors)}  ${title}  ${colors.dim(first.severity)}`,
    ...whereLine(shown, colors),
    line('what', first.message, colors),
    ...(also.length === 0 ? [] : [line('also', also.join(', '), colors)]),
    ...(cure === null ? [] : [line('cure', cureOfAll ?? cure, colors)]),
    ...(first.waiver === null ? [] : [line('waived', `until ${first.waiver.until}: ${first.waiver.reason}`, colors)]),
    ...(first.reproduce === null ? [] : [line('try', first.reproduce, colors)]),
    ...(first.runbook === undefined ? [] : [line('read', first.runbook, colors)]),
    ...(first.cause === null ? [] : [line('code', [...new Set(checks.map(({ code }) => code))].join(', '), colors)]),
  ].join('\n');
};

/** Nothing where all pass; else the findings, worst first, an empty line between them. `verbose`: equal ones each by itself. */
export function* findings(report: ReportInParts, survey: Survey, colors: Colors, verbose: boolean): Generator<string> {
  let before = '';
  for (const shown of shownFindings(report, survey, verbose)) {
    yield before + say(shown, colors);
    before = '\n\n';
  }
}
