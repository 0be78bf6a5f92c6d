/** Renders endpoints × scenarios as a table. */
import Table from 'cli-table3';
import type { Verdict } from '../../../shared/model/names.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import type { Colors } from './colors.ts';
import { type Cell, type Column, MARK_WORDS, MARKS, NO_CHECK, type Row, rowOf } from './grid.ts';
import { andMore } from './summary.ts';
import type { Survey } from './survey.ts';

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

const cellText = ({ verdict }: Cell, colors: Colors): string =>
  verdict === null ? colors.dim(NO_CHECK) : paint(verdict, MARKS[verdict], colors);

const PLAIN_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** Rows of one table. A table of ten thousand rows takes more memory than their report. */
const ROWS = 500;

/** The tables' names have one width. */
const tableOf = (columns: readonly Column[], nameWidth: number, colors: Colors, isFirst: boolean) =>
  new Table({
    chars: PLAIN_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: isFirst ? ['', ...columns.map(({ head }) => colors.dim(head))] : [],
    colAligns: ['left', ...columns.map(() => 'center' as const)],
    colWidths: [nameWidth + BEHIND_NAME.length, ...columns.map(({ head }) => head.length)],
  });

const BEHIND_NAME = '  ';

/** Endpoints that have a row each. Where there are more, those with the same marks share one. */
const OWN_ROWS = 60;

type Line = Pick<Row, 'cells'> & { readonly name: string };

function* rowsOf(report: ReportInParts, columns: readonly Column[]): Generator<Row> {
  for (const part of partsOf(report)) {
    const row = rowOf(part, columns);
    if (row !== null) yield row;
  }
}

/** One line for each row of marks, in the order of their first endpoints. */
const sharedLines = (rows: Iterable<Row>): readonly Line[] => {
  const lines = new Map<string, { readonly first: Row; count: number }>();
  for (const row of rows) {
    const key = row.cells.map(({ verdict }) => verdict).join();
    const there = lines.get(key);
    if (there !== undefined) there.count += 1;
    // The checks of a cell are let go: a line needs its marks.
    else lines.set(key, { first: { ...row, cells: row.cells.map(marksOnly) }, count: 1 });
  }
  return [...lines.values()].map(({ first: { endpoint, cells }, count }) => ({
    name: andMore([endpoint], count),
    cells,
  }));
};

const marksOnly = ({ verdict }: Cell): Cell => ({ verdict, checks: [] });

function* linesOf(rows: Iterable<Row>): Generator<Line> {
  for (const { endpoint, cells } of rows) yield { name: endpoint, cells };
}

/** Nothing without endpoints. `verbose`: a row for each endpoint, however many there are. */
export function* matrix(report: ReportInParts, survey: Survey, colors: Colors, verbose: boolean): Generator<string> {
  const { columns, rows } = survey;
  if (rows === 0) return;
  if (verbose || rows <= OWN_ROWS) {
    yield* tables(linesOf(rowsOf(report, columns)), columns, survey.nameWidth, colors);
    yield legend(columns, colors);
    return;
  }
  const shared = sharedLines(rowsOf(report, columns));
  yield* tables(shared, columns, Math.max(...shared.map(({ name }) => name.length)), colors);
  yield `${legend(columns, colors)}\n${colors.dim('Endpoints with the same marks share a row; --verbose lists each.')}`;
}

function* tables(
  lines: Iterable<Line>,
  columns: readonly Column[],
  nameWidth: number,
  colors: Colors,
): Generator<string> {
  let table = tableOf(columns, nameWidth, colors, true);
  for (const { name, cells } of lines) {
    table.push([`${name}${BEHIND_NAME}`, ...cells.map((cell) => cellText(cell, colors))]);
    if (table.length < ROWS) continue;
    yield `${table.toString()}\n`;
    table = tableOf(columns, nameWidth, colors, false);
  }
  if (table.length > 0) yield `${table.toString()}\n`;
}

const legend = (columns: readonly Column[], colors: Colors): string => {
  const marks = (['pass', 'fail', 'inconclusive', 'waived'] as const).map(
    (verdict) => `${paint(verdict, MARKS[verdict], colors)} ${MARK_WORDS[verdict]}`,
  );
  const meanings = columns.map(({ head, meaning }) => `${head} ${meaning}`).join(' · ');
  return `\n${[...marks, `${colors.dim(NO_CHECK)} no check`].join('   ')}\n${colors.dim(meanings)}`;
};
