/** Renders endpoints × scenarios as a table. */
import type { Verdict } from '../../../shared/model/names.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { type Cell, type Column, MARK_WORDS, MARKS, NO_CHECK, type Row, rowOf } from './grid.ts';
import type { Survey } from './survey.ts';
import { type Line, tables } from './tables.ts';
import { hanging } from './wrap.ts';

export const paint = (verdict: Verdict, text: string, colors: Colors): string => {
  switch (verdict) {
    case 'pass':
      return colors.green(text);
    case 'fail':
      return colors.bold(colors.red(text));
    case 'inconclusive':
      return colors.yellow(text);
    case 'waived':
      return colors.cyan(text);
    default:
      return verdict satisfies never;
  }
};

const cellText = ({ verdict }: Pick<Cell, 'verdict'>, colors: Colors): string =>
  verdict === null ? colors.dim(NO_CHECK) : paint(verdict, MARKS[verdict], colors);

/** Endpoints that have a row each. Where there are more, those with the same marks share one. */
const OWN_ROWS = 60;

function* rowsOf(report: ReportInParts, { columns, order }: Survey): Generator<Row> {
  for (const index of order) {
    const row = rowOf(report.part(index), columns);
    if (row !== null) yield row;
  }
}

const moreText = (count: number): string => (count === 1 ? '' : ` and ${count - 1} more`);

/** One line for each row of marks, in the order of their first endpoints. */
const sharedLines = (rows: Iterable<Row>, colors: Colors): readonly Line[] => {
  const lines = new Map<
    string,
    { readonly endpoint: string; readonly verdicts: readonly Cell['verdict'][]; count: number }
  >();
  for (const { endpoint, cells } of rows) {
    const verdicts = cells.map(({ verdict }) => verdict);
    const there = lines.get(verdicts.join());
    if (there !== undefined) there.count += 1;
    else lines.set(verdicts.join(), { endpoint, verdicts, count: 1 });
  }
  return [...lines.values()].map(({ endpoint, verdicts, count }) => ({
    ...{ name: printable(endpoint), more: moreText(count) },
    cells: verdicts.map((verdict) => cellText({ verdict }, colors)),
  }));
};

function* linesOf(rows: Iterable<Row>, colors: Colors): Generator<Line> {
  for (const { endpoint, cells } of rows)
    yield { name: printable(endpoint), more: '', cells: cells.map((cell) => cellText(cell, colors)) };
}

export type MatrixOptions = {
  /** A row for each endpoint, however many there are. */
  readonly verbose: boolean;
  /** Columns of the terminal. */
  readonly width: number;
};

/** The worst row first. Nothing without endpoints. */
export function* matrix(
  report: ReportInParts,
  survey: Survey,
  colors: Colors,
  { verbose, width }: MatrixOptions,
): Generator<string> {
  const { columns, rows } = survey;
  if (rows === 0) return;
  const heads = columns.map(({ head }) => head);
  if (verbose || rows <= OWN_ROWS) {
    const lines = () => linesOf(rowsOf(report, survey), colors);
    yield* tables({ heads, nameWidth: printable(survey.longestName).length, lines }, width, colors);
    yield legend(columns, colors, width);
    return;
  }
  const shared = sharedLines(rowsOf(report, survey), colors);
  const nameWidth = Math.max(...shared.map(({ name, more }) => name.length + more.length));
  yield* tables({ heads, nameWidth, lines: () => shared }, width, colors);
  const note = 'Endpoints with the same marks share a row; --verbose lists each.';
  yield `${legend(columns, colors, width)}\n${colors.dim(hanging('', 0, note, width))}`;
}

const legend = (columns: readonly Column[], colors: Colors, width: number): string => {
  const marks = (['pass', 'fail', 'inconclusive', 'waived'] as const).map(
    (verdict) => `${paint(verdict, MARKS[verdict], colors)} ${MARK_WORDS[verdict]}`,
  );
  const meanings = columns.map(({ head, meaning }) => `${head} ${meaning}`).join(' · ');
  const signs = [...marks, `${colors.dim(NO_CHECK)} no check`].join('   ');
  return `\n${hanging('', 0, signs, width)}\n${colors.dim(hanging('', 0, meanings, width))}`;
};
