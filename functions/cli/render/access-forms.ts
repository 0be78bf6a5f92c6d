/** Who may call what, for the terminal and as Markdown. */
import { sharedRows, wrongAnswers } from '../../../shared/overview/access.ts';
import { configuredDifferences, differs } from '../../../shared/overview/configured-access.ts';
import type { Overview } from '../../../shared/overview/overview.ts';
import { ANSWER_WORDS, accessText } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import { accessTable } from './access-text.ts';
import type { Colors } from './colors.ts';
import { codeSpan, markdownTable } from './markdown.ts';
import { hanging } from './wrap.ts';

const SHARED = 'Endpoints with the same answers share a row: --verbose gives each its own.';

/** The table, then what differs from the registry, then the numbers. */
export function* accessReport(
  overview: Overview,
  colors: Colors,
  options: { readonly verbose: boolean; readonly width: number },
): Generator<string> {
  const { width } = options;
  yield* accessTable(overview, colors, options);
  const wrong = wrongAnswers(overview.access).map((each) => hanging('  ', 2, printable(each), width));
  if (wrong.length > 0) yield `\n\n${colors.bold(colors.red('Not as the registry has it'))}\n${wrong.join('\n')}`;
  const other = configuredDifferences(overview.access).map((each) => hanging('  ', 2, printable(each), width));
  if (other.length > 0) yield `\n\n${colors.bold('Not as it is configured')}\n${other.join('\n')}`;
  const joined = sharedRows(overview.access, options.verbose).some(({ alike }) => alike.length > 1);
  if (joined) yield `\n\n${colors.dim(hanging('', 0, SHARED, width))}`;
  yield `${overview.access.rows.length === 0 ? '' : '\n\n'}${hanging('', 0, accessText(overview), width)}`;
}

export const accessMarkdown = (overview: Overview, verbose: boolean): string => {
  const { clients } = overview.access;
  const rows = sharedRows(overview.access, verbose).map(({ endpoint, route, alike, answers, configured = [] }) => [
    `${codeSpan(`${endpoint}${route === null ? '' : ` ${route}`}`)}${alike.length === 1 ? '' : ` and ${alike.length - 1} more`}`,
    ...answers.map(
      (answer, at) => `${markOf(ANSWER_WORDS[answer].short)}${differs(answer, configured[at]) ? ' ≠' : ''}`,
    ),
  ]);
  const table = rows.length === 0 ? [] : [markdownTable(['', ...clients.map(({ name }) => codeSpan(name))], rows)];
  const wrong = wrongAnswers(overview.access).map((each) => `- ${codeSpan(each)}`);
  const other = configuredDifferences(overview.access).map((each) => `- ${codeSpan(each)}`);
  return [
    ...table,
    ...(wrong.length === 0 ? [] : [wrong.join('\n')]),
    ...(other.length === 0 ? [] : [other.join('\n')]),
    `${accessText(overview)}.`,
  ].join('\n\n');
};

/** `YES!` → `**YES!**`. */
const markOf = (short: string): string => (short.endsWith('!') ? `**${short}**` : short === '~' ? '\\~' : short);
