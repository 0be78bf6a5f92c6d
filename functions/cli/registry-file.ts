import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Registry } from '../../shared/model/registry.ts';
import type { ReadFile } from '../../shared/pipeline/ports.ts';
import { formatErrors } from '../../shared/registry/format.ts';
import { nearest } from '../../shared/registry/nearest.ts';
import { type ParsedRegistry, parseRegistry, refuseUnbuilt } from '../../shared/registry/parse.ts';
import { UsageError } from './exit.ts';
import type { PlaceOf } from './render/github.ts';

/** Reads and validates a registry. Rejects with a `UsageError` that lists all errors, features that are not built yet included. */
export const readRegistry = async (file: string): Promise<Registry> => (await readParsed(file)).registry;

/** As `readRegistry`; with `wanted`, the registry's text is kept for the places of its endpoints. */
export const readWithPlaces = async (
  file: string,
  wanted: boolean,
): Promise<{ readonly registry: Registry; readonly placeOf?: PlaceOf }> => {
  const { registry, locate } = await readParsed(file);
  if (!wanted) return { registry };
  // GitHub counts paths from the workspace, where its checkout is.
  const path = relative(process.env['GITHUB_WORKSPACE'] || '.', resolve(file));
  return {
    registry,
    placeOf: (section, name) => {
      const at = section === 'endpoints' ? 'value' : 'key';
      const { line } = locate({ keys: [section, name], at, code: 'WRONG_VALUE', message: '' });
      return { file: path, line };
    },
  };
};

const readParsed = async (file: string): Promise<Pick<ParsedRegistry, 'registry' | 'locate'>> => {
  const path = resolve(file);
  const read = await readLocalFile(path);
  if (!read.ok) throw new UsageError(`${file} cannot be read: ${read.reason}${await hintFor(file, read.reason)}`);
  const parsed = parseRegistry(read.text, path);
  if (!parsed.ok) throw new UsageError(formatErrors(parsed.errors, read.text, file));
  const buildable = refuseUnbuilt(parsed.value);
  if (!buildable.ok) throw new UsageError(formatErrors(buildable.errors, read.text, file));
  return { registry: buildable.value, locate: parsed.value.locate };
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
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, reason: code === undefined ? 'cannot be read' : (WORDS[code] ?? code) };
  }
};
