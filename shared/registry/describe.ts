/** zod's issues → problems with the found value, the expected one, and the name that was probably meant. */
import type { z } from 'zod';
import { type Problem, pathText, printable } from './error.ts';
import { fieldsAt } from './fields.ts';
import { expectedText, foundText } from './found-and-expected.ts';
import { advise, nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;
type Keys = readonly PropertyKey[];
type Context = { readonly schema: z.ZodType; readonly input: unknown };
/** `meant`: the known field that an unknown one is probably a misspelling of. */
type Found = Problem & { readonly meant?: string | null };

/** Returns all problems of `input`. A missing field and its misspelling are one problem. */
export function describe(schema: z.ZodType, input: unknown): readonly Problem[] {
  // Fields without a phrase of their own get an empty message.
  const { error } = schema.safeParse(input, { error: () => '' });
  const problems = (error?.issues ?? []).flatMap((issue) => translate({ schema, input }, issue, []));
  const meant = new Set(
    problems.flatMap(({ keys, meant }) => (meant ? [pathText([...keys.slice(0, -1), meant])] : [])),
  );
  return problems.filter(({ code, keys }) => code !== 'MISSING_FIELD' || !meant.has(pathText(keys)));
}

function translate(context: Context, issue: Issue, above: Keys): Found[] {
  const keys = [...above, ...issue.path];
  const value = valueAt(context.input, keys);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(context.schema, keys, key));
    case 'invalid_key': {
      const name = foundText(keys.at(-1), []);
      return [{ keys, at: 'key', code: 'WRONG_VALUE', message: `found ${name}; expected ${issue.issues[0]?.message}` }];
    }
    case 'custom':
      return [{ keys, at: 'value', code: 'WRONG_VALUE', message: printable(issue.message, 300) }];
    case 'invalid_union':
      return translateUnion(context, issue, keys, value);
    default:
      return [wrong(keys, value, issue)];
  }
}

/** Returns the problems of the alternative that was probably meant; if there is no such one, of the fields that no alternative has, else of the value as a whole. */
function translateUnion(context: Context, issue: z.core.$ZodIssueInvalidUnion, keys: Keys, value: unknown): Found[] {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : null;
  const branch = value === undefined || names?.length === 0 ? null : meantBranch(issue.errors);
  if (branch !== null) return branch.flatMap((inner) => translate(context, inner, keys));
  const known = fieldsAt(context.schema, keys).flat();
  const strange = Array.isArray(value) ? [] : (names ?? []).filter((name) => !known.includes(name));
  return strange.length === 0
    ? [wrong(keys, value, issue)]
    : strange.map((name) => unknownField(context.schema, keys, name));
}

function wrong(keys: Keys, value: unknown, issue: Issue): Found {
  const expected = expectedText(issue);
  if (value === undefined)
    return { keys, at: 'value', code: 'MISSING_FIELD', message: `missing; expected ${expected}` };
  const typed = issue.code === 'invalid_type' || issue.code === 'invalid_union';
  return {
    keys,
    at: 'value',
    code: typed ? 'WRONG_TYPE' : 'WRONG_VALUE',
    message: `found ${foundText(value, keys)}${advice(value, issue, expected)}`,
  };
}

function advice(value: unknown, issue: Issue, expected: string): string {
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (issue.code === 'invalid_value' && scalar && issue.values.every((each) => typeof each === 'string'))
    return advise(String(value), issue.values.map(String));
  return `; expected ${expected}${expected === 'text' && scalar ? ', so put it in quotes' : ''}`;
}

function unknownField(schema: z.ZodType, above: Keys, key: string): Found {
  const alternatives = fieldsAt(schema, above);
  const all = [...new Set(alternatives.flat())];
  const meant = nearest(key, all);
  const alone = alternatives.length <= 1;
  const place = { keys: [...above, key], at: 'key', code: 'UNKNOWN_FIELD' } as const;
  const unknown = `unknown field "${printable(key, 60)}"`;
  if (alone) return { ...place, message: `${unknown}${advise(key, all)}`, meant };
  const choice = alternatives.map((fields) => fields.join(', ')).join(' — or ');
  if (all.includes(key))
    return { ...place, message: `"${key}" does not go with the other fields here; expected ${choice}` };
  const near = meant === null ? 'expected' : `did you mean "${meant}"? Expected`;
  return { ...place, message: `${unknown}; ${near} ${choice}`, meant };
}

/** Returns the issues of the alternative that needs the fewest changes; null if several need equally few. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const far = branches.map((issues) => issues.reduce((sum, issue) => sum + changes(issue), 0));
  const least = Math.min(...far);
  return far.filter((each) => each === least).length === 1 ? (branches[far.indexOf(least)] ?? null) : null;
}

/** Weights: a wrong type of the value itself the most, a wrong or missing field less, a wrong value of a field the least. */
function changes(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return issue.keys.length;
  if (issue.code === 'invalid_type') return issue.path.length === 0 ? 1000 : 1;
  return 0.01;
}

const valueAt = (input: unknown, keys: Keys): unknown =>
  keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );
