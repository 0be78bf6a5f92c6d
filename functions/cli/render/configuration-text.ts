/** What sources say, for the terminal and for GitHub: a table of endpoints, what is weak, and what could not be read. */
import Table from 'cli-table3';
import type { Claim, Reading, Said } from '../../../shared/model/claim.ts';
import type { Place } from '../../../shared/model/place.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { AloneFinding } from '../../../shared/verdict/configured/alone.ts';
import type { Colors } from './colors.ts';
import { annotationText } from './github.ts';
import { hanging } from './wrap.ts';

export type ReadSource = { readonly reading: Reading; readonly findings: readonly AloneFinding[] };

const MARKS = { critical: '✗', warning: '!', info: '·' } as const;
const LEVELS = { critical: 'error', warning: 'warning', info: 'notice' } as const;

export function* configurationText(
  read: readonly ReadSource[],
  colors: Colors,
  { width, verbose }: { readonly width: number; readonly verbose: boolean },
): Generator<string> {
  const claims = read.flatMap(({ reading }) => reading.claims);
  if (claims.length > 0) yield `${tableOf(claims)}\n`;
  const certificates = read.flatMap(({ reading }) => reading.certificates);
  if (certificates.length > 0)
    yield `${counted(certificates.length, 'certificate')} ${certificates.length === 1 ? 'is' : 'are'} managed there.\n`;
  const findings = read.flatMap((each) => each.findings);
  const shown = verbose ? findings : findings.filter(({ severity }) => severity !== 'info');
  if (shown.length > 0) yield `\n${colors.bold('Weak by itself')}\n`;
  for (const { code, severity, message, at } of shown) {
    const head = `${paintOf(severity, colors)(MARKS[severity])} `;
    yield `${hanging(head, 2, printable(`${message} ${code}, ${placeText(at)}`), width)}\n`;
  }
  const notes = claims.flatMap(({ endpoint, notes: each }) => each.map((note) => `${endpoint.name}: ${note}`));
  if (verbose) yield* section('Notes', notes, colors, width);
  const unread = claims.flatMap((claim) => claim.unread.map(({ at, path }) => `${path} (${placeText(at)})`));
  if (verbose) yield* section('Not understood, and not guessed', [...new Set(unread)], colors, width);
  const passed = read.flatMap(({ reading }) => reading.passedOver ?? []);
  if (verbose) yield* section('Passed over, since no reader knows them', passed, colors, width);
  const problems = read.flatMap(({ reading }) => reading.problems);
  const texts = problems.map(({ at, path, message }) => `${placeText(at)}${path === '' ? '' : ` ${path}`}: ${message}`);
  yield* section('Could not be read', texts, colors, width);
  yield `\n${summaryText(read, verbose ? 0 : unread.length + notes.length)}`;
}

function* section(title: string, lines: readonly string[], colors: Colors, width: number): Generator<string> {
  if (lines.length === 0) return;
  yield `\n${colors.bold(title)}\n`;
  for (const line of lines) yield `${hanging('  ', 2, printable(line), width)}\n`;
}

const paintOf = (severity: AloneFinding['severity'], colors: Colors): ((text: string) => string) =>
  ({ critical: colors.red, warning: colors.yellow, info: colors.dim })[severity];

/** `mesh.json:12 PeerAuthentication payments/default`. */
const placeText = ({ file, line, object }: Place): string =>
  [file === null ? null : `${file}${line === null ? '' : `:${line}`}`, object]
    .filter((part) => part !== null)
    .join(' ');

const tableOf = (claims: readonly Claim[]): string => {
  const isOne = new Set(claims.map(({ reader }) => reader)).size === 1;
  const table = new Table({
    head: ['ENDPOINT', 'PORT', 'CLIENT CERT', 'PLAINTEXT', 'ADMITS', ...(isOne ? [] : ['READER'])],
    style: { head: [], border: [], compact: true },
  });
  for (const { endpoint, clientCertificate, plaintext, admission, reader } of claims)
    table.push([
      printable(`${endpoint.name}${endpoint.path === null ? '' : ` ${endpoint.path}`}`),
      endpoint.port === null ? '-' : String(endpoint.port),
      valueText(clientCertificate),
      valueText(plaintext),
      admitsText(admission),
      ...(isOne ? [] : [reader]),
    ]);
  return table.toString();
};

const valueText = (said: Said<string>): string => said?.value ?? '-';

const admitsText = (admission: Claim['admission']): string => {
  if (admission === null) return '-';
  const { rules, otherwise } = admission.value;
  if (rules.length === 0) return otherwise === 'admit' ? 'everybody' : otherwise === 'refuse' ? 'nobody' : '-';
  return `${rules.length} rule${rules.length === 1 ? '' : 's'}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const summaryText = (read: readonly ReadSource[], hidden: number): string => {
  const count = (severity: AloneFinding['severity']) =>
    read.flatMap(({ findings }) => findings).filter((each) => each.severity === severity).length;
  const claims = read.reduce((sum, { reading }) => sum + reading.claims.length, 0);
  const more = hidden > 0 || count('info') > 0 ? '; --verbose shows everything' : '';
  return `${counted(claims, 'endpoint')}: ${count('critical')} critical, ${counted(count('warning'), 'warning')}, ${counted(count('info'), 'note')}${more}`;
};

/** An annotation for each finding and each part that could not be read, at its file and line. */
export function* configurationGithub(read: readonly ReadSource[]): Generator<string> {
  for (const { reading, findings } of read) {
    for (const { code, severity, message, at } of findings)
      yield annotationText(LEVELS[severity], at, code, `${message}${at.object === null ? '' : ` (${at.object})`}`);
    for (const { at, path, message } of reading.problems)
      yield annotationText('warning', at, 'SOURCE_DAMAGED', `${path === '' ? '' : `${path}: `}${message}`);
  }
  yield summaryText(read, 0);
}
