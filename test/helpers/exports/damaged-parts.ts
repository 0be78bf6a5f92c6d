/** Ways in which a part of an export goes wrong: types swapped, keys dropped, lists for maps; and in which its text does. */
import fc from 'fast-check';
import type { Json } from './export-parts.ts';

type Path = readonly (string | number)[];

/** Every value of a tree, by its path; without the tree itself. */
const pathsOf = (value: unknown, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
  const below = Array.isArray(value)
    ? value.flatMap((child, at) => pathsOf(child, [...path, at]))
    : Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
};

/** `by`: undefined drops it. */
const replaced = (value: unknown, [key, ...rest]: Path, by: unknown): unknown => {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.flatMap((child, at) => (at === key ? [replaced(child, rest, by)].filter(isKept) : [child]));
  return Object.fromEntries(
    Object.entries(value as object)
      .map(([name, child]) => [name, name === key ? replaced(child, rest, by) : child] as const)
      .filter(([, child]) => isKept(child)),
  );
};
const isKept = (value: unknown): boolean => value !== undefined;

const nested = (depth: number): unknown => {
  let tree: unknown = 'x';
  for (let at = 0; at < depth; at += 1) tree = at % 2 === 0 ? [tree] : { a: tree };
  return tree;
};

/** What a program, a template or somebody malicious may have left in a field’s place. */
const STRANGE: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 1e21, 65536, '', ' ', 'zulu', '\0', '\u202Eevil\u2066', '\u001b[31mred'],
  ...['line\nbreak', '$(touch x)', '`id`', '__proto__', 'constructor', ':', '[', '2026-13-45', 'x'.repeat(5_000)],
  ...[[], {}, [[]], [{}], [null], { a: 1 }, ['zulu'], [1, 2], [{ kind: 'List', items: [] }], nested(60)],
];

/** A part with one or two of its fields damaged; whole objects of it are never dropped at their root alone. */
export const damagedPart = (part: Json): fc.Arbitrary<Json> => {
  const paths = pathsOf(part).filter(({ length }) => length > 1);
  const one = fc.tuple(fc.constantFrom(...paths), fc.oneof(fc.constantFrom(...STRANGE), fc.jsonValue({ maxDepth: 2 })));
  return fc
    .array(one, { minLength: 1, maxLength: 2 })
    .map((all) => all.reduce<Json>((so, [path, by]) => tried(so, path, by), part));
};
/** The second may fall into what the first has replaced. */
const tried = (part: Json, path: Path, by: unknown): Json => {
  try {
    return replaced(part, path, by) as Json;
  } catch {
    return part;
  }
};

const INSERTED = [
  ...['{', '}', '"', "'", '[', ']', '\n', ';', '\\', '#', ': ', ',', '\0', '\u202E', '\u001b[0m', '---', '&a', '*a'],
  ...['<<: *a', '!!binary ', '!!js/function x', '? ', '- ', '[1]', '{}', 'null', '{{ .Values.x }}', '<html>', '\uFEFF'],
];
/** A text that is cut off, has a byte changed, something inserted, a stretch twice, or a huge stretch. */
export const damagedText = (text: string): fc.Arbitrary<string> => {
  const at = fc.nat(text.length);
  const put = fc.oneof(fc.constantFrom(...INSERTED), fc.string({ maxLength: 4, unit: 'binary' }));
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    at.map((from) => text.slice(from)),
    fc.tuple(at, fc.nat(40), put).map(([from, cut, by]) => text.slice(0, from) + by + text.slice(from + cut)),
    fc.tuple(at, fc.nat(200)).map(([from, length]) => text.slice(0, from + length) + text.slice(from)),
    fc
      .tuple(at, fc.constantFrom('[', '{"a":', '(', '- ', '  ', '"'))
      .map(([from, mark]) => text.slice(0, from) + mark.repeat(400) + text.slice(from)),
  );
};
