/** Writes registry entries from what other files know: a whole registry, or additions to one. */
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { SourceFile } from '../../../shared/claims/document.ts';
import type { Candidates } from '../../../shared/discover/candidate.ts';
import { type Entries, type Entry, entriesOf } from '../../../shared/discover/entries.ts';
import { entriesText, starterText } from '../../../shared/discover/entry-text.ts';
import { findCandidates } from '../../../shared/discover/find-candidates.ts';
import { type GivenBundle, knownIn, knownOfNew, startedFrom } from '../../../shared/discover/known.ts';
import { mergedText } from '../../../shared/discover/merged-text.ts';
import { slugOf } from '../../../shared/discover/slug.ts';
import { unwatchedOf } from '../../../shared/discover/unwatched.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { Instant } from '../../../shared/model/time.ts';
import { formatErrors } from '../../../shared/registry/format.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { readYaml } from '../../../shared/registry/read-yaml.ts';
import { EXIT, UsageError } from '../exit.ts';
import { type ReadRegistry, readLocalFile, readWhole } from '../registry-file.ts';
import { countsText, listText, unwatchedText } from '../render/discovered.ts';

export type DiscoverOptions = {
  readonly into?: string;
  readonly write?: boolean;
  readonly check?: boolean;
  readonly all?: boolean;
  readonly source?: string;
  /** `NAME=FILE`. */
  readonly trustBundle?: string;
};

export type Discovered = { readonly out: string; readonly err: string; readonly code: number };

/** Rejects with a `UsageError`; a registry is then as it was. */
export const discover = async (
  files: readonly string[],
  options: DiscoverOptions,
  now: Instant = Date.now(),
): Promise<Discovered> => {
  const { into } = options;
  if (into === undefined && (options.write === true || options.check === true))
    throw new UsageError(`${options.write === true ? '--write' : '--check'} needs --into with a registry`);
  const given = givenBundle(options);
  const registry = into === undefined ? null : await readWhole(into);
  const folder = registry === null ? process.cwd() : dirname(registry.path);
  const candidates = findCandidates(await Promise.all(files.map(sourceFile)), {
    ...{ source: options.source ?? files.join(', '), readAt: now, now },
    pathIn: (file, path) =>
      isAbsolute(path) || file === null ? path : join(relative(folder, dirname(resolve(file))), path),
  });
  if (registry === null || into === undefined) return whole(candidates, files, { ...options, given }, folder);
  if (options.check === true) return coverage(candidates, registry, into);
  const entries = entriesOf(
    candidates.candidates,
    knownIn(registry.registry, defaultsOf(registry), folder),
    optionsOf(options),
  );
  return options.write === true
    ? written(candidates, entries, registry, into)
    : {
        ...{ out: entriesText(entries.added, '  ', '\n'), code: EXIT.pass },
        err: [
          countsText(into, entries, 'would be added'),
          ...(entries.added.length === 0 ? [] : ['Nothing is written: --write adds them.']),
          ...listText(candidates, entries),
        ].join('\n'),
      };
};

const optionsOf = ({ all, source }: DiscoverOptions) => ({ all: all === true, source: source ?? null });

/** A registry that is there has its own bundles and defaults. */
const givenBundle = ({ trustBundle, into }: DiscoverOptions): GivenBundle | null => {
  if (trustBundle === undefined) return null;
  if (into !== undefined) throw new UsageError('--trust-bundle is of a new registry: that of --into has its own');
  const [, name = '', file = ''] = /^([^=]*)=(.+)$/s.exec(trustBundle) ?? [];
  if (file === '' || name === 'public' || slugOf(name, '') !== name)
    throw new UsageError(
      `--trust-bundle ${trustBundle}: expected NAME=FILE, such as corp=pki/ca.pem; a name has small letters, digits and hyphens, and is not public`,
    );
  return { name, file };
};

/** `-`: what comes in on stdin. */
const sourceFile = async (name: string): Promise<SourceFile> => {
  if (name === '-') return { name: 'stdin', text: await textOf(process.stdin) };
  const read = await readLocalFile(name);
  if (!read.ok) throw new UsageError(`${name} cannot be read: ${read.reason}`);
  return { name, text: read.text };
};

/** Names of the fields that the registry’s defaults have. */
const defaultsOf = ({ text, path }: ReadRegistry): readonly string[] => {
  const source = readYaml(text, path);
  const { defaults } = (source.ok ? source.value.input : {}) as { readonly defaults?: object };
  return Object.keys(defaults ?? {});
};

const whole = (
  candidates: Candidates,
  files: readonly string[],
  options: DiscoverOptions & { readonly given: GivenBundle | null },
  folder: string,
): Discovered => {
  const started = startedFrom(candidates.candidates, options.given);
  const entries = entriesOf(candidates.candidates, knownOfNew(started, folder), optionsOf(options));
  const list = listText(candidates, entries);
  if (entries.added.length === 0)
    throw new UsageError([`no endpoint for a registry in ${files.join(', ')}`, ...list].join('\n'));
  const err = [countsText('registry', entries, 'written'), ...list].join('\n');
  return { out: starterText(entries.added, started, files), err, code: EXIT.pass };
};

const coverage = (candidates: Candidates, { registry }: ReadRegistry, into: string): Discovered => {
  const missing = unwatchedOf(candidates.candidates, registry);
  return {
    out: unwatchedText(missing, into),
    err: listText(candidates, { added: [], there: [], leftOut: [] }).join('\n'),
    code: missing.length === 0 ? EXIT.pass : EXIT.fail,
  };
};

const written = async (
  candidates: Candidates,
  entries: Entries,
  registry: ReadRegistry,
  into: string,
): Promise<Discovered> => {
  const merged = mergedText(registry.text, entries.added);
  if (!merged.ok) throw new UsageError(`${into}: ${merged.errors[0]}`);
  refuseOther(registry, merged.value, entries.added, into);
  if (entries.added.length > 0) await replace(registry.path, merged.value, into);
  return { out: countsText(into, entries, 'added'), err: listText(candidates, entries).join('\n'), code: EXIT.pass };
};

/** The text that is to be written must be the same registry, and the new endpoints. */
const refuseOther = (
  { registry, path, included }: ReadRegistry,
  next: string,
  added: readonly Entry[],
  into: string,
): void => {
  const parsed = parseRegistry(next, path, included);
  if (!parsed.ok) {
    const errors = formatErrors(parsed.errors, next, into, included);
    throw new UsageError(`${into} stays as it was: with the new entries it would be no registry.\n${errors}`);
  }
  const names = new Set(added.map(({ name }) => name));
  const { endpoints } = parsed.value.registry;
  const old = endpoints.filter(({ name }) => !names.has(name));
  if (endpoints.length !== registry.endpoints.length + added.length || shown(old) !== shown(registry.endpoints))
    throw new UsageError(`${into} stays as it was: the entries cannot be added without changing something else`);
};

/** Without `siblings`: which endpoints share a host changes with every entry. */
const shown = (endpoints: Registry['endpoints']): string =>
  JSON.stringify(endpoints.map((each) => ({ ...each, siblings: [] })));

/** By a file beside it that takes its name: a reader sees the old text or the new one. */
const replace = async (path: string, text: string, into: string): Promise<void> => {
  const target = await realpath(path);
  const next = `${target}.${process.pid}.next`;
  try {
    const { mode } = await stat(target);
    await writeFile(next, text, { mode, flag: 'wx' });
    await rename(next, target);
  } catch (error) {
    await rm(next, { force: true });
    throw new UsageError(`${into} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
};
