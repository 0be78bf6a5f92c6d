/** What ends, for the terminal and as Markdown. */
import type { Overview } from '../../../shared/overview/overview.ts';
import { andMore, endingName, KIND_WORDS } from '../../../shared/overview/overview-words.ts';
import { dateText } from '../../../shared/publish/headline.ts';
import { printable } from '../../../shared/publish/text.ts';
import { codeSpan, markdownTable } from './markdown.ts';
import { hanging } from './wrap.ts';

const NOT_SEEN = 'not seen';
const NOTHING = 'No date was seen.';

type Ends = Pick<Overview, 'endings' | 'undated'>;

export const expiryText = ({ endings, undated }: Ends, width: number): string => {
  const rows = [
    ...endings.map((ending) => [dateText(ending), endingName(ending)] as const),
    ...undated.map(({ kind, name, why }) => [NOT_SEEN, `${KIND_WORDS[kind]} ${name}: ${why}`] as const),
  ];
  const column = Math.max(0, ...rows.map(([date]) => date.length)) + 2;
  const lines = rows.map(([date, what]) => hanging(date.padEnd(column), column, printable(what), width));
  return lines.length === 0 ? NOTHING : lines.join('\n');
};

/** Endpoints of one row that are named. */
const NAMED = 5;

export const expiryMarkdown = ({ endings, undated }: Ends): string => {
  const rows = [
    ...endings.map((ending) => [
      dateText(ending),
      `${KIND_WORDS[ending.kind]} ${codeSpan(ending.name)}`,
      ending.kind === 'served'
        ? codeSpan(andMore(ending.endpoints.slice(0, NAMED), ending.endpoints.length))
        : codeSpan(ending.of ?? ''),
    ]),
    ...undated.map(({ kind, name, why }) => [NOT_SEEN, `${KIND_WORDS[kind]} ${codeSpan(name)}`, codeSpan(why)]),
  ];
  return rows.length === 0 ? NOTHING : markdownTable(['ends', 'what', 'where'], rows);
};
