/** Markdown tables. What comes from outside stands in code spans: there it becomes no link, no mention and no markup. */
import { printable } from '../../../shared/publish/text.ts';

/** GitHub splits a row at each `|`, also at one in a code span that is not escaped. */
export const codeSpan = (text: string): string =>
  `\`${printable(text).replaceAll('`', 'ˋ').replaceAll('|', '\\|') || ' '}\``;

/** Cells are Markdown already. */
export const markdownTable = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
