/** Parses YAML text into plain data, and locates problems in it. */
import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Result } from '../model/result.ts';
import { type Problem, pathText, printable, type RegistryError } from './error.ts';
import { keysOf, offsetOf, startOf } from './places.ts';
import { LARGE, readInPieces } from './read-in-pieces.ts';

export type Source = {
  readonly input: unknown;
  readonly locate: (problem: Problem) => RegistryError;
  /** An error for each repeated key; `input` has its last value. */
  readonly duplicates: readonly RegistryError[];
};

const MOST_SYNTAX_ERRORS = 10;
/** Deepest nesting. The registry’s format needs 6. */
const MOST_NODES_DEEP = 100;
type ErrorAt = (offset: number, code: RegistryError['code'], message: string, path?: string) => RegistryError;

/**
 * Parses YAML 1.2 (core schema) with merge keys (`<<`). Never throws. Not supported, each an error of its own: several documents in one text, tags
 * other than YAML's own, keys that are not scalars or are `__proto__`, more than 100 levels, and aliases that unfold to more entries than
 * the text has characters.
 */
export function readYaml(text: string, file: string): Result<Source, RegistryError> {
  const input = text.length < LARGE ? null : readInPieces(text);
  return input === null ? readWhole(text, file) : { ok: true, value: inPieces(input, text, file) };
}

/** The whole document is parsed only for the place of a problem. */
function inPieces(input: unknown, text: string, file: string): Source {
  let whole: ReturnType<typeof readWhole> | null = null;
  const locate = (problem: Problem): RegistryError => {
    whole ??= readWhole(text, file);
    if (whole.ok) return whole.value.locate(problem);
    return { file, line: 1, column: 1, path: pathText(problem.keys), code: problem.code, message: problem.message };
  };
  return { input, locate, duplicates: [] };
}

function readWhole(text: string, file: string): Result<Source, RegistryError> {
  const lineCounter = new LineCounter();
  const errorAt: ErrorAt = (offset, code, message, path = '') => {
    const { line, col } = lineCounter.linePos(Math.min(Math.max(offset, 0), text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path, code, message };
  };
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error', merge: true });
  const [first, ...rest] = syntaxErrors(document, errorAt);
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  const odd = oddStructure(document, errorAt);
  if (odd !== null) return { ok: false, errors: [odd] };
  const data = toData(document, text.length, errorAt);
  if (!data.ok) return data;
  if (data.value === null || data.value === undefined) {
    const message =
      'the file is empty; expected version, identities and endpoints (mtls-monitor init writes a starter)';
    return { ok: false, errors: [errorAt(0, 'EMPTY', message)] };
  }
  const locate = ({ keys, at, code, message }: Problem): RegistryError =>
    errorAt(offsetOf(document, keys, at), code, message, pathText(keys));
  return { ok: true, value: { input: data.value, locate, duplicates: duplicates(document, errorAt) } };
}

/** Returns the syntax errors, at most one per line. A tag that is not YAML's own is an error, too: nothing in a registry is ignored. */
function syntaxErrors(document: Document, errorAt: ErrorAt): RegistryError[] {
  const faults = [...document.errors, ...document.warnings].filter(({ code }) => code !== 'DUPLICATE_KEY');
  const deep = faults.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (deep !== undefined) return [errorAt(0, 'YAML_SYNTAX', 'nested too deeply')];
  const errors = faults
    // The parser's message quotes the unexpected token, which may be a line of a pasted key: the quotation is cut off.
    .map(({ pos, code, message }) =>
      code === 'MULTIPLE_DOCS'
        ? errorAt(pos[0], 'YAML_SYNTAX', 'a second document begins here; a registry is one')
        : errorAt(pos[0], 'YAML_SYNTAX', `not YAML: ${printable(message.replace(/: ".*/s, ''), 200)}`),
    )
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return errors.filter(({ line }, at) => errors[at - 1]?.line !== line).slice(0, MOST_SYNTAX_ERRORS);
}

/** Finds structures that the parser accepts but that cannot be converted to plain data, or only in more than linear time. */
function oddStructure(document: Document, errorAt: ErrorAt): RegistryError | null {
  let odd: RegistryError | null = null;
  const stop = (offset: number | undefined, message: string) => {
    odd = errorAt(offset ?? 0, 'YAML_SYNTAX', message);
    return visit.BREAK;
  };
  visit(document, {
    Collection: (_, { range }, { length }) =>
      length > MOST_NODES_DEEP ? stop(range?.[0], 'nested too deeply') : undefined,
    Pair: (_, { key }) => {
      if (!isScalar(key))
        return stop(startOf(key), 'a field’s name is one word, neither a list, a mapping nor an alias');
      return key.value === '__proto__' ? stop(startOf(key), '__proto__ can be the name of nothing') : undefined;
    },
  });
  return odd;
}

function toData(document: Document, maxAliasCount: number, errorAt: ErrorAt): Result<unknown, RegistryError> {
  const fail = (offset: number, message: string) =>
    ({ ok: false, errors: [errorAt(offset, 'YAML_SYNTAX', message)] }) as const;
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: Math.max(100, maxAliasCount) }) };
  } catch {
    let unresolved: { at: number; name: string } | null = null;
    visit(document, {
      Alias: (_, alias) => {
        if (alias.resolve(document) !== undefined) return undefined;
        unresolved = { at: alias.range?.[0] ?? 0, name: printable(alias.source, 60) };
        return visit.BREAK;
      },
    });
    const found = unresolved as { at: number; name: string } | null;
    return found === null
      ? fail(0, 'not YAML: aliases or merge keys (<<) that cannot be unfolded, or unfold to too much')
      : fail(found.at, `not YAML: the anchor &${found.name} is nowhere before its alias`);
  }
}

function duplicates(document: Document, errorAt: ErrorAt): RegistryError[] {
  const starts = new Set(document.errors.map(({ pos }) => pos[0]));
  const found: RegistryError[] = [];
  if (starts.size === 0) return found;
  visit(document, {
    Pair: (_, { key }, ancestors) => {
      const start = isNode(key) ? key.range?.[0] : undefined;
      if (start === undefined || !starts.has(start)) return;
      const keys = [...keysOf(ancestors), String(key)];
      found.push(errorAt(start, 'DUPLICATE', `"${printable(String(key), 60)}" stands here twice`, pathText(keys)));
    },
  });
  return found;
}
