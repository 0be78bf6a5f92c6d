/** Locates the parts of a YAML document in its text. */
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml';

/** Returns the path of nested nodes, outermost first. */
export const keysOf = (ancestors: readonly unknown[]): PropertyKey[] =>
  ancestors.flatMap((node, at): PropertyKey[] => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : String(node.key)];
    const next = ancestors[at + 1];
    return isSeq(node) && next !== undefined ? [node.items.indexOf(next)] : [];
  });

/** Returns the offset of the value (or its key) at a path. If the path does not exist, the offset of its longest existing part. */
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
