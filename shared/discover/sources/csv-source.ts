/** A table of endpoints: a header row, then one endpoint a row. */
import type { SourceDocument } from '../../claims/document.ts';
import { printable } from '../../claims/printable.ts';
import { addressIn, type Candidate, type Candidates, candidateOf, type LeftOut, shownAddress } from '../candidate.ts';
import type { CandidateSource } from '../candidate-source.ts';
import { type CsvRow, csvRows } from './csv.ts';

/** Columns by the names that people give them, in small letters and without blanks, hyphens and underscores. */
const COLUMNS = {
  name: ['name', 'endpoint', 'service'],
  url: ['url', 'address', 'target'],
  host: ['host', 'hostname', 'fqdn'],
  port: ['port'],
  scheme: ['scheme', 'protocol'],
  path: ['path'],
  owner: ['owner', 'team'],
  serverName: ['servername', 'sni'],
  admits: ['admits', 'identities', 'identity'],
  trustBundle: ['trustbundle', 'ca'],
} as const;
type Column = keyof typeof COLUMNS;

const plainName = (cell: string): string =>
  cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
const columnOf = (cell: string): Column | null => {
  const name = plainName(cell);
  const found = Object.entries(COLUMNS).find(([, names]) => (names as readonly string[]).includes(name));
  return (found?.[0] as Column | undefined) ?? null;
};

/** Whether a text begins with a header row that names a URL or a host. */
export const isCsv = (text: string): boolean => {
  const [first = ''] = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split(/\r|\n/, 1);
  if (!/[,;\t]/.test(first) || !/^["\w][\w "',;\t-]*$/.test(first)) return false;
  const columns = csvRows(first).rows[0]?.cells.map(columnOf) ?? [];
  return (
    columns.includes('url') || (columns.includes('host') && columns.some((each) => each !== 'host' && each !== null))
  );
};

export const csvSource: CandidateSource = {
  title: 'CSV',
  exports: ['a file with a header row: name,url,owner'],
  recognises: (document) => document.kind === 'text' && isCsv(document.text),
  read: (documents) => {
    const read = documents.map(readTable);
    return {
      candidates: read.flatMap(({ candidates }) => candidates),
      leftOut: read.flatMap(({ leftOut }) => leftOut),
      problems: read.flatMap(({ problems }) => problems),
    };
  },
};

const readTable = (document: SourceDocument): Candidates => {
  const { file } = document;
  const text = document.kind === 'text' ? document.text.replace(/^\uFEFF/, '') : '';
  const { rows, damagedAt } = csvRows(text);
  const [header, ...body] = rows;
  const columns = header?.cells.map(columnOf) ?? [];
  const at = (line: number) => ({ file, line, object: null });
  const read = body.map((row) => ofRow(row, columns, at(row.line)));
  const unused = (header?.cells ?? [])
    .filter((_, index) => columns[index] === null)
    .map((cell) => printable(cell.trim(), 60));
  return {
    candidates: read.flatMap((each) => ('hosts' in each ? [each] : [])),
    leftOut: read.flatMap((each) => ('why' in each ? [each] : [])),
    problems: [
      ...unused.map((name) => ({ at: at(header?.line ?? 1), path: name, message: 'no entry takes this column' })),
      ...(damagedAt === null
        ? []
        : [
            {
              at: at(damagedAt),
              path: '',
              message: 'not CSV: a quotation mark stands alone; the rows before it were read',
            },
          ]),
    ],
  };
};

const ofRow = ({ cells }: CsvRow, columns: readonly (Column | null)[], at: LeftOut['at']): Candidate | LeftOut => {
  const cell = (column: Column): string | null => cells[columns.indexOf(column)]?.trim() || null;
  const written = cell('url') ?? cell('host');
  const address = written === null ? null : addressIn(written.includes('://') ? written : bracketed(written));
  const name = cell('name') ?? shownAddress(written ?? 'a row');
  if (address === null) return { what: printable(name, 80), why: noAddress(written), at };
  const port = cell('port') ?? address.port;
  if (port !== null && !/^\d{1,5}$/.test(String(port)))
    return { what: printable(name, 80), why: `"${printable(String(port), 20)}" is no port`, at };
  return candidateOf({
    ...{ name, at, hosts: [address.host], port: port === null ? null : Number(port) },
    scheme: cell('scheme')?.toLowerCase() ?? address.scheme ?? 'https',
    path: cell('path') ?? address.path,
    ...{ owner: cell('owner'), serverName: cell('serverName'), trustBundle: cell('trustBundle') },
    admits: wordsIn(cell('admits') ?? ''),
  });
};

const noAddress = (written: string | null): string =>
  written === null
    ? 'its row has neither a URL nor a host'
    : `"${shownAddress(written)}" is no URL and no host, or has a password`;

const wordsIn = (text: string): readonly string[] => text.split(/[\s,;|]+/).filter((each) => each !== '');

/** An IPv6 address without brackets and without a port. */
const bracketed = (text: string): string =>
  (text.match(/:/g)?.length ?? 0) > 1 && !text.startsWith('[') ? `[${text}]` : text;
