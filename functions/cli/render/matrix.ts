/** Renders endpoints × scenarios as a table. */
import Table from 'cli-table3';
import type { Verdict } from '../../../shared/model/names.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import type { Colors } from './colors.ts';
import { type Cell, type Column, MARK_WORDS, MARKS, NO_CHECK, rowOf } from './grid.ts';
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

/** Nothing without endpoints. */
export function* matrix(report: ReportInParts, { columns, nameWidth }: Survey, colors: Colors): Generator<string> {
  let table = tableOf(columns, nameWidth, colors, true);
  let any = false;
  for (const part of partsOf(report)) {
    const row = rowOf(part, columns);
    if (row === null) continue;
    any = true;
    table.push([`${row.endpoint}${BEHIND_NAME}`, ...row.cells.map((cell) => cellText(cell, colors))]);
    if (table.length < ROWS) continue;
    yield `${table.toString()}\n`;
    table = tableOf(columns, nameWidth, colors, false);
  }
  if (!any) return;
  const marks = (['pass', 'fail', 'inconclusive', 'waived'] as const).map(
    (verdict) => `${paint(verdict, MARKS[verdict], colors)} ${MARK_WORDS[verdict]}`,
  );
  const legend = [...marks, `${colors.dim(NO_CHECK)} no check`].join('   ');
  const meanings = columns.map(({ head, meaning }) => `${head} ${meaning}`).join(' · ');
  const rest = table.length === 0 ? '' : `${table.toString()}\n`;
  yield `${rest}\n${legend}\n${colors.dim(meanings)}`;
}
