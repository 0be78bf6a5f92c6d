/** JSON and YAML texts as one kind of tree, in which each value knows where it stands. */
import { getNodeValue, type Node as JsonNode, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document as YamlDocument } from 'yaml';
import { printable } from './printable.ts';

/** A value with the offset at which it stands in its text. */
export type Tree =
  | { readonly kind: 'map'; readonly offset: number; readonly entries: ReadonlyMap<string, Tree> }
  | { readonly kind: 'list'; readonly offset: number; readonly items: readonly Tree[] }
  | { readonly kind: 'scalar'; readonly offset: number; readonly value: string | number | boolean | null };

export type Damage = { readonly line: number; readonly message: string };
/** The documents of a text, as far as they could be read. */
export type Trees = {
  readonly trees: readonly Tree[];
  readonly lineAt: (offset: number) => number;
  readonly damage: readonly Damage[];
};

/** Deepest nesting; an Envoy’s configuration needs some thirty. */
const MOST_DEEP = 200;
/** Values of one text, aliases unfolded. */
const MOST_VALUES = 5_000_000;
const MOST_DAMAGE = 10;

/** From 1. */
const linesOf = (text: string): ((offset: number) => number) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
};

/** Reads JSON, JSON lines, and YAML with any number of documents. Never throws: what cannot be read is `damage`, and the rest is there. */
export const treesOf = (text: string): Trees => {
  const lineAt = linesOf(text);
  const first = text.trimStart()[0];
  const read = first === '{' || first === '[' ? jsonOrLines(text, lineAt) : yamlTrees(text);
  return { ...read, lineAt, damage: read.damage.slice(0, MOST_DAMAGE) };
};

type Read = { readonly trees: readonly Tree[]; readonly damage: readonly Damage[] };

const jsonOrLines = (text: string, lineAt: (offset: number) => number): Read => {
  const whole = jsonTree(text, 0, lineAt);
  if (whole.damage.length === 0) return whole;
  const lines = linesWithOffsets(text);
  const parts = lines.map(({ line, offset }) => jsonTree(line, offset, lineAt));
  const sound = parts.filter(({ damage }) => damage.length === 0);
  // Of JSON lines most are whole; of one damaged document hardly any is.
  if (sound.length > 1 && sound.length * 2 > parts.length)
    return { trees: sound.flatMap(({ trees }) => trees), damage: parts.flatMap(({ damage }) => damage.slice(0, 1)) };
  // A template or a flow mapping of YAML begins with a brace, too.
  const yaml = yamlTrees(text);
  return yaml.damage.length === 0 ? yaml : whole;
};

const linesWithOffsets = (text: string): readonly { readonly line: string; readonly offset: number }[] => {
  let offset = 0;
  return text.split('\n').flatMap((line) => {
    const at = offset;
    offset += line.length + 1;
    return line.trim() === '' ? [] : [{ line, offset: at }];
  });
};

const jsonTree = (text: string, from: number, lineAt: (offset: number) => number): Read => {
  const errors: ParseError[] = [];
  if (deepest(text) > MOST_DEEP) return { trees: [], damage: [{ line: lineAt(from), message: 'nested too deeply' }] };
  const node = parseTree(text, errors, { disallowComments: true });
  const damage = errors.map(({ offset, error }) => ({
    line: lineAt(from + offset),
    message: `not JSON: ${words(printParseErrorCode(error))}`,
  }));
  // Of a document that breaks off, what stands before the break could mean the opposite of the whole.
  if (node === undefined || damage.length > 0)
    return { trees: [], damage: damage.length > 0 ? damage : [{ line: lineAt(from), message: 'the text is empty' }] };
  return { trees: [ofJson(node, from)], damage: [] };
};

/** `CommaExpected` → `comma expected`. */
const words = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

/** How deep it nests, read without recursion. Of damaged JSON, some number. */
const deepest = (text: string): number => {
  let depth = 0;
  let most = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
};

