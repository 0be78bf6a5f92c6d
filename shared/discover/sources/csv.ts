/** Comma-separated values (RFC 4180), also with semicolons or tabs. */

/** A row with the line at which it begins, from 1. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

const TOKEN = /"((?:[^"]|"")*)"|([^",;\t\r\n]+)|([,;\t])|(\r\n|\r|\n)|(")/g;

/** Null where a quotation mark stands where none may: `line` is its line. */
export const csvRows = (text: string): { readonly rows: readonly CsvRow[]; readonly damagedAt: number | null } => {
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let [cells, cell, line, begins]: [string[], string, number, number] = [[], '', 1, 1];
  const endRow = () => {
    rows.push({ line: begins, cells: [...cells, cell] });
    [cells, cell] = [[], ''];
  };
  for (const [token, quoted, plain, mark, end, stray] of text.matchAll(TOKEN)) {
    if (stray !== undefined) return { rows, damagedAt: line };
    if (end === undefined && mark !== separator) cell += quoted?.replaceAll('""', '"') ?? plain ?? mark ?? '';
    if (mark === separator) {
      cells.push(cell);
      cell = '';
    }
    line += token.match(/\r\n|\r|\n/g)?.length ?? 0;
    if (end === undefined) continue;
    endRow();
    begins = line;
  }
  if (cell !== '' || cells.length > 0) endRow();
  return { rows: rows.filter((row) => row.cells.some((each) => each.trim() !== '')), damagedAt: null };
};

/** The mark that stands most often in the first line. */
const separatorOf = (text: string): string => {
  const [first = ''] = text.trimStart().split(/\r|\n/, 1);
  const count = (mark: string) => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
};
