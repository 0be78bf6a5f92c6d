/** YAML, any number of documents, as trees. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document as YamlDocument } from 'yaml';
import { printable } from './printable.ts';
import { MOST_DEEP, type Read, type Tree } from './tree-of-values.ts';

/** Values of one text, aliases unfolded. */
const MOST_VALUES = 5_000_000;

export const yamlTrees = (text: string): Read => {
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
  // `---` with nothing behind it, or with comments only.
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return { trees: [], damage: [] };
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
