import { RE2JS, RE2JSSyntaxException } from 're2js';

export type Pattern = {
  readonly matches: (text: string) => boolean;
  /** Where the first match begins; null without one. */
  readonly find: (text: string) => number | null;
};

const compiled = new Map<string, Pattern>();

/**
 * A regular expression in RE2 syntax: no look-around, no back-references; `.` matches line ends too. Linear in time whatever an endpoint
 * sends: a backtracking engine can be held up past every deadline. Throws RE2JSSyntaxException.
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

/** Why a text is no pattern, or null. */
export const patternFault = (source: string): string | null => {
  try {
    compilePattern(source);
    return null;
  } catch (error) {
    return error instanceof RE2JSSyntaxException ? error.getDescription() : 'unreadable';
  }
};
