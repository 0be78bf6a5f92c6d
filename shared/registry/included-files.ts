/** Finds the files that a registry includes: patterns with `*` and `?` in any segment. What is on the disk arrives as an argument. */
import { dirname, join, relative, resolve } from 'node:path';
import type { Result } from '../model/result.ts';
import { printable, type RegistryError } from './error.ts';
import { readYaml, type Source } from './read-yaml.ts';

/** A file that a registry includes. */
export type IncludedFile = {
  /** Absolute: paths in it are relative to its folder. */
  readonly file: string;
  /** Its name in messages. */
  readonly shown: string;
  readonly text: string;
};

/** The disk. Both take absolute paths. */
export type Disk = {
  /** Names in a folder; empty where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
  readonly read: (file: string) => { readonly ok: true; readonly text: string } | { ok: false; reason: string };
};

export type Included = {
  /** In the order of their patterns, then by name; each once. */
  readonly files: readonly IncludedFile[];
  /** One for each pattern with `*` or `?` that matches nothing. */
  readonly warnings: readonly string[];
};

/** A text without the word includes nothing: most registries are not read twice. */
const MAY_INCLUDE = /\binclude["']?\s*:/;

/** `file`: the registry’s absolute path; `shown`: its name in messages. A file that is named without `*` and `?` must be there. */
export function readIncluded(text: string, file: string, shown: string, disk: Disk): Result<Included, RegistryError> {
  const none: Included = { files: [], warnings: [] };
  const source = MAY_INCLUDE.test(text) ? readYaml(text, file) : null;
  // What is wrong with the registry itself, its reading tells.
  if (source === null || !source.ok) return { ok: true, value: none };
  const [files, warnings, errors]: [Map<string, IncludedFile>, string[], RegistryError[]] = [new Map(), [], []];
  for (const [at, pattern] of patternsIn(source.value).entries()) {
    const paths = matchesOf(resolve(dirname(file), pattern), disk).filter((path) => path !== file);
    if (paths.length === 0) warnings.push(`${shown}: include[${at}] matches no file: ${printable(pattern, 200)}`);
    for (const path of paths) {
      const read = disk.read(path);
      const name = join(dirname(shown), relative(dirname(file), path));
      if (read.ok) files.set(path, files.get(path) ?? { file: path, shown: name, text: read.text });
      else errors.push(unreadable(source.value, at, name, read.reason));
    }
  }
  const [first, ...others] = errors;
  return first === undefined
    ? { ok: true, value: { files: [...files.values()], warnings } }
    : { ok: false, errors: [first, ...others] };
}

const patternsIn = ({ input }: Source): readonly string[] => {
  const patterns = (input as { readonly include?: unknown } | null)?.include;
  return Array.isArray(patterns) ? patterns.filter((each) => typeof each === 'string') : [];
};

const unreadable = ({ locate }: Source, at: number, name: string, reason: string): RegistryError =>
  locate({
    ...{ keys: ['include', at], at: 'value', code: 'NOT_INCLUDED' },
    message: `${printable(name, 200)} cannot be read: ${reason}`,
  });

const isPattern = (segment: string): boolean => /[*?]/.test(segment);

/** Absolute paths, sorted by name. A path without `*` and `?` is its own match, there or not. */
const matchesOf = (pattern: string, disk: Disk): readonly string[] => {
  const segments = pattern.split('/');
  let paths = [''];
  for (const [at, segment] of segments.entries()) {
    if (at === 0) continue;
    const match = isPattern(segment) ? matcherOf(segment) : null;
    paths = paths.flatMap((path) =>
      match === null
        ? [`${path}/${segment}`]
        : disk
            .list(path === '' ? '/' : path)
            .filter(match)
            .toSorted()
            .map((name) => `${path}/${name}`),
    );
  }
  return paths;
};

/** As in a shell: `*` is any text and `?` one character; a name that begins with a dot is matched by a pattern that does. */
const matcherOf = (segment: string): ((name: string) => boolean) => {
  const source = segment
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  const form = new RegExp(`^${source}$`, 's');
  return (name) => (segment.startsWith('.') || !name.startsWith('.')) && form.test(name);
};
