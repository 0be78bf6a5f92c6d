/** Which leaves a check has seen lately. */

/** Several backends, each with its own leaf, are no change each time another one answers. */
const REMEMBERED = 4;

export type Seen = {
  readonly known: readonly string[];
  /** Null where the leaf is known, or the first one ever. */
  readonly change: { readonly from: string; readonly to: string } | null;
};

/** The oldest one, seen again, moves to the end: a leaf in use is not the next to be forgotten, and others cost no write. */
export const see = (known: readonly string[], leaf: string): Seen => {
  const moves = known.length >= REMEMBERED && known[0] === leaf;
  if (known.includes(leaf) && !moves) return { known, change: null };
  const next = [...known.filter((other) => other !== leaf), leaf].slice(-REMEMBERED);
  const from = known.at(-1);
  return { known: next, change: moves || from === undefined ? null : { from, to: leaf } };
};
