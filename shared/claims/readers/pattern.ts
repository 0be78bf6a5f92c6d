/** Regular expressions of a configuration, as matches. */
import type { Match } from '../../model/admission.ts';

/** One without special characters is what it looks like: `^CN=payments$` is exact. `ignoresCase` is written into the expression. */
export const patternOf = (pattern: string, ignoresCase = false): Match => {
  const [, start, body = '', end] = /^(\^?)([\s\S]*?)(\$?)$/.exec(pattern) ?? [];
  if (ignoresCase || !/^[\w\s=,:/@"'~-]*$/.test(body))
    return { how: 'regex', text: ignoresCase ? `(?i)${pattern}` : pattern };
  if (start) return { how: end ? 'exact' : 'prefix', text: body };
  return { how: end ? 'suffix' : 'contains', text: body };
};

/** Any value, as long as there is one. */
export const PRESENT: Match = { how: 'present', text: '' };
