/** Text → the registry, or all its errors. */
import type { Registry } from '../model/registry.ts';
import type { Result } from '../model/result.ts';
import { deniedHosts } from './denied-hosts.ts';
import { describe } from './describe.ts';
import type { Problem, RegistryError } from './error.ts';
import { readYaml } from './read-yaml.ts';
import { referenceProblems } from './references.ts';
import { type RegistryDocument, registryDocument } from './registry-document.ts';
import { resolveRegistry } from './resolve.ts';
import { unbuiltFeatures } from './unbuilt.ts';

export type ParsedRegistry = {
  readonly registry: Registry;
  /** Features that this version does not have yet. A caller that runs or deploys the registry must refuse them (`refuseUnbuilt`). */
  readonly unbuilt: readonly RegistryError[];
  /** Adds line and column to a problem. In its path an endpoint may stand by its name. */
  readonly locate: (problem: Problem) => RegistryError;
};

/**
 * Returns the registry, or all errors in the order of their lines. Never throws. `file` is the registry's absolute path: paths in it are relative to
 * its directory. Not supported: a registry in several files (`include` is in `unbuilt`), and what `readYaml` does not support.
 */
export function parseRegistry(text: string, file: string): Result<ParsedRegistry, RegistryError> {
  const source = readYaml(text, file);
  if (!source.ok) return source;
  const { locate, duplicates } = source.value;
  const input = withoutAnchors(source.value.input);
  const problems = [...describe(registryDocument, input), ...referenceProblems(input)];
  const [first, ...rest] = [...duplicates, ...problems.map(locate)].sort(byPlace);
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  const document = registryDocument.parse(input);
  const registry = resolveRegistry(document, file);
  const { addresses } = registry.monitor;
  const locateNumbered = (problem: Problem) => locate({ ...problem, keys: numbered(document, problem.keys) });
  const [denied, ...others] = (addresses === undefined ? [] : deniedHosts(registry, addresses)).map(locateNumbered);
  if (denied !== undefined) return { ok: false, errors: [denied, ...others] };
  const value: ParsedRegistry = {
    registry,
    unbuilt: unbuiltFeatures(document).map(locate).sort(byPlace),
    locate: locateNumbered,
  };
  return { ok: true, value };
}

/** Drops top-level keys that begin with x-: they hold anchors, whose values are read at their aliases. */
const withoutAnchors = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? Object.fromEntries(Object.entries(input).filter(([key]) => !key.startsWith('x-')))
    : input;

/** Replaces an endpoint's name by its index: `['endpoints', 'payments', …]` → `['endpoints', 0, …]`. */
const numbered = ({ endpoints }: RegistryDocument, [section, name, ...rest]: readonly PropertyKey[]): PropertyKey[] => {
  const at = section === 'endpoints' ? endpoints.findIndex((endpoint) => endpoint.name === name) : -1;
  return [section, at === -1 ? name : at, ...rest].filter((key) => key !== undefined);
};

/** Returns the registry, or an error for each of its features that is not built yet. */
export function refuseUnbuilt({ registry, unbuilt }: ParsedRegistry): Result<Registry, RegistryError> {
  const [first, ...rest] = unbuilt;
  return first === undefined ? { ok: true, value: registry } : { ok: false, errors: [first, ...rest] };
}

const byPlace = (a: RegistryError, b: RegistryError): number => a.line - b.line || a.column - b.column;
