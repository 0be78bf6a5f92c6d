import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Registry } from '../../shared/model/registry.ts';
import type { ReadFile } from '../../shared/pipeline/ports.ts';
import { formatErrors } from '../../shared/registry/format.ts';
import { type Disk, type IncludedFile, readIncluded } from '../../shared/registry/included-files.ts';
import { nearest } from '../../shared/registry/nearest.ts';
import { type ParsedRegistry, parseRegistry } from '../../shared/registry/parse.ts';
import { UsageError } from './exit.ts';
import type { PlaceOf } from './render/github.ts';

/** A registry with the texts that it was read from. */
export type ReadRegistry = ParsedRegistry & {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly included: readonly IncludedFile[];
};

/** Reads and validates a registry with the files that it includes. Rejects with a `UsageError` that lists all errors. */
export const readRegistry = async (file: string): Promise<Registry> => (await readWhole(file)).registry;

/** As `readRegistry`; with `wanted`, the registry's text is kept for the places of its endpoints. */
export const readWithPlaces = async (
  file: string,
  wanted: boolean,
): Promise<{ readonly registry: Registry; readonly placeOf?: PlaceOf }> => {
  const { registry, locate } = await readWhole(file);
  if (!wanted) return { registry };
  // GitHub counts paths from the workspace, where its checkout is.
  const workspace = process.env['GITHUB_WORKSPACE'] || '.';
  return {
    registry,
    placeOf: (section, name) => {
      const at = section === 'endpoints' ? 'value' : 'key';
      const { line, file } = locate({ keys: [section, name], at, code: 'WRONG_VALUE', message: '' });
      return { file: relative(workspace, file), line };
    },
  };
};

/** As `readRegistry`, with its texts. Warnings go to stderr. */
export const readWhole = async (file: string): Promise<ReadRegistry> => {
  const path = resolve(file);
  const read = await readLocalFile(path);
  if (!read.ok) throw new UsageError(`${file} cannot be read: ${read.reason}${await hintFor(file, read.reason)}`);
  const { text } = read;
  const found = readIncluded(text, path, file, disk);
  if (!found.ok) throw new UsageError(formatErrors(found.errors, text, file));
  const { files: included, warnings } = found.value;
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const parsed = parseRegistry(text, path, included);
  if (!parsed.ok) throw new UsageError(formatErrors(parsed.errors, text, file, included));
  return { ...parsed.value, path, text, included };
};

const disk: Disk = {
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  read: (path) => {
    try {
      return { ok: true, text: readFileSync(path, 'utf8') };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  },
};

/** The nearest name of a file beside it, else the command that writes one. */
const hintFor = async (file: string, reason: string): Promise<string> => {
  if (!reason.startsWith('ENOENT')) return '';
  const names = await readdir(dirname(resolve(file))).catch(() => []);
  const near = nearest(basename(file), names);
  if (near !== null) return `; did you mean "${join(dirname(file), near)}"?`;
  return ' (mtls-monitor init writes a starter)';
};

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'ENOENT, no such file',
  EISDIR: 'EISDIR, it is a directory',
  EACCES: 'EACCES, permission denied',
};

export const readLocalFile: ReadFile = async (path) => {
  try {
    const bytes = await readFile(path);
    return { ok: true, text: bytes.toString('utf8'), bytes };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
};

const reasonOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'cannot be read' : (WORDS[code] ?? code);
};
