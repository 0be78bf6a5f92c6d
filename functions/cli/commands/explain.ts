import pc from 'picocolors';
import { CAUSES, type Cause } from '../../../shared/model/names.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { CAUSE_TEXTS } from '../../../shared/verdict/explain/cause-texts.ts';
import { CODES, explain } from '../../../shared/verdict/explain/codes.ts';
import { UsageError } from '../exit.ts';

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${pc.dim(title)}\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;

export const explainText = (word: string): string => {
  const code = word.toUpperCase().replaceAll('-', '_');
  const found = explain(code);
  if (found !== undefined) {
    const { verdict, severity, meaning, causes, cures } = found;
    return `${pc.bold(code)}  ${verdict}, severity ${severity}\n\n${meaning}\n${list('Causes', causes)}${list('Cures', cures)}`;
  }
  const cause = CAUSES.find((name) => name === code) as Cause | undefined;
  if (cause === undefined)
    throw new UsageError(
      `there is no code or cause ${word}${advise(code, [...CODES, ...CAUSES])}
All of them: docs/reference/findings.md`,
    );
  const { title, meaning, cure } = CAUSE_TEXTS[cause];
  return `${pc.bold(cause)}  a cause: ${title}\n\n${meaning}\n${list('Cure', [cure])}`;
};
