/** Formats a registry's errors for the terminal. */
import { printable, type RegistryError } from './error.ts';
import type { IncludedFile } from './included-files.ts';

const WIDTH = 120;
/** A line that may hold a password, a token or a key is not quoted. */
const SENSITIVE = /passphrase|header|authorization|cookie|token|password|-----|:\/\/[^\s/]*@|[A-Za-z0-9+/=]{40}/i;

/**
 * `registry.yaml:12:5 endpoints[0].admits[0]: message`, each with its line quoted. `file` is the registry’s name to show, `text` its text; `included`: its other
 * files.
 */
export function formatErrors(
  errors: readonly RegistryError[],
  text: string,
  file: string,
  included: readonly IncludedFile[] = [],
): string {
  const texts = new Map(included.map((each) => [each.file, linesOf(each.shown, each.text)]));
  const own = linesOf(file, text);
  return errors
    .map((error) => {
      const { line, column, path, message } = error;
      const { file, lines, quotes } = texts.get(error.file) ?? own;
      const head = `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}: ${printable(message, 1000)}`;
      const source = lines[line - 1] ?? '';
      return quotes && source.trim() !== '' && !SENSITIVE.test(source)
        ? `${head}\n${quote(source, line, column)}`
        : head;
    })
    .join('\n');
}

/** The last line of a pasted key may be too short for SENSITIVE: nothing is quoted from a text with a private key. */
const linesOf = (file: string, text: string) => ({
  file,
  lines: text.split(/\r\n|\r|\n/),
  quotes: !/PRIVATE KEY/.test(text),
});

function quote(source: string, line: number, column: number): string {
  const from = Math.max(0, column - 1 - WIDTH / 2);
  const shown = printable(source.slice(from, from + WIDTH), WIDTH);
  const margin = `  ${line} | `;
  return `${margin}${shown}\n${' '.repeat(margin.length - 2)}| ${' '.repeat(column - 1 - from)}^`;
}
