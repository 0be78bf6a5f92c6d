/** Text → the registry, or everything that is wrong with it. */
import type { Registry } from '../model/registry.ts';
import type { Result } from '../model/result.ts';
import { describe } from './describe.ts';
import type { Problem, RegistryError } from './error.ts';
import { readYaml } from './read-yaml.ts';
import { referenceProblems } from './references.ts';
import { type RegistryDocument, registryDocument } from './registry-document.ts';
import { resolveRegistry } from './resolve.ts';
import { unbuiltFeatures } from './unbuilt.ts';

export type ParsedRegistry = {
  readonly registry: Registry;
  /** What this version cannot do yet, by name: whoever runs or deploys the registry refuses it. */
  readonly unbuilt: readonly RegistryError[];
  /** Gives a problem its line; an endpoint may be given by its name. */
  readonly locate: (problem: Problem) => RegistryError;
};

/**
 * Never throws. `file` is the registry's absolute path: paths in it are relative to its directory.
 * All errors at once, in the order of their lines.
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
  const value: ParsedRegistry = {
    registry: resolveRegistry(document, file),
    unbuilt: unbuiltFeatures(document).map(locate).sort(byPlace),
    locate: (problem) => locate({ ...problem, keys: numbered(document, problem.keys) }),
  };
  return { ok: true, value };
}

/** Keys at the top that begin with x- hold anchors: what they name is read where an alias stands. */
const withoutAnchors = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? Object.fromEntries(Object.entries(input).filter(([key]) => !key.startsWith('x-')))
    : input;

/** `['endpoints', 'payments', …]` → `['endpoints', 0, …]`. */
const numbered = ({ endpoints }: RegistryDocument, [section, name, ...rest]: readonly PropertyKey[]): PropertyKey[] => {
  const at = section === 'endpoints' ? endpoints.findIndex((endpoint) => endpoint.name === name) : -1;
  return [section, at === -1 ? name : at, ...rest].filter((key) => key !== undefined);
};

/** The registry, unless it asks for what is not built yet. */
export function refuseUnbuilt({ registry, unbuilt }: ParsedRegistry): Result<Registry, RegistryError> {
  const [first, ...rest] = unbuilt;
  return first === undefined ? { ok: true, value: registry } : { ok: false, errors: [first, ...rest] };
}

const byPlace = (a: RegistryError, b: RegistryError): number => a.line - b.line || a.column - b.column;
