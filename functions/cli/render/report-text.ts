/** Renders a report for the terminal: the matrix, the findings, the gaps in coverage, and the summary last. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { findings } from './findings.ts';
import { matrix, paint } from './matrix.ts';
import { silencesCount } from './silences.ts';
import { countsOf, durationOf, gapsOf, plural, waiverText } from './summary.ts';
import { surveyOf } from './survey.ts';

const notCovered = (report: ReportInParts, colors: Colors): string => {
  const lines = gapsOf(report).map(({ text, endpoints }) =>
    colors.dim(`  ${printable(text)} (${endpoints.length === 1 ? endpoints[0] : `${endpoints.length} endpoints`})`),
  );
  return lines.length === 0 ? '' : `${colors.dim('Not covered')}\n${lines.join('\n')}`;
};

const waivers = ({ summary }: ReportInParts, colors: Colors): string => {
  const lines = (summary.waivers ?? []).map((note) => `  ${printable(waiverText(note))}`);
  return lines.length === 0 ? '' : `${colors.yellow('Waivers to look at')}\n${lines.join('\n')}`;
};

export const summaryLine = (report: ReportInParts, colors: Colors): string => {
  const { summary, run } = report;
  const counts = countsOf(report).map(({ verdict, count }) => paint(verdict, `${count} ${verdict}`, colors));
  const sum = [`${plural(summary.endpoints, 'endpoint')}, ${plural(summary.checks, 'check')}`, counts.join(', ')];
  const incomplete = run.complete ? '' : colors.yellow(', not finished');
  const notes = summary.waivers?.length ?? 0;
  const said = `${notes === 0 ? '' : `, ${plural(notes, 'waiver')} to look at`}${silencesCount(summary.silences)}`;
  const silent = colors.yellow(said);
  return `${sum.filter((part) => part !== '').join(': ')}${silent}${incomplete} (${durationOf(report)})`;
};

/** `more`: sections behind the summary. `verbose`: a row for each endpoint and every finding by itself, however many are equal. Default: false. */
export function* renderText(
  report: ReportInParts,
  colors: Colors,
  more: readonly string[] = [],
  verbose = false,
): Generator<string> {
  const survey = surveyOf(report);
  yield* sections([
    matrix(report, survey, colors, verbose),
    findings(report, survey, colors, verbose),
    [notCovered(report, colors)],
    [waivers(report, colors)],
    [summaryLine(report, colors)],
    more,
  ]);
}

/** An empty line between any two of them that are not empty. */
function* sections(all: readonly Iterable<string>[]): Generator<string> {
  let written = false;
  for (const section of all) {
    let before = written ? '\n\n' : '';
    for (const piece of section) {
      if (piece === '') continue;
      yield before + piece;
      before = '';
      written = true;
    }
  }
}
