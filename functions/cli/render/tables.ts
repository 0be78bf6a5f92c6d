/** Tables of marks: names × narrow columns. Columns that do not fit beside one another stand in a table below. */
import Table from 'cli-table3';
import type { Colors } from './colors.ts';

const PLAIN_BORDERS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' },
};

/** Rows of one table. A table of ten thousand rows takes more memory than their report. */
const ROWS = 500;
/** Columns between a name and its marks. */
const BEHIND_NAME = 2;

export type Line = {
  readonly name: string;
  /** What follows a name, and is never cut: ` and 12 more`. */
  readonly more: string;
  /** One for each head; already painted. */
  readonly cells: readonly string[];
};

export type Lines = {
  readonly heads: readonly string[];
  /** The longest name with what follows it. */
  readonly nameWidth: number;
  /** Read once for each table. */
  readonly lines: () => Iterable<Line>;
};

/** Numbers of columns, those of each table together. */
const blocksOf = (heads: readonly string[], room: number): readonly (readonly number[])[] => {
  const blocks: number[][] = [];
  let left = 0;
  for (const [at, head] of heads.entries()) {
    const block = left > head.length ? blocks.at(-1) : undefined;
    if (block === undefined) blocks.push([at]);
    else block.push(at);
    left = (block === undefined ? room : left) - head.length - 1;
  }
  return blocks;
};

const fitted = ({ name, more }: Line, room: number): string => {
  const own = room - more.length;
  return name.length <= own ? `${name}${more}` : `${name.slice(0, Math.max(own - 1, 1))}…${more}`;
};

/** `width`: of the terminal. Names get at most half of it. */
export function* tables({ heads, nameWidth, lines }: Lines, width: number, colors: Colors): Generator<string> {
  const room = Math.min(nameWidth, Math.floor(width / 2)) + BEHIND_NAME;
  let between = '';
  for (const block of blocksOf(heads, width - room)) {
    yield between;
    between = '\n';
    yield* table(
      block.map((at) => heads[at] ?? ''),
      block,
      lines(),
      room,
      colors,
    );
  }
}

function* table(
  heads: readonly string[],
  block: readonly number[],
  lines: Iterable<Line>,
  room: number,
  colors: Colors,
): Generator<string> {
  const begun = (isFirst: boolean) =>
    new Table({
      chars: PLAIN_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      head: isFirst ? ['', ...heads.map((head) => colors.dim(head))] : [],
      colAligns: ['left', ...heads.map(() => 'center' as const)],
      colWidths: [room, ...heads.map(({ length }) => length)],
    });
  let rows = begun(true);
  for (const line of lines) {
    rows.push([fitted(line, room - BEHIND_NAME), ...block.map((at) => line.cells[at] ?? '')]);
    if (rows.length < ROWS) continue;
    yield `${rows.toString()}\n`;
    rows = begun(false);
  }
  if (rows.length > 0) yield `${rows.toString()}\n`;
}
