/** The tree that a text of JSON or YAML becomes. */

/** A value with the offset at which it stands in its text. */
export type Tree =
  | { readonly kind: 'map'; readonly offset: number; readonly entries: ReadonlyMap<string, Tree> }
  | { readonly kind: 'list'; readonly offset: number; readonly items: readonly Tree[] }
  | { readonly kind: 'scalar'; readonly offset: number; readonly value: string | number | boolean | null };

export type Damage = { readonly line: number; readonly message: string };
/** Of one text or line. */
export type Read = { readonly trees: readonly Tree[]; readonly damage: readonly Damage[] };

/** Deepest nesting; an Envoy’s configuration needs some thirty. */
export const MOST_DEEP = 200;
