/** The runbook's page of every code, cause and kind: `explain` prints the same words. */
import { CAUSES, NOTIFICATION_KINDS } from '../../shared/model/names.ts';
import { anchorOf } from '../../shared/model/runbook.ts';
import { CODES, explain } from '../../shared/verdict/explain/codes.ts';
import { type Section, sectionOf } from '../../shared/verdict/explain/sections.ts';

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** The anchor stands there by itself too, for a wiki that makes others of its headings. */
const sectionText = ({ word, what, meaning, causes, cures, first, see, closes }: Section): string =>
  [
    `<a id="${anchorOf(word)}"></a>`,
    `### ${word}`,
    `${sentence(what.join('; '))} ${meaning.join(' ')}`,
    ...(causes.length === 0 ? [] : [`Likely causes:\n\n${bullets(causes)}`]),
    `**First:** ${first}`,
    ...(cures.length === 0 ? [] : [`Cures:\n\n${bullets(cures)}`]),
    `**See it yourself:** ${see}`,
    `**It closes:** ${closes}`,
  ].join('\n\n');

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const sections = (words: readonly string[]): string =>
  words
    .flatMap((word) => sectionOf(word) ?? [])
    .map(sectionText)
    .join('\n\n');

const passing = CODES.filter((code) => sectionOf(code) === null);
const isCause = (word: string): boolean => (CAUSES as readonly string[]).includes(word);

export const findingsPage = (): string => `# Codes, causes and kinds of notifications

The second part of the [runbook](../runbook.md): what each word of a message means, and what to do about it. \`npx mtls-monitor explain WORD\` prints the same. Made from
the catalogue by \`npm run reference\`.

Put this page where your people read, and name its URL in the registry, \`monitor: { runbook: https://wiki.corp.example/mtls }\`: each message then links the section of its cause
or code. The anchor of a section is its word in small letters.

## Kinds of notifications

${sections(NOTIFICATION_KINDS)}

## Causes

One root cause behind several checks of an endpoint. Text and notifications group by it; the checks keep their own verdicts and codes.

${sections(CAUSES)}

## Codes

What a check found. A code with the name of a cause stands there.

${sections(CODES.filter((code) => !isCause(code)))}

## Codes that pass

Nothing is to be done about them.

${bullets(passing.map((code) => `\`${code}\`: ${explain(code)?.meaning ?? ''}`))}
`;
