/** Fits text into a terminal: lines break between words and go on under where their text began. */
import wrapAnsi from 'wrap-ansi';

/** Columns that a text report is written for. */
const [NARROWEST, WIDEST] = [60, 200] as const;

type Stream = { readonly isTTY?: boolean; readonly columns?: number };

/** A terminal's own columns, or those that COLUMNS gives, from 60 to 200. What goes into a pipe or a file is not wrapped: its lines can be searched. */
export const widthOf = ({ isTTY, columns }: Stream, wanted: string | undefined): number => {
  const given = Number(wanted);
  const width = Number.isInteger(given) && given > 0 ? given : isTTY === true ? (columns ?? 0) : 0;
  return width === 0 ? Number.POSITIVE_INFINITY : Math.min(Math.max(width, NARROWEST), WIDEST);
};

/** `lead`: what stands before the text, `columns` of them wide; further lines are indented as far. */
export const hanging = (lead: string, columns: number, text: string, width: number): string => {
  if (width === Number.POSITIVE_INFINITY) return `${lead}${text}`;
  return `${lead}${wrapAnsi(text, width - columns, { hard: true }).replaceAll('\n', `\n${' '.repeat(columns)}`)}`;
};
