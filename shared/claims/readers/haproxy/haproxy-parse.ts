/** HAProxy’s configuration language → sections and their lines (docs.haproxy.org/3.2/configuration.html, 2.1 to 2.4). */
import type { ReadingProblem } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';

/** Its words, without their quotes. */
export type Line = { readonly words: readonly string[]; readonly at: Place };
export type Section = {
  readonly kind: string;
  /** Null for `global`, and for `defaults` without a name. */
  readonly name: string | null;
  readonly at: Place;
  readonly words: readonly string[];
  readonly lines: readonly Line[];
};
export type Parsed = { readonly sections: readonly Section[]; readonly problems: readonly ReadingProblem[] };

const SECTIONS = [
  ...['global', 'defaults', 'frontend', 'backend', 'listen', 'peers', 'resolvers', 'mailers', 'userlist', 'program'],
  ...['http-errors', 'ring', 'cache', 'log-forward', 'log-profile', 'fcgi-app', 'crt-store', 'acme', 'traces'],
] as const;

const WORD = /\s+|#.*|((?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s#"'\\])+)|(.)/gs;

/** Null where a quote has no end. */
const wordsIn = (line: string): readonly string[] | null => {
  const words: string[] = [];
  for (const [, word, damage] of line.matchAll(WORD)) {
    if (damage !== undefined) return null;
    if (word !== undefined) words.push(unquoted(word));
  }
  return words;
};

const unquoted = (word: string): string =>
  word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, strong?: string, weak?: string, escaped?: string) =>
      strong ?? weak?.replaceAll(/\\(.)/gs, '$1') ?? escaped ?? '',
  );

type Open = { readonly head: Line; readonly lines: Line[]; isDamaged: boolean };

/** A line that is damaged is a problem, and loses the section that it stands in. */
export const sectionsOf = (file: string | null, text: string): Parsed => {
  const sections: Open[] = [];
  const problems = text.split(/\r?\n/).flatMap((line, index) => {
    const at: Place = { file, line: index + 1, object: null };
    const message = takeLine(wordsIn(line), at, sections);
    return message === null ? [] : [{ at, path: '', message: `not HAProxy’s language: ${message}` }];
  });
  const sound = sections.filter(({ isDamaged }) => !isDamaged);
  return { sections: sound.map(({ head, lines }) => sectionOf(head, lines)), problems };
};

/** What is wrong with it, as a clause; null where nothing is. */
const takeLine = (words: readonly string[] | null, at: Place, sections: Open[]): string | null => {
  const last = sections.at(-1);
  if (words === null) {
    if (last !== undefined) last.isDamaged = true;
    return 'a quote has no end';
  }
  const [first = ''] = words;
  if ((SECTIONS as readonly string[]).includes(first))
    sections.push({ head: { words, at }, lines: [], isDamaged: false });
  else if (last !== undefined && first !== '') last.lines.push({ words, at });
  return last === undefined && first !== '' && !isOutside(first) ? 'a line before the first section' : null;
};

/** `.if` may stand anywhere. */
const isOutside = (word: string): boolean => word.startsWith('.') || (SECTIONS as readonly string[]).includes(word);

const sectionOf = ({ words, at }: Line, lines: readonly Line[]): Section => {
  const [kind = '', name = null] = words;
  const object = name === null ? kind : `${kind} ${name}`;
  const placed = lines.map((line) => ({ ...line, at: { ...line.at, object } }));
  return { kind, name, words, at: { ...at, object }, lines: placed };
};
