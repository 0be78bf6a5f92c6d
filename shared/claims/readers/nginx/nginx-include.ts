/** Puts together what `include` takes apart: `nginx -T` prints each file by itself (nginx.org/en/docs/ngx_core_module.html#include). */
import type { ReadingProblem } from '../../../model/claim.ts';
import { printable } from '../../printable.ts';
import type { Directive, Part } from './nginx-parse.ts';

/** What no other part includes, with everything that it includes in its place. */
export type Whole = { readonly directives: readonly Directive[]; readonly problems: readonly ReadingProblem[] };

const MOST_DIRECTIVES = 1_000_000;
const MOST_DEEP = 50;

export const wholesOf = (parts: readonly Part[]): readonly Whole[] => {
  // A relative path is taken from the folder of the main file, which `nginx -T` prints first.
  const prefix = parts[0]?.file?.replace(/[^/]*$/, '') ?? '';
  const included = new Set<Part>();
  const problems: ReadingProblem[] = [];
  let left = MOST_DIRECTIVES;
  const expand = (directives: readonly Directive[], depth: number): readonly Directive[] =>
    directives.flatMap((directive): readonly Directive[] => {
      left -= 1;
      if (left < 0 || depth > MOST_DEEP) return [];
      if (directive.name === 'include') return include(directive, depth);
      return [directive.block === null ? directive : { ...directive, block: expand(directive.block, depth + 1) }];
    });
  const include = ({ args: [pattern = ''], at }: Directive, depth: number): readonly Directive[] => {
    const found = parts.filter(({ file }) => file !== null && isMatch(pattern, prefix, file));
    for (const part of found) included.add(part);
    // A pattern may match nothing; a name must be there, and only types of media say nothing of TLS.
    if (found.length === 0 && !/[*?[]/.test(pattern) && !pattern.endsWith('mime.types'))
      problems.push({ at, path: 'include', message: `${printable(pattern)} is not there: \`nginx -T\` prints it too` });
    return found.flatMap(({ directives }) => expand(directives ?? [], depth + 1));
  };
  const expanded = parts.flatMap((part) =>
    part.directives === null ? [] : [{ part, directives: expand(part.directives, 0) }],
  );
  if (left < 0)
    problems.push({
      at: { file: prefix, line: null, object: null },
      path: 'include',
      message: 'includes unfold to too much',
    });
  const roots = expanded.filter(({ part }) => !included.has(part));
  return roots.map(({ directives }, index) => ({ directives, problems: index === 0 ? problems : [] }));
};

const isMatch = (pattern: string, prefix: string, file: string): boolean => {
  const path = pattern.startsWith('/') ? pattern : `${prefix}${pattern}`;
  const source = path
    .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  try {
    return new RegExp(`^${source}$`).test(file);
  } catch {
    return path === file;
  }
};
