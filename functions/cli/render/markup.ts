/** Text on its way into HTML or XML: the one place that escapes it. */
import { printable } from '../../../shared/publish/text.ts';

/** `&#39;` and not `&apos;`: both languages know it. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Fit for an element's text and for a quoted attribute. XML 1.0 §2.2 has no way to write a control character, and a bidirectional
 * override would turn what follows around: both become visible text first.
 */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** HTML that is safe already: nothing but `html` makes it. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type { Html };

type Part = Html | string | number | null | readonly Part[];

const partText = (part: Part): string => {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(partText).join('') : escaped(String(part));
};

/** A template in which whatever is filled in is escaped, unless a template made it: forgetting is not possible. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((string, index) => string + partText(parts[index] ?? null)).join(''));
