/** A registry in several files as one document, in which each problem is still located in its own file. */
import { dirname, relative, resolve } from 'node:path';
import type { Result } from '../model/result.ts';
import { describe } from './describe.ts';
import { type Problem, printable, type RegistryError } from './error.ts';
import type { IncludedFile } from './included-files.ts';
import { readYaml, type Source } from './read-yaml.ts';
import { includedDocument } from './registry-document.ts';

type Mapping = Readonly<Record<string, unknown>>;
type Part = Pick<IncludedFile, 'file' | 'shown'> & { readonly source: Source; readonly fields: Mapping };
const SECTIONS = { identities: 'an identity', trustBundles: 'a trust bundle' } as const;
type Section = keyof typeof SECTIONS;
/** Where an endpoint of the whole stands. */
type Origin = { readonly part: Part; readonly index: number };

/** `registry`: the file itself, as it was read. `duplicates` has every error that only all files together show. Paths are relative to the registry’s folder. */
export function joined(
  registry: Source,
  file: string,
  included: readonly IncludedFile[],
): Result<Source, RegistryError> {
  const input = withoutAnchors(registry.input);
  if (!isMapping(input) || included.length === 0) return { ok: true, value: { ...registry, input } };
  const read = included.map((each) => partOf(each));
  const [first, ...rest] = read.flatMap((part) => (part.ok ? [] : part.errors));
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  const main: Part = { file, shown: relative(dirname(file), file), source: registry, fields: input };
  const others = read.flatMap((part) => (part.ok ? [part.value] : []));
  const named = {
    identities: section('identities', main, others),
    trustBundles: section('trustBundles', main, others),
  };
  const list = endpointsOf(main, others);
  const found = { ...named, ...(list !== null && { endpoints: list }) };
  const whole = Object.entries(found).flatMap(([name, part]) => (part === null ? [] : [[name, part.value] as const]));
  const locate = (problem: Problem): RegistryError => {
    const [name, key, ...below] = problem.keys;
    const origin = name === 'endpoints' ? list?.origins[Number(key)] : undefined;
    if (origin !== undefined)
      return origin.part.source.locate({ ...problem, keys: ['endpoints', origin.index, ...below] });
    const owner = name === 'identities' || name === 'trustBundles' ? named[name]?.owners.get(String(key)) : undefined;
    return (owner ?? main).source.locate(problem);
  };
  return {
    ok: true,
    value: {
      input: { ...input, ...Object.fromEntries(whole) },
      locate,
      duplicates: [
        ...[main, ...others].flatMap(({ source }) => source.duplicates),
        ...others.flatMap(ownProblems),
        ...Object.values(found).flatMap((each) => each?.errors ?? []),
      ],
    },
  };
}

/** The whole as JSON, without anchors and `include`: what is deployed. `file`: the registry’s absolute path. */
export function joinedText(text: string, file: string, included: readonly IncludedFile[]): string {
  const source = readYaml(text, file);
  const whole = source.ok ? joined(source.value, file, included) : source;
  if (!whole.ok || !isMapping(whole.value.input)) return text;
  const { include: _, ...fields } = whole.value.input;
  return JSON.stringify(fields, null, 2);
}

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Drops top-level keys that begin with x-: they hold anchors, whose values are read at their aliases. */
const withoutAnchors = (input: unknown): unknown =>
  isMapping(input) ? Object.fromEntries(Object.entries(input).filter(([key]) => !key.startsWith('x-'))) : input;

/** A file of comments alone holds nothing. */
const partOf = ({ file, shown, text }: IncludedFile): Result<Part, RegistryError> => {
  const read = readYaml(text, file);
  const isEmpty = !read.ok && read.errors[0].code === 'EMPTY';
  if (!read.ok && !isEmpty) return read;
  const nothing: Source = {
    input: {},
    duplicates: [],
    locate: ({ code, message }) => ({ file, line: 1, column: 1, path: '', code, message }),
  };
  const source = read.ok ? read.value : nothing;
  const input = withoutAnchors(source.input);
  return { ok: true, value: { file, shown, source, fields: isMapping(input) ? input : {} } };
};

