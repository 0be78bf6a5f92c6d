import { RE2JS, RE2JSSyntaxException } from 're2js';

export type Pattern = {
  readonly matches: (text: string) => boolean;
  /** Where the first match begins; null without one. */
  readonly find: (text: string) => number | null;
};

const compiled = new Map<string, Pattern>();

/**
 * Compiles a regular expression in RE2 syntax; `.` also matches line ends. Not supported: look-around and back-references. Matching takes linear
 * time for any input, while a backtracking engine could exceed every deadline (docs/adr/0033). Throws an RE2JSSyntaxException.
 */
export const compilePattern = (source: string): Pattern => {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const expression = RE2JS.compile(source, RE2JS.DOTALL);
  const pattern: Pattern = {
    matches: (text) => expression.matcher(text).find(),
    find: (text) => {
      const matcher = expression.matcher(text);
      return matcher.find() ? matcher.start() : null;
    },
  };
  compiled.set(source, pattern);
  return pattern;
};

/** Returns why a text is not a valid pattern, or null. */
export const patternFault = (source: string): string | null => {
  try {
    compilePattern(source);
    return null;
  } catch (error) {
    return error instanceof RE2JSSyntaxException ? error.getDescription() : 'unreadable';
  }
};
