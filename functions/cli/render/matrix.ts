/** Renders endpoints × scenarios as a table. */
import Table from 'cli-table3';
import type { Verdict } from '../../../shared/model/names.ts';
import type { Report } from '../../../shared/model/report.ts';
import type { Colors } from './colors.ts';
import { type Cell, gridOf, MARK_WORDS, MARKS, NO_CHECK } from './grid.ts';

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

export const matrix = (report: Report, colors: Colors): string => {
  const { columns, rows } = gridOf(report);
  if (rows.length === 0) return '';
  const table = new Table({
    chars: PLAIN_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: ['', ...columns.map(({ head }) => colors.dim(head))],
    colAligns: ['left', ...columns.map(() => 'center' as const)],
  });
  for (const { endpoint, cells } of rows) table.push([`${endpoint}  `, ...cells.map((cell) => cellText(cell, colors))]);
  const marks = (['pass', 'fail', 'inconclusive', 'waived'] as const).map(
    (verdict) => `${paint(verdict, MARKS[verdict], colors)} ${MARK_WORDS[verdict]}`,
  );
  const legend = [...marks, `${colors.dim(NO_CHECK)} no check`].join('   ');
  const meanings = columns.map(({ head, meaning }) => `${head} ${meaning}`).join(' · ');
  return `${table.toString()}\n\n${legend}\n${colors.dim(meanings)}`;
};
