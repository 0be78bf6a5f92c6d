/** Conditions joined by and, or and not, as alternatives of conditions that all hold. */
import type { Condition } from '../../../model/admission.ts';

export type Expression =
  | { readonly kind: 'condition'; readonly condition: Condition }
  /** What is not understood, by its path. */
  | { readonly kind: 'unread'; readonly path: string }
  | { readonly kind: 'always' }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] };

/** Conditions that all hold; those in `unread` are not understood. */
export type Alternative = { readonly all: readonly Condition[]; readonly unread: readonly string[] };

export const always: Expression = { kind: 'always' };
export const and = (parts: readonly Expression[]): Expression => ({ kind: 'and', parts });
export const or = (parts: readonly Expression[]): Expression => ({ kind: 'or', parts: merged(parts) });
export const not = (of: Expression): Expression => ({ kind: 'not', of });

/** Conditions on one field are one condition: one of its texts has to match. */
const merged = (parts: readonly Expression[]): readonly Expression[] => {
  const isPlain = (part: Expression) => part.kind === 'condition' && !part.condition.not;
  const conditions = parts.flatMap((part) => (part.kind === 'condition' && isPlain(part) ? [part.condition] : []));
  const groups = [...Map.groupBy(conditions, ({ field }) => field)];
  return [
    ...groups.map(
      ([field, each]): Expression => ({
        kind: 'condition',
        condition: { field, not: false, any: each.flatMap(({ any }) => any) },
      }),
    ),
    ...parts.filter((part) => !isPlain(part)),
  ];
};

const ALWAYS: readonly Alternative[] = [{ all: [], unread: [] }];
const MOST_ALTERNATIVES = 2000;

/** No alternative: it never holds. More than two thousand are one that nobody understands, at `path`. */
export const alternativesOf = (expression: Expression, path: string): readonly Alternative[] => {
  const found = expanded(expression, false);
  return found === 'too-many' ? [{ all: [], unread: [path] }] : found;
};

type Found = readonly Alternative[] | 'too-many';

const expanded = (expression: Expression, negated: boolean): Found => {
  if (expression.kind === 'always') return negated ? [] : ALWAYS;
  if (expression.kind === 'unread') return [{ all: [], unread: [expression.path] }];
  if (expression.kind === 'not') return expanded(expression.of, !negated);
  if (expression.kind === 'condition') {
    const { condition } = expression;
    return [{ all: [negated ? { ...condition, not: !condition.not } : condition], unread: [] }];
  }
  const parts = expression.parts.map((part) => expanded(part, negated));
  // De Morgan: not of all is one that is not.
  return (expression.kind === 'and') === negated ? sumOf(parts) : productOf(parts);
};

const sumOf = (parts: readonly Found[]): Found => {
  if (parts.includes('too-many')) return 'too-many';
  const found = (parts as readonly (readonly Alternative[])[]).flat();
  return found.length > MOST_ALTERNATIVES ? 'too-many' : found;
};

const productOf = (parts: readonly Found[]): Found =>
  parts.reduce<Found>((before, part) => {
    if (before === 'too-many' || part === 'too-many' || before.length * part.length > MOST_ALTERNATIVES)
      return 'too-many';
    return before.flatMap((left) =>
      part.map((right) => ({ all: [...left.all, ...right.all], unread: [...left.unread, ...right.unread] })),
    );
  }, ALWAYS);
