/** Renders a report for the terminal: the answers, the findings, who may call what, the matrix, the gaps in coverage, and the summary last. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { silenceLine } from '../../../shared/publish/silence-text.ts';
import { printable } from '../../../shared/publish/text.ts';
import { accessTable } from './access-text.ts';
import { answersText } from './answers-text.ts';
import type { Colors } from './colors.ts';
import { findings } from './findings.ts';
import { matrix, paint } from './matrix.ts';
import { silencesCount } from './silences.ts';
import { countsOf, durationOf, gapsOf, plural, waiverText } from './summary.ts';
import { surveyOf } from './survey.ts';
import { hanging } from './wrap.ts';

const notCovered = (report: ReportInParts, colors: Colors, width: number): string => {
  const lines = gapsOf(report).map(({ text, endpoints }) => {
    const where = endpoints.length === 1 ? endpoints[0] : `${endpoints.length} endpoints`;
    return colors.dim(hanging('  ', 2, printable(`${text} (${where})`), width));
  });
  return lines.length === 0 ? '' : `${colors.dim('Not covered')}\n${lines.join('\n')}`;
};

const waivers = ({ summary }: ReportInParts, colors: Colors, width: number): string => {
  const lines = (summary.waivers ?? []).map((note) => hanging('  ', 2, printable(waiverText(note)), width));
  return lines.length === 0 ? '' : `${colors.yellow('Waivers to look at')}\n${lines.join('\n')}`;
};

/** Of a report without the state that has them. */
const silences = ({ summary }: ReportInParts, colors: Colors, width: number): string => {
  const lines = (summary.silences ?? []).map((each) => hanging('  ', 2, silenceLine(each), width));
  return lines.length === 0 ? '' : `${colors.yellow('Silenced: measured, and told to nobody')}\n${lines.join('\n')}`;
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

export type TextOptions = {
  /** Sections behind the summary. Default: none. */
  readonly more?: readonly string[];
  /** A row for each endpoint and every incident by itself, however many are alike. Default: false. */
  readonly verbose?: boolean | undefined;
  /** Columns of the terminal. Default: lines are not wrapped. */
  readonly width?: number;
};

export function* renderText(report: ReportInParts, colors: Colors, options: TextOptions = {}): Generator<string> {
  const { more = [], verbose = false, width = Number.POSITIVE_INFINITY } = options;
  const overview = overviewOf(report, Date.parse(report.run.startedAt), verbose);
  yield* sections([
    [answersText(overview, colors, width)],
    findings(report, overview.findings, colors, { verbose, width }),
    accessTable(overview, colors, { verbose, width }),
    matrix(report, surveyOf(report), colors, { verbose, width }),
    [notCovered(report, colors, width)],
    [waivers(report, colors, width)],
    [more.length === 0 ? silences(report, colors, width) : ''],
    [hanging('', 0, summaryLine(report, colors), width)],
    ...more.map((each) => [each]),
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
