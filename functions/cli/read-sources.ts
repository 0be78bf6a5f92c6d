/** Reads the exports that a registry’s sources name, or files that the command line names, and asks the OPAs among the sources. */
import { glob, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { SourceFile } from '../../shared/claims/document.ts';
import { readSource } from '../../shared/claims/read-source.ts';
import type { Reading } from '../../shared/model/claim.ts';
import type { ConfigurationSource } from '../../shared/model/configuration-source.ts';
import type { HeldSources } from '../../shared/model/configured.ts';
import type { Registry } from '../../shared/model/registry.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { Sources } from '../../shared/pipeline/load/identities.ts';
import { printable } from '../../shared/publish/text.ts';
import { fileText } from '../../shared/verdict/configured/configured-finding.ts';
import { heldSources, type SourceReading } from '../../shared/verdict/configured/held-sources.ts';
import { readOpa } from './opa-source.ts';
import { readLocalFile } from './registry-file.ts';

type Files = { readonly files: readonly SourceFile[]; readonly readAt: Instant | null; readonly reason: string | null };

/** `-`: what is piped in. */
const readPath = async (path: string): ReturnType<typeof readLocalFile> =>
  path === '-' ? { ok: true, text: await textOf(process.stdin) } : readLocalFile(path);

const isPattern = (path: string): boolean => /[*?]/.test(path);

/** `readAt`: when the oldest of them was written. `reason`: why there are none; whoever writes to a folder names its files. */
const filesOf = async (paths: readonly string[]): Promise<Files> => {
  const found = await Promise.all(
    paths.map(async (path) => (isPattern(path) ? (await Array.fromAsync(glob(path))).toSorted() : [path])),
  );
  const all = [...new Set(found.flat())];
  if (all.length === 0) return { files: [], readAt: null, reason: `nothing is called ${paths.join(', ')}` };
  const read = await Promise.all(
    all.map(async (path) => {
      const [text, written] = await Promise.all([readPath(path), stat(path).catch(() => null)]);
      return { path: shown(path), text, at: written?.mtimeMs ?? Date.now() };
    }),
  );
  const failed = read.find(({ text }) => !text.ok);
  if (failed !== undefined && !failed.text.ok)
    return { files: [], readAt: null, reason: `${fileText(printable(failed.path))}: ${failed.text.reason}` };
  return {
    files: read.flatMap(({ path, text }) => (text.ok ? [{ name: path, text: text.text }] : [])),
    readAt: Math.min(...read.flatMap(({ at }) => at ?? [])),
    reason: null,
  };
};

/** As short as it is from where the command runs. */
const shown = (path: string): string => {
  const short = relative('.', path);
  return short === '' || short.startsWith('..') ? path : short;
};

/** What files say. A file that cannot be read is the `reason`. `source`: its name. */
export const readFiles = async (
  paths: readonly string[],
  source: string,
  now: Instant,
): Promise<{ readonly reading: Reading | null; readonly reason: string | null }> => {
  const { files, readAt, reason } = await filesOf(paths);
  if (readAt === null) return { reading: null, reason };
  return { reading: readSource(files, { source, readAt, now }), reason: null };
};

const readOne = async (
  source: ConfigurationSource,
  registry: Registry,
  now: Instant,
  ports: Sources,
): Promise<SourceReading | null> => {
  const { name, from } = source;
  switch (from.kind) {
    case 'files':
      return { source, ...(await readFiles(from.files, name, now)) };
    case 'opa':
      return { source, ...(await readOpa(name, from, registry, now, ports)) };
    case 'export':
    case 'aws':
      return null;
    default:
      return from satisfies never;
  }
};

/** Of a registry: those of its sources that are files here, or an OPA that is asked. What is deployed reads the others. Undefined where there are none. */
export const readSources = async (
  registry: Registry,
  now: Instant,
  ports: Sources,
): Promise<HeldSources | undefined> => {
  const sources = Object.values(registry.sources ?? {});
  const readings = await Promise.all(sources.map((source) => readOne(source, registry, now, ports)));
  const read = readings.filter((reading) => reading !== null);
  return read.length === 0 ? undefined : heldSources(registry.endpoints, read);
};
