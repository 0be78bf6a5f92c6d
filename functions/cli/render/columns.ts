/** Plain columns with heads, as the tools of the field print them. */
import Table from 'cli-table3';
import type { Colors } from './colors.ts';

const NO_BORDERS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Cells may be painted. */
export function* columns(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  colors: Colors,
): Generator<string> {
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: heads.map((head) => colors.dim(head)),
  });
  table.push(...rows.map((row) => [...row]));
  yield `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