const ownProblems = ({ source }: Part): readonly RegistryError[] =>
  describe(includedDocument, withoutAnchors(source.input)).map(source.locate);

/** An entry of a section as it stands in its file. `word`: what another entry of the same name is. */
type Entry = Pick<Problem, 'keys' | 'at'> & {
  readonly part: Part;
  readonly name: unknown;
  readonly value: unknown;
  readonly word: string;
};

/** Drops an entry of an included file whose name is taken, and complains of it. Names that the registry itself repeats are its own problem. */
const distinctIn = (main: Part, entries: readonly Entry[]) => {
  const first = new Map<unknown, Entry>();
  const errors: RegistryError[] = [];
  const kept = entries.filter((entry) => {
    const earlier = entry.name === undefined ? undefined : first.get(entry.name);
    if (earlier === undefined) first.set(entry.name, entry);
    else if (entry.part !== main) errors.push(repeated(entry, earlier));
    return earlier === undefined || entry.part === main;
  });
  return { kept, errors };
};

const repeated = ({ part, name, keys, at, word }: Entry, earlier: Entry): RegistryError => {
  const { line } = placeOf(earlier);
  const message = `"${printable(String(name), 60)}" is ${word} of ${earlier.part.shown}:${line} already`;
  return part.source.locate({ keys, at, code: 'DUPLICATE', message });
};

const placeOf = ({ part, keys, at }: Entry): RegistryError =>
  part.source.locate({ keys, at, code: 'DUPLICATE', message: '' });

/** Null where the registry’s own is no mapping, which is its own problem, and where no file has any. */
const section = (name: Section, main: Part, others: readonly Part[]) => {
  const own = main.fields[name];
  const isOther = own !== undefined && !isMapping(own);
  const all = isOther ? [] : [main, ...others].flatMap((part) => namedEntries(name, part, main));
  if (isOther || (own === undefined && all.length === 0)) return null;
  const { kept, errors } = distinctIn(main, all);
  const value = Object.fromEntries(kept.map((entry) => [String(entry.name), entry.value]));
  return { value, owners: new Map(kept.map((entry) => [String(entry.name), entry.part])), errors };
};

const namedEntries = (section: Section, part: Part, main: Part): readonly Entry[] => {
  const fields = part.fields[section];
  return Object.entries(isMapping(fields) ? fields : {}).map(([name, value]) => ({
    ...{ part, name, keys: [section, name], at: 'key', word: SECTIONS[section] },
    value: part === main ? value : rebased(value, part.file, main.file),
  }));
};

/** Null where the registry’s own is no list, which is its own problem, and where no file has any. */
const endpointsOf = (main: Part, others: readonly Part[]) => {
  const own = main.fields['endpoints'];
  const isOther = own !== undefined && !Array.isArray(own);
  const all = isOther ? [] : [main, ...others].flatMap(endpointEntries);
  if (isOther || (own === undefined && all.length === 0)) return null;
  const { kept, errors } = distinctIn(main, all);
  const origins = kept.map(({ part, keys }): Origin => ({ part, index: Number(keys[1]) }));
  return { value: kept.map(({ value }) => value), origins, errors };
};

const endpointEntries = (part: Part): readonly Entry[] => {
  const list = part.fields['endpoints'];
  return (Array.isArray(list) ? list : []).map((value: unknown, index) => ({
    ...{ part, value, keys: ['endpoints', index, 'name'], at: 'value', word: 'the name of an endpoint' },
    name: isMapping(value) ? value['name'] : undefined,
  }));
};

const PATHS = new Set(['certificate', 'privateKey', 'file']);

/** Paths of an included file are relative to it; those of the whole, to the registry. */
const rebased = (entry: unknown, from: string, to: string): unknown => {
  if (Array.isArray(entry)) return entry.map((each) => rebased(each, from, to));
  if (!isMapping(entry)) return entry;
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [
      name,
      PATHS.has(name) && typeof value === 'string' && value !== '' && !value.startsWith('/') && !/[\r\n]/.test(value)
        ? relative(dirname(to), resolve(dirname(from), value))
        : rebased(value, from, to),
    ]),
  );
};
