/** JSON and YAML texts as one kind of tree, in which each value knows where it stands. */
import { getNodeValue, type Node as JsonNode, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Damage, MOST_DEEP, type Read, type Tree } from './tree-of-values.ts';
import { yamlTrees } from './yaml-trees.ts';

/** The documents of a text, as far as they could be read. */
export type Trees = {
  readonly trees: readonly Tree[];
  readonly lineAt: (offset: number) => number;
  readonly damage: readonly Damage[];
};

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
