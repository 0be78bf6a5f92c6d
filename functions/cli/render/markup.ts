/** Escapes text for HTML and XML. No other module does. */
import { printable } from '../../../shared/publish/text.ts';

/** `&#39;` in place of `&apos;`: it is defined in HTML and in XML. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes text for an element's content and for a quoted attribute. XML 1.0 §2.2 cannot represent control characters, and a bidirectional
 * override would reverse the text after it: both become visible text first.
 */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** HTML that is escaped already. Only `html` makes it. */
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

/** A template that escapes each inserted value, unless a template made it: escaping cannot be forgotten. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((string, index) => string + partText(parts[index] ?? null)).join(''));
