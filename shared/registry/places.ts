/** Where in the text the parts of a document stand. */
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml';

/** The keys that lead through nested nodes. */
export const keysOf = (ancestors: readonly unknown[]): PropertyKey[] =>
  ancestors.flatMap((node, at): PropertyKey[] => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : String(node.key)];
    const next = ancestors[at + 1];
    return isSeq(node) && next !== undefined ? [node.items.indexOf(next)] : [];
  });

/** Where the value (or its key) begins; where the path ends early, the place of what is there. */
export function offsetOf(document: Document, keys: readonly PropertyKey[], at: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of keys.entries()) {
    const { name, value } = childOf(isAlias(node) ? node.resolve(document) : node, key);
    const wantsKey = at === 'key' && depth === keys.length - 1;
    const start = (wantsKey ? undefined : startOf(value)) ?? startOf(name);
    if (start === undefined) break;
    offset = start;
    node = value;
  }
  return offset;
}

function childOf(node: unknown, key: PropertyKey): { readonly name?: unknown; readonly value?: unknown } {
  if (isSeq(node)) return { value: node.items[Number(key)] };
  const pair = isMap(node) && node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return pair ? { name: pair.key, value: pair.value } : {};
}

export const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