const ofJson = (node: JsonNode, from: number): Tree => {
  const offset = from + node.offset;
  const children = node.children ?? [];
  if (node.type === 'array') return { kind: 'list', offset, items: children.map((child) => ofJson(child, from)) };
  if (node.type !== 'object') return { kind: 'scalar', offset, value: getNodeValue(node) };
  const entries = children.flatMap(({ children: [key, value] = [] }) =>
    key === undefined || value === undefined ? [] : [[String(getNodeValue(key)), ofJson(value, from)] as const],
  );
  return { kind: 'map', offset, entries: new Map(entries) };
};

const yamlTrees = (text: string): Read => {
  const lineCounter = new LineCounter();
  const documents = yamlDocuments(text, lineCounter);
  if (documents === null)
    return { trees: [], damage: [{ line: 1, message: 'not YAML that can be read: nested too deeply' }] };
  const read = documents.map((document): Read => {
    const damage = document.errors.map(({ pos, message }) => ({
      line: Math.max(1, lineCounter.linePos(pos[0]).line),
      // The parser quotes the text it stumbles over, which may be a secret.
      message: `not YAML: ${printable(message.replace(/: ".*/s, ''), 200)}`,
    }));
    return damage.length > 0 ? { trees: [], damage } : ofYamlDocument(document);
  });
  return { trees: read.flatMap(({ trees }) => trees), damage: read.flatMap(({ damage }) => damage) };
};

/** Null where the text nests deeper than the parser’s stack: it reads what is in a value by calling itself. */
const yamlDocuments = (text: string, lineCounter: LineCounter): readonly YamlDocument[] | null => {
  try {
    const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: 'silent', merge: true });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const ofYamlDocument = (document: YamlDocument): Read => {
  if (document.contents === null) return { trees: [], damage: [] };
  const unfold = { left: MOST_VALUES, tooMuch: false };
  const tree = ofYaml(document.contents, document, unfold, 0);
  return unfold.tooMuch
    ? {
        trees: [],
        damage: [{ line: 1, message: 'not YAML that can be read: too deep, or aliases that unfold to too much' }],
      }
    : { trees: [tree], damage: [] };
};

const ofYaml = (
  node: unknown,
  document: YamlDocument,
  unfold: { left: number; tooMuch: boolean },
  depth: number,
): Tree => {
  unfold.left -= 1;
  const empty: Tree = { kind: 'scalar', offset: 0, value: null };
  if (unfold.left < 0 || depth > MOST_DEEP) {
    unfold.tooMuch = true;
    return empty;
  }
  const down = (value: unknown) => ofYaml(value, document, unfold, depth + 1);
  if (isAlias(node)) return down(node.resolve(document));
  if (isSeq(node)) return { kind: 'list', offset: node.range?.[0] ?? 0, items: node.items.map(down) };
  if (isMap(node)) return { kind: 'map', offset: node.range?.[0] ?? 0, entries: entriesOf(node, document, down) };
  return isScalar(node) ? { kind: 'scalar', offset: node.range?.[0] ?? 0, value: scalarOf(node.value) } : empty;
};

/** Merge keys (`<<`) stand behind the map’s own. */
const entriesOf = (
  node: { readonly items: readonly { readonly key: unknown; readonly value: unknown }[] },
  document: YamlDocument,
  down: (value: unknown) => Tree,
): ReadonlyMap<string, Tree> => {
  const entries = new Map<string, Tree>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : null;
    if (name === '<<')
      for (const merged of isSeq(value) ? value.items : [value]) addMerged(merged, document, down, entries);
    else if (name !== null) entries.set(name, down(value));
  }
  return entries;
};

const addMerged = (
  node: unknown,
  document: YamlDocument,
  down: (value: unknown) => Tree,
  entries: Map<string, Tree>,
): void => {
  const tree = down(isAlias(node) ? node.resolve(document) : node);
  if (tree.kind === 'map') for (const [name, value] of tree.entries) if (!entries.has(name)) entries.set(name, value);
};

const scalarOf = (value: unknown): string | number | boolean | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : value == null
      ? null
      : String(value);
