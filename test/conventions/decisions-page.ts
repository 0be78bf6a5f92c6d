/** The list of decisions, made from their titles: a new page needs no line by hand. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, textOf } from './support/sources.ts';

const FOLDER = 'docs/adr';

export type Decision = { readonly file: string; readonly number: number; readonly title: string };

/** By number. Throws where a page's title does not begin with the number of its file. */
export const decisions = (): readonly Decision[] =>
  readdirSync(join(ROOT, FOLDER))
    .filter((file) => /^\d{4}-.*\.md$/.test(file))
    .toSorted()
    .map((file) => {
      const number = Number(file.slice(0, 4));
      const [line = ''] = textOf(`${FOLDER}/${file}`).split('\n');
      const start = `# ${number}. `;
      if (!line.startsWith(start)) throw new Error(`${file} must begin with "${start}"`);
      return { file, number, title: line.slice(start.length) };
    });

export const decisionsPage = (): string => `# Decisions

Each page has a context, a decision and its consequence. Code cites a page as \`docs/adr/NNNN\`. This list is made by \`npm run reference\`.

${decisions()
  .map(({ file, number, title }) => `- ${number}. [${title}](${file})`)
  .join('\n')}
`;
