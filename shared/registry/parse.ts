/** Text → the registry, or all its errors. */
import type { Registry } from '../model/registry.ts';
import type { Result } from '../model/result.ts';
import { deniedHosts } from './denied-hosts.ts';
import { describe } from './describe.ts';
import type { Problem, RegistryError } from './error.ts';
import type { IncludedFile } from './included-files.ts';
import { joined } from './joined.ts';
import { readYaml } from './read-yaml.ts';
import { referenceProblems } from './references.ts';
import { type RegistryDocument, registryDocument } from './registry-document.ts';
import { resolveRegistry } from './resolve.ts';

export type ParsedRegistry = {
  readonly registry: Registry;
  /** Adds line and column to a problem. In its path an endpoint may stand by its name. */
  readonly locate: (problem: Problem) => RegistryError;
};

/**
 * Returns the registry, or all errors by file and line. Never throws. `file` is the registry's absolute path: paths in it are relative to its directory.
 * `included`: the files that `include` names (`readIncluded`); null where nobody read them, and then a registry that includes files is an error.
 * Not supported: what `readYaml` does not support.
 */
export function parseRegistry(
  text: string,
  file: string,
  included: readonly IncludedFile[] | null = null,
): Result<ParsedRegistry, RegistryError> {
  const source = readYaml(text, file);
  const whole = source.ok ? joined(source.value, file, included ?? []) : source;
  if (!whole.ok) return whole;
  const { locate, duplicates, input } = whole.value;
  const problems = [...describe(registryDocument, input), ...referenceProblems(input), ...notRead(input, included)];
  const [first, ...rest] = [...duplicates, ...problems.map(locate)].sort(byPlace(file, included ?? []));
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  const document = registryDocument.parse(input);
  const registry = resolveRegistry(document, file);
  const { addresses } = registry.monitor;
  const locateNumbered = (problem: Problem) => locate({ ...problem, keys: numbered(document, problem.keys) });
  const [denied, ...others] = (addresses === undefined ? [] : deniedHosts(registry, addresses)).map(locateNumbered);
  if (denied !== undefined) return { ok: false, errors: [denied, ...others] };
  return { ok: true, value: { registry, locate: locateNumbered } };
}

const notRead = (input: unknown, included: readonly IncludedFile[] | null): readonly Problem[] => {
  const { include } = (input ?? {}) as { readonly include?: unknown };
  if (included !== null || !Array.isArray(include) || include.length === 0) return [];
  const message = 'this reads one document: the files that it includes were not read with it';
  return [{ keys: ['include'], at: 'key', code: 'NOT_INCLUDED', message }];
};

/** Replaces an endpoint's name by its index: `['endpoints', 'payments', …]` → `['endpoints', 0, …]`. */
const numbered = ({ endpoints }: RegistryDocument, [section, name, ...rest]: readonly PropertyKey[]): PropertyKey[] => {
  const at = section === 'endpoints' ? endpoints.findIndex((endpoint) => endpoint.name === name) : -1;
  return [section, at === -1 ? name : at, ...rest].filter((key) => key !== undefined);
};

/** The registry’s own first, then by file. */
const byPlace = (file: string, included: readonly IncludedFile[]) => {
  const order = new Map([file, ...included.map((each) => each.file)].map((each, at) => [each, at]));
  const at = (error: RegistryError) => order.get(error.file) ?? 0;
  return (a: RegistryError, b: RegistryError): number => at(a) - at(b) || a.line - b.line || a.column - b.column;
};
