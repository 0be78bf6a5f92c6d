/** The repository's own files, as the conventions read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** TypeScript and modules below `folders`, as paths from the root, sorted. */
export const sourcesIn = (...folders: readonly string[]): readonly string[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .toSorted();

export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
