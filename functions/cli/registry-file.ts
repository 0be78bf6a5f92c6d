import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Registry } from '../../shared/model/registry.ts';
import type { ReadFile } from '../../shared/pipeline/ports.ts';
import { formatErrors } from '../../shared/registry/format.ts';
import { parseRegistry, refuseUnbuilt } from '../../shared/registry/parse.ts';
import { UsageError } from './exit.ts';

/** Reads and validates a registry. Rejects with a `UsageError` that lists all errors, features that are not built yet included. */
export const readRegistry = async (file: string): Promise<Registry> => {
  const path = resolve(file);
  const read = await readLocalFile(path);
  if (!read.ok) {
    const hint = read.reason.startsWith('ENOENT') ? ' (mtls-monitor init writes a starter)' : '';
    throw new UsageError(`${file} cannot be read: ${read.reason}${hint}`);
  }
  const parsed = parseRegistry(read.text, path);
  if (!parsed.ok) throw new UsageError(formatErrors(parsed.errors, read.text, file));
  const buildable = refuseUnbuilt(parsed.value);
  if (!buildable.ok) throw new UsageError(formatErrors(buildable.errors, read.text, file));
  return buildable.value;
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
